"""Workflows: everything that one push, schedule or call sets in motion (D 10)."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from pydantic import AliasChoices, Field

from reconciler.remote.client.calls import V1ALPHA, Calls, Values, given, token_or_new
from reconciler.remote.client.model import Model
from reconciler.remote.client.times import Moment, seconds_after, seconds_before
from reconciler.remote.client.words import WorkflowTrigger, word
from reconciler.remote.order import segment

PATH = f"{V1ALPHA}/plumber-workflows"
_STOPPED = re.compile(r"\d+")


class Workflow(Model):
    """One workflow. It has no state: that is its initial pipeline's (D 10.1)."""

    id: str = Field(validation_alias=AliasChoices("id", "wf_id"))
    project_id: str = ""
    initial_pipeline_id: str = Field(
        default="", validation_alias=AliasChoices("initial_pipeline_id", "initial_ppl_id")
    )
    branch_name: str = Field(
        default="", description="a branch; refs/tags/T for a tag, pull-request-N for a pull request"
    )
    commit_sha: str = Field(default="", description='"" until it is resolved')
    created_at: Moment = None
    triggered_by: Annotated[WorkflowTrigger | str | None, word(WorkflowTrigger)] = None
    requester_id: str = Field(default="", description="the user who caused it, if known")
    rerun_of: str = Field(default="", description="id of the workflow this one repeats")
    hook_id: str = Field(default="", description='"" while the run is still being prepared')
    branch_id: str = ""
    repository_id: str = ""
    organization_id: str = ""


class Run(Model):
    """What was started. Running and rerunning name these two differently on the wire."""

    workflow_id: str = Field(validation_alias=AliasChoices("workflow_id", "wf_id"))
    pipeline_id: str = Field(validation_alias=AliasChoices("pipeline_id", "ppl_id"))


class Workflows:
    """Methods on workflows. All ids are UUIDs; what can't be seen is NotFound."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def run(
        self,
        *,
        project_id: str,
        reference: str,
        commit_sha: str = "",
        pipeline_file: str = "",
        parameters: Values | None = None,
    ) -> Run:
        """Start a workflow (D 10.2).

        ``reference``: ``refs/heads/main``, ``refs/tags/v1``, ``refs/pull/7``, or a bare branch.
        ``commit_sha``: "" is the head of it. ``pipeline_file``: "" is
        ``.semaphore/semaphore.yml``. ``parameters`` become environment variables.

        Branch, commit and YAML are checked after the answer: mistakes show as a pipeline that is
        done and failed, with an ``error_description``.

        Never repeated by itself: after a ServerFault or NoAnswer whose ``outcome_unknown`` is
        true, look with :meth:`list` before starting again. Raises NotFound for an unknown
        project or a missing permission, Rejected for a full queue or a deleted project.
        """
        body = {
            "project_id": project_id,
            "reference": reference,
            **given(commit_sha=commit_sha, pipeline_file=pipeline_file),
        }
        if parameters:
            body["parameters"] = dict(parameters)
        return await self._calls.post(Run, PATH, body)

    async def describe(self, workflow_id: str) -> Workflow:
        """Read one workflow (D 10.3). Raises NotFound."""
        return await self._calls.get(Workflow, f"{PATH}/{segment(workflow_id)}", inside="workflow")

    def list(  # noqa: PLR0913 — the filters of one endpoint
        self,
        project_id: str,
        *,
        branch_name: str = "",
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        label: str = "",
        requester_id: str = "",
    ) -> AsyncIterator[Workflow]:
        """Yield a project's workflows, newest first (D 10.4).

        Times are aware and exclusive, to the second. Raises NotFound for an unknown project,
        BadSettings for a time without a zone.
        """
        params = given(
            project_id=project_id,
            branch_name=branch_name,
            created_after=created_after and seconds_before(created_after),
            created_before=created_before and seconds_after(created_before),
            label=label,
            requester_id=requester_id,
        )
        return self._calls.runs(Workflow, PATH, params=params)

    async def rerun(self, workflow_id: str, *, request_token: str | None = None) -> Run:
        """Start a workflow again, with what it was started with (D 10.5).

        ``request_token``: the same one gives the same run again, however often it is sent; it
        must be unique in the organization's whole history, for another workflow's token answers
        with *that* run. A new UUID unless given.

        Raises NotFound, and Rejected for a full queue (even for a used token) or a deleted
        project.
        """
        path = f"{PATH}/{segment(workflow_id)}/reschedule"
        body = {"request_token": token_or_new(request_token)}
        return await self._calls.post(Run, path, body, repeatable=True)

    async def stop(self, workflow_id: str) -> int | None:
        """Stop every pipeline of a workflow (D 10.6); harmless when nothing runs.

        Returns how many are being stopped, None if the server does not say; they take their
        time. Raises NotFound.
        """
        path = f"{PATH}/{segment(workflow_id)}/terminate"
        answer = await self._calls.send("POST", path, repeatable=True)
        found = _STOPPED.search(answer.data) if isinstance(answer.data, str) else None
        return int(found[0]) if found else None
