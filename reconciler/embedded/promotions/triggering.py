"""What happens when something is promoted: checks, the new pipeline, the record of it."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.embedded.definitions import Malformed, Promotion
from reconciler.embedded.promotions import storage
from reconciler.embedded.promotions.parameters import Unfit, values
from reconciler.embedded.promotions.storage import Promoted
from reconciler.embedded.runs import start_pipeline
from reconciler.embedded.runs import storage as runs
from reconciler.embedded.runs.planning import definition_of
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.store import World
from reconciler.embedded.targets import deployments, guard
from reconciler.embedded.targets import storage as targets
from reconciler.embedded.targets.deployments import Deployment
from reconciler.embedded.verification import internal_error, refused

_UNCONFIRMED = "Triggering target when pipeline is not passed requires override confirmation."


@dataclass(frozen=True, kw_only=True)
class Trigger:
    name: str
    override: bool
    request_token: str
    given: Mapping[str, Any] = field(repr=False)


def promotions_of(world: World, pipeline: sqlite3.Row) -> tuple[Promotion, ...]:
    """None of a pipeline whose definition was not read yet, or could not be."""
    if not pipeline["switch_id"] or pipeline["definition"] is None:
        return ()
    try:
        return definition_of(world, pipeline, pipeline["definition"]).promotions
    except Malformed:
        return ()


def trigger(world: World, pipeline: sqlite3.Row, asked: Trigger) -> None:
    """By hand; all checks come before the look at the token (D 13.2)."""
    promotion = _named(world, pipeline, asked.name)
    if pipeline["result"] != "passed" and not asked.override:
        raise refused(400, _UNCONFIRMED)
    start = _Start(world, pipeline, promotion, world.user_id, world.now().timestamp())
    target = start.target()
    try:
        env_vars = values(promotion, asked.given)
    except Unfit:
        raise internal_error() from None
    if storage.token_used(world, asked.request_token):
        return
    with world.transaction():
        start.carry_out(
            target, env_vars, override=asked.override, request_token=asked.request_token
        )


def trigger_automatically(
    world: World, pipeline: sqlite3.Row, promotion: Promotion, at: float
) -> None:
    """Nobody is there to be refused: the history of the target tells (C 1.2)."""
    start = _Start(world, pipeline, promotion, guard.AUTOMATIC, at)
    try:
        env_vars = values(promotion, {})
    except Unfit:
        start.give_up()
        return
    target = start.found_target()
    if promotion.deployment_target:
        if target is None:
            return
        try:
            start.verify(target)
        except guard.Denied as denied:
            start.record(target, env_vars, state_message=denied.reason)
            return
    start.carry_out(target, env_vars, override=False, request_token=world.uuid())


@dataclass(frozen=True)
class _Start:
    """One promotion of one pipeline by somebody at some time."""

    world: World
    pipeline: sqlite3.Row
    promotion: Promotion
    triggered_by: str
    at: float

    def target(self) -> sqlite3.Row | None:
        """The target it has to pass, if any; refuses as the real server does."""
        if not self.promotion.deployment_target:
            return None
        row = self.found_target()
        if row is None:
            raise _failed(self.world, "deployment target not found")
        try:
            self.verify(row)
        except guard.Denied as denied:
            raise _failed(self.world, str(denied)) from None
        return row

    def found_target(self) -> sqlite3.Row | None:
        name = self.promotion.deployment_target
        return targets.find_by_name(self.world, self.pipeline["project_id"], name)

    def verify(self, target: sqlite3.Row) -> None:
        reference = self._reference()
        guard.verify(self.world, target, self.triggered_by, reference.kind, reference.label)

    def carry_out(
        self,
        target: sqlite3.Row | None,
        env_vars: dict[str, str],
        *,
        override: bool,
        request_token: str,
    ) -> None:
        automatic = self.triggered_by == guard.AUTOMATIC
        started = start_pipeline(
            self.world,
            self.pipeline["wf_id"],
            self.promotion.pipeline_file,
            promotion_of=self.pipeline["id"],
            env_vars=env_vars.items(),
            triggerer="" if automatic else self.triggered_by,
            automatic=automatic,
            deployment_target=self.promotion.deployment_target,
            at=self.at,
        )
        self._insert(started, override=override, request_token=request_token)
        if target is not None:
            self.record(target, env_vars, pipeline_id=started)

    def give_up(self) -> None:
        self._insert("", override=False, request_token=self.world.uuid())

    def record(self, target: sqlite3.Row, env_vars: dict[str, str], **outcome: str) -> None:
        reference = self._reference()
        deployment = Deployment(
            promotion=self.promotion.name,
            switch_id=self.pipeline["switch_id"],
            prev_pipeline_id=self.pipeline["id"],
            triggered_by=self.triggered_by,
            triggered_at=round(self.at * 1_000_000),
            git_ref_type=reference.kind,
            git_ref_label=reference.label,
            env_vars=env_vars,
            **outcome,
        )
        deployments.record(self.world, target, deployment)

    def _insert(self, started: str, *, override: bool, request_token: str) -> None:
        promoted = Promoted(
            pipeline_id=self.pipeline["id"],
            name=self.promotion.name,
            request_token=request_token,
            triggered_by=self.triggered_by,
            triggered_at=self.at,
            override=override,
            scheduled_pipeline_id=started,
        )
        storage.insert(self.world, promoted)

    def _reference(self) -> Reference:
        workflow = runs.workflow(self.world, self.pipeline["wf_id"])
        if workflow is None:
            raise internal_error()
        return Reference(workflow["reference"])


def _named(world: World, pipeline: sqlite3.Row, name: str) -> Promotion:
    switch_id = pipeline["switch_id"]
    if not switch_id:
        raise internal_error()
    for promotion in promotions_of(world, pipeline):
        if promotion.name == name:
            return promotion
    raise refused(400, f"Target for switch: {switch_id} with name: {name} not found")


def _failed(world: World, what: str) -> Exception:
    sentence = f"Triggering promotion with deployment target failed: {what}"
    return refused(400, f"{sentence} (error ID: {world.uuid()})")
