"""Promotions: lists, triggers, parameters, targets, and those that happen alone (D 13)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded.pipeline_runs import API, START, Runs, definition
from tests.embedded.target_calls import NOBODY, Calls

PROMOTIONS = f"{API}/promotions"
DONE = "Promotion successfully triggered."


@pytest.fixture
def runs(make_semaphore: Callable[..., Any]) -> Runs:
    return Runs.of(make_semaphore)


def promotable(*commands: str, **promotion: Any) -> str:
    """A definition with one promotion, called P."""
    known = {"name": "P", "pipeline_file": "deploy.yml", **promotion}
    return definition(*commands, promotions=[known])


def parameters(*env_vars: dict[str, Any]) -> dict[str, Any]:
    return {"parameters": {"env_vars": list(env_vars)}}


def trigger(runs: Runs, pipeline: str, name: str = "P", **fields: Any) -> Any:
    body = {"pipeline_id": pipeline, "name": name, **fields}
    return runs.semaphore.post(PROMOTIONS, json=body)


def listed(runs: Runs, pipeline: str, **query: Any) -> list[dict[str, Any]]:
    answer = runs.semaphore.get(PROMOTIONS, params={"pipeline_id": pipeline, **query})
    assert answer.status_code == 200, answer.text
    promotions: list[dict[str, Any]] = answer.json()
    return promotions


def started(runs: Runs, pipeline: str) -> dict[str, Any]:
    """The pipeline that the newest promotion has started."""
    runs.wait(1)
    return runs.pipeline(listed(runs, pipeline)[0]["scheduled_pipeline_id"])


def test_a_promotion_starts_a_pipeline_of_the_same_workflow(runs: Runs) -> None:
    """Its file lies beside that of the promoted one; the answer has no id (D 13.2)."""
    runs.file(definition(name="Deployment"), ".semaphore/deploy.yml")
    pipeline = runs.done(promotable())
    answer = trigger(runs, pipeline)
    assert (answer.status_code, answer.json()) == (200, DONE)
    assert "content-type" not in answer.headers
    runs.wait()
    shown = started(runs, pipeline)
    assert (shown["name"], shown["state"], shown["promotion_of"], shown["wf_id"]) == (
        "Deployment",
        "done",
        pipeline,
        runs.pipeline(pipeline)["wf_id"],
    )
    assert shown["yaml_file_name"] == "deploy.yml"
    assert shown["triggerer"]["ppl_triggered_by"] == 1


def test_a_new_promotion_is_being_processed(runs: Runs) -> None:
    """Without schedule and pipeline at first, then with both (D 13.1)."""
    pipeline = runs.done(promotable())
    trigger(runs, pipeline)
    first = [listed(runs, pipeline)[0] for _ in range(3)][-1]
    runs.wait(1)
    then = listed(runs, pipeline)[0]
    triggered = {"seconds": int(START) + 3600, "nanos": 250_000_000}
    assert first == {
        "name": "P",
        "override": False,
        "scheduled_at": {"seconds": 0, "nanos": 0},
        "scheduled_pipeline_id": "",
        "status": "processing",
        "triggered_at": triggered,
        "triggered_by": runs.semaphore.embedded.world.user_id,
    }
    assert (then["status"], then["scheduled_at"]) == ("passed", triggered)
    assert then["scheduled_pipeline_id"]


def test_how_long_it_is_processed_can_be_set(make_semaphore: Callable[..., Any]) -> None:
    """Zero is at once."""
    runs = Runs.of(make_semaphore, promotion_processing_seconds=0)
    pipeline = runs.done(promotable())
    trigger(runs, pipeline)
    assert listed(runs, pipeline)[0]["status"] == "passed"


def test_a_token_starts_one_pipeline_only(runs: Runs) -> None:
    """The answer is the same; without a token each call promotes (D 13.2)."""
    pipeline = runs.done(promotable())
    for token in ("a", "a", "b"):
        assert trigger(runs, pipeline, request_token=token).json() == DONE
    assert len(listed(runs, pipeline)) == 2
    trigger(runs, pipeline)
    trigger(runs, pipeline)
    assert len(listed(runs, pipeline)) == 4


@pytest.mark.parametrize("commands", [["exit 1"], ["sleep 5000"]])
def test_what_has_not_passed_needs_an_override(runs: Runs, commands: list[str]) -> None:
    """Failed or running (D 13.2)."""
    runs.file(promotable(*commands))
    pipeline = runs.start()
    runs.wait(60)
    refused = trigger(runs, pipeline)
    assert (refused.status_code, refused.json()) == (
        400,
        "Triggering target when pipeline is not passed requires override confirmation.",
    )
    assert trigger(runs, pipeline, override="true").json() == DONE
    assert listed(runs, pipeline)[0]["override"] is True


@pytest.mark.parametrize(
    ("override", "shown"),
    [("yes", '"yes"'), (1, "1"), (None, "nil"), ("True", '"True"'), ("", '""')],
)
def test_override_is_a_boolean(runs: Runs, override: Any, shown: str) -> None:
    """True and false, or these words (D 13.2)."""
    answer = trigger(runs, runs.done(promotable()), override=override)
    assert (answer.status_code, answer.json()) == (
        400,
        f"Invalid value of 'override' param: {shown} - needs to be boolean.",
    )


def test_an_unknown_promotion_is_refused(runs: Runs) -> None:
    """With the id of the switch."""
    pipeline = runs.done(promotable())
    switch = runs.pipeline(pipeline)["switch_id"]
    answer = trigger(runs, pipeline, name="Q")
    assert (answer.status_code, answer.json()) == (
        400,
        f"Target for switch: {switch} with name: Q not found",
    )


def test_a_pipeline_without_promotions_is_an_internal_error(runs: Runs) -> None:
    """For lists and triggers alike (D 13.1, D 13.2)."""
    pipeline = runs.done(definition())
    for answer in (
        trigger(runs, pipeline),
        runs.semaphore.get(PROMOTIONS, params={"pipeline_id": pipeline}),
    ):
        assert (answer.status_code, answer.json()) == (500, "Internal error")


@pytest.mark.parametrize("query", [{}, {"pipeline_id": NOBODY}, {"pipeline_id": "x"}])
def test_an_unknown_pipeline_is_not_found(runs: Runs, query: dict[str, str]) -> None:
    """Missing or unknown, listing or triggering."""
    for answer in (
        runs.semaphore.get(PROMOTIONS, params=query),
        runs.semaphore.post(PROMOTIONS, json=query),
    ):
        assert (answer.status_code, answer.text) == (404, "Not Found")


@pytest.mark.parametrize("permission", ["project.view", "project.job.rerun"])
def test_permissions_are_of_viewing_and_rerunning(
    make_semaphore: Callable[..., Any], permission: str
) -> None:
    """Without them the pipeline is not there (D 2)."""
    pipeline_of: dict[str, Any] = {"pipeline_id": NOBODY}
    runs = Runs.of(make_semaphore, permissions_denied=frozenset({permission}))
    read = runs.semaphore.get(PROMOTIONS, params=pipeline_of)
    written = runs.semaphore.post(PROMOTIONS, json=pipeline_of)
    assert (read.status_code, written.status_code) == (404, 404)


def test_parameters_become_variables_of_the_pipeline(runs: Runs) -> None:
    """Given ones and defaults; keys of the query count too (D 13.2)."""
    env_vars: list[dict[str, Any]] = [
        {"name": "VERSION", "options": ["1", "2"]},
        {"name": "REGION", "default_value": "eu"},
        {"name": "NOTE", "required": False},
    ]
    pipeline = runs.done(promotable(**parameters(*env_vars)))
    answer = runs.semaphore.post(
        PROMOTIONS, params={"VERSION": "2"}, json={"pipeline_id": pipeline, "name": "P"}
    )
    assert answer.json() == DONE
    assert started(runs, pipeline)["env_vars"] == [
        {"name": "VERSION", "value": "2"},
        {"name": "REGION", "value": "eu"},
    ]


@pytest.mark.parametrize(
    "given",
    [{}, {"VERSION": "3"}, {"VERSION": 1}, {"VERSION": None}, {"VERSION": "1", "OTHER": "x"}],
)
def test_mistaken_parameters_are_an_internal_error(runs: Runs, given: dict[str, Any]) -> None:
    """Missing, not among the options, no text, undeclared: nothing is started (D 13.2)."""
    promotion = parameters({"name": "VERSION", "options": ["1", "2"]})
    pipeline = runs.done(promotable(**promotion))
    answer = trigger(runs, pipeline, **given)
    assert (answer.status_code, answer.json()) == (500, "Internal error")
    assert listed(runs, pipeline) == []


def test_lists_are_paged_newest_first(runs: Runs) -> None:
    """Ten by default, with links; a name filters; beyond the end is the last page (D 7)."""
    second = {"name": "Q", "pipeline_file": "q.yml"}
    first = {"name": "P", "pipeline_file": "p.yml"}
    pipeline = runs.done(definition(promotions=[first, second]))
    for name in ["P"] * 11 + ["Q"]:
        trigger(runs, pipeline, name=name)
    answer = runs.semaphore.get(PROMOTIONS, params={"pipeline_id": pipeline})
    assert (answer.headers["total"], answer.headers["per-page"]) == ("12", "10")
    assert f"{PROMOTIONS}?page=2&pipeline_id={pipeline}" in answer.headers["link"]
    assert [item["name"] for item in answer.json()][:2] == ["Q", "P"]
    assert len(listed(runs, pipeline, name="Q")) == 1
    assert len(listed(runs, pipeline, page=9)) == 2


@pytest.mark.parametrize(
    ("query", "status", "body"),
    [
        (
            {"page": "x"},
            400,
            "Invalid value of 'page' param: \"x\" - needs to be integer.",
        ),
        ({"page_size": "100"}, 500, "Internal error"),
    ],
)
def test_pages_have_limits(runs: Runs, query: dict[str, str], status: int, body: str) -> None:
    """Numbers only, and fewer than a hundred at once (D 13.1)."""
    query = {"pipeline_id": runs.done(promotable()), **query}
    answer = runs.semaphore.get(PROMOTIONS, params=query)
    assert (answer.status_code, answer.json()) == (status, body)


@pytest.mark.parametrize(
    ("promotion", "reference", "happens"),
    [
        ({"auto_promote": {"when": "branch = 'main' and result = 'passed'"}}, "main", True),
        ({"auto_promote": {"when": "branch = 'main' and result = 'failed'"}}, "main", False),
        ({"auto_promote": {"when": "tag =~ '^v1'"}}, "refs/tags/v1.2", True),
        ({"auto_promote": {"when": "pull_request =~ '.*'"}}, "refs/pull/7/head", True),
        ({"auto_promote": {"when": True}}, "main", True),
        ({"auto_promote_on": [{"result": "passed", "branch": ["^ma"]}]}, "main", True),
        ({"auto_promote_on": [{"result": "passed", "labels": ["dev"]}]}, "main", False),
        ({"auto_promote_on": [{"result": "passed"}]}, "main", True),
        ({}, "main", False),
    ],
)
def test_promotions_may_happen_by_themselves(
    runs: Runs, promotion: dict[str, Any], reference: str, happens: bool
) -> None:
    """When the pipeline is done and its condition holds (D 13.1)."""
    pipeline = runs.done(promotable(**promotion), reference)
    found = listed(runs, pipeline)
    assert [item["triggered_by"] for item in found] == ["Pipeline Done request"] * happens
    if happens:
        assert started(runs, pipeline)["triggerer"]["ppl_triggered_by"] == 2


def test_nobody_can_give_the_parameters_of_an_automatic_promotion(runs: Runs) -> None:
    """One without a default makes it fail, without a pipeline."""
    promotion = {"auto_promote": {"when": True}, **parameters({"name": "VERSION"})}
    pipeline = runs.done(promotable(**promotion))
    listed(runs, pipeline)
    found = listed(runs, pipeline)[0]
    assert (found["status"], found["scheduled_pipeline_id"]) == ("failed", "")


def test_an_automatic_promotion_comes_after_the_end(runs: Runs) -> None:
    """Of the pipeline, by a moment in which it is done and nothing else runs."""
    runs.file(promotable(auto_promote={"when": True}))
    pipeline = runs.start()
    while runs.pipeline(pipeline)["state"] != "done":
        runs.wait(0.125)
    assert listed(runs, pipeline) == []
    runs.wait(0.5)
    (promotion,) = listed(runs, pipeline)
    assert promotion["triggered_by"] == "Pipeline Done request"


@pytest.mark.parametrize("query", [{"page": "0"}, {"page": "-1"}, {"page_size": "0"}])
def test_pages_begin_with_one(runs: Runs, query: dict[str, str]) -> None:
    """What is no page is an error of the service behind (D 13.1)."""
    pipeline = runs.done(promotable())
    answer = runs.semaphore.get(PROMOTIONS, params={"pipeline_id": pipeline, **query})
    assert (answer.status_code, answer.json()) == (500, "Internal error")


def test_a_token_is_not_blank(runs: Runs) -> None:
    """The service behind has no promotion without one (D 13.2)."""
    pipeline = runs.done(promotable())
    answer = trigger(runs, pipeline, request_token="")
    assert (answer.status_code, answer.json()) == (500, "Internal error")
    assert listed(runs, pipeline) == []


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
