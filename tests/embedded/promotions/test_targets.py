"""Promotions to deployment targets, which let some through (D 13)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded.pipeline_runs import API, Runs, definition
from tests.embedded.promotions.conftest import (
    DONE,
    listed,
    parameters,
    promotable,
    started,
    trigger,
)
from tests.embedded.target_calls import Calls


class TestTargets:
    """Promotions which have to pass a deployment target (D 13.2, C 1)."""

    @pytest.fixture
    def calls(self, runs: Runs) -> Calls:
        return Calls(runs.semaphore, runs.project)

    def refusal(self, runs: Runs, reference: str = "main") -> str:
        pipeline = runs.done(promotable(deployment_target="prod"), reference)
        answer = trigger(runs, pipeline)
        assert answer.status_code == 400
        text: str = answer.json()
        assert text.startswith("Triggering promotion with deployment target failed: ")
        assert text.endswith(")")
        assert " (error ID: " in text
        assert listed(runs, pipeline) == []
        return text

    def test_a_deployment_is_written_down(self, runs: Runs, calls: Calls) -> None:
        """With pipelines, parameters and who did it (C 1.2)."""
        target = calls.usable()
        env_vars = parameters({"name": "VERSION"})
        pipeline = runs.done(promotable(deployment_target="prod", **env_vars))
        assert trigger(runs, pipeline, VERSION="1").json() == DONE
        answer = runs.semaphore.get(f"{API}/deployment_targets/{target}/history")
        item = answer.json()["deployments"][0]
        assert (item["prev_pipeline_id"], item["pipeline_id"], item["target_name"]) == (
            pipeline,
            started(runs, pipeline)["ppl_id"],
            "P",
        )
        assert item["env_vars"] == [{"name": "VERSION", "value": "1"}]
        assert item["triggered_by"] == runs.semaphore.embedded.world.user_id
        assert item["switch_id"] == runs.pipeline(pipeline)["switch_id"]
        assert calls.listed().json()[0]["last_deployment"] == item

    def test_a_rebuild_has_to_pass_the_target_again(self, runs: Runs, calls: Calls) -> None:
        """What was promoted to a target that is closed now is not rebuilt past it (D 11.6)."""
        target = calls.usable()
        runs.file(definition("false"), ".semaphore/deploy.yml")
        pipeline = runs.done(promotable(deployment_target="prod"))
        trigger(runs, pipeline)
        runs.wait()
        failed = started(runs, pipeline)["ppl_id"]
        path = f"{API}/pipelines/{failed}/partial_rebuild"
        runs.semaphore.patch(f"{API}/deployment_targets/{target}/deactivate")
        answer = runs.semaphore.post(path, json={"request_token": "t"})
        denied = "Access to deployment target denied: :cordoned_target"
        assert (answer.status_code, answer.json()) == (400, denied)
        runs.semaphore.patch(f"{API}/deployment_targets/{target}/activate")
        assert runs.semaphore.post(path, json={"request_token": "t"}).status_code == 200

    def test_a_job_is_not_debugged_past_its_target(self, runs: Runs, calls: Calls) -> None:
        """What was deployed through a target that is closed now (D 14.2)."""
        permissions = {"custom_permissions": True, "debug_permissions": ["default_branch"]}
        project = runs.semaphore.get(f"{API}/projects/api").json()
        project["spec"] |= permissions
        assert runs.semaphore.patch(f"{API}/projects/{runs.project}", json=project).is_success
        target = calls.usable()
        pipeline = runs.done(promotable(deployment_target="prod"))
        trigger(runs, pipeline)
        runs.wait()
        job = runs.jobs(started(runs, pipeline)["ppl_id"])[0]
        assert runs.semaphore.post(f"{API}/jobs/{job}/debug", json={}).status_code == 200
        runs.semaphore.patch(f"{API}/deployment_targets/{target}/deactivate")
        answer = runs.semaphore.post(f"{API}/jobs/{job}/debug", json={})
        said = f"You are not allowed to access Deployment Target[{target}]: CORDONED_TARGET"
        assert (answer.status_code, answer.json()["code"], answer.json()["message"]) == (
            403,
            7,
            said,
        )

    def test_the_target_has_to_exist(self, runs: Runs) -> None:
        """One of another name does not help."""
        assert ": deployment target not found (error" in self.refusal(runs)

    def test_the_target_must_not_be_syncing(self, make_semaphore: Callable[..., Any]) -> None:
        """However long that takes."""
        runs = Runs.of(make_semaphore, target_sync_seconds=1e6)
        Calls(runs.semaphore, runs.project).create()
        assert ": deployment target is syncing (error" in self.refusal(runs)

    def test_the_target_has_to_be_in_order(self, runs: Runs, calls: Calls) -> None:
        """Neither corrupted nor cordoned."""
        row, target = calls.usable(), calls.usable("other")
        runs.semaphore.patch(f"{API}/deployment_targets/{row}/deactivate")
        assert ": deployment target is cordoned (error" in self.refusal(runs)
        runs.semaphore.patch(f"{API}/deployment_targets/{row}/activate")
        calls.patch(row, env_vars=[{"name": "A", "value": " "}])
        calls.settle()
        assert ": deployment target is corrupted (error" in self.refusal(runs)
        assert calls.read(target).json()["state"] == "USABLE"

    @pytest.mark.parametrize(
        ("rule", "reference"),
        [
            ({"type": "BRANCH", "match_mode": "EXACT", "pattern": "x"}, "main"),
            ({"type": "BRANCH", "match_mode": "REGEX", "pattern": "^x"}, "main"),
            ({"type": "BRANCH", "match_mode": "ALL", "pattern": ""}, "refs/tags/v1"),
            ({"type": "TAG", "match_mode": "ALL", "pattern": ""}, "refs/pull/7/head"),
        ],
    )
    def test_the_reference_has_to_be_accepted(
        self, runs: Runs, calls: Calls, rule: dict[str, str], reference: str
    ) -> None:
        """Any rule that fits is enough, none is not (C 1.6)."""
        calls.usable(object_rules=[rule])
        assert ": object not allowed (error" in self.refusal(runs, reference)

    @pytest.mark.parametrize(
        "rule", [[], [{"type": "AUTO"}], [{"type": "ROLE", "subject_id": "Reader"}]]
    )
    def test_the_caller_has_to_be_allowed(
        self, runs: Runs, calls: Calls, rule: list[dict[str, str]]
    ) -> None:
        """Nobody, the machine, or another role (C 1.5)."""
        calls.usable(subject_rules=rule)
        assert ": subject not allowed (error" in self.refusal(runs)

    @pytest.mark.parametrize(
        "rule",
        [
            {"type": "ANY"},
            {"type": "USER", "git_login": "embedded-user"},
            {"type": "ROLE", "subject_id": "admin"},
        ],
    )
    def test_the_caller_may_be_allowed_in_several_ways(
        self, runs: Runs, calls: Calls, rule: dict[str, str]
    ) -> None:
        """As anybody, in person or by role."""
        calls.usable(subject_rules=[rule])
        pipeline = runs.done(promotable(deployment_target="prod"))
        assert trigger(runs, pipeline).json() == DONE

    def test_automatic_promotions_are_judged_too(self, runs: Runs, calls: Calls) -> None:
        """A refusal is told by the history only; AUTO lets the machine pass (C 1.5)."""
        user = runs.semaphore.embedded.world.user_id
        target = calls.usable(subject_rules=[{"type": "USER", "subject_id": user}])
        automatic = {"auto_promote": {"when": True}, "deployment_target": "prod"}
        pipeline = runs.done(promotable(**automatic))
        assert listed(runs, pipeline) == []
        history = f"{API}/deployment_targets/{target}/history"
        item = runs.semaphore.get(history).json()["deployments"][0]
        assert (item["state"], item["state_message"], item["pipeline_id"]) == (
            "FAILED",
            "banned_subject",
            "",
        )
        calls.patch(target, subject_rules=[{"type": "AUTO"}])
        assert len(listed(runs, runs.done(promotable(**automatic)))) == 1
        item = runs.semaphore.get(history).json()["deployments"][0]
        assert (item["state"], item["triggered_by"]) == ("STARTED", "Pipeline Done request")
