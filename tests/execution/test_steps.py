"""Steps against the embedded Semaphore that need more than one request, or survive a refusal."""

import asyncio
from typing import Any

from reconciler.commands import Request
from reconciler.embedded import Edition, Settings
from tests.laws.ground import Run, fields, ground
from tests.laws.organization import Holdings, Sent
from tests.laws.strategies.basics import ById

_REPOSITORY = {"url": "git@github.com:acme/api.git", "integration_type": "github_app"}
_API = Sent(
    "Project", "", "api", {"metadata": {"name": "api"}, "spec": {"repository": _REPOSITORY}}
)


def _apply(
    settings: Settings, *, sent: list[Sent], doc: dict[str, Any], rounds: int = 1
) -> tuple[Run, Holdings]:
    """Apply one manifest, so many times; return the last run and all there is."""

    async def work() -> tuple[Run, Holdings]:
        async with ground(settings) as here:
            await here.send(sent)
            for _ in range(rounds):
                request = Request(state=await here.load([doc]), allow_replace=True)
                run = await here.run(request)
            return run, await here.holdings()

    return asyncio.run(work())


def _doc(kind: str, metadata: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"apiVersion": "v1alpha", "kind": kind, "metadata": metadata, **parts}


def test_a_secret_made_anew_keeps_its_policy() -> None:
    """Its values are hidden, so it is replaced; who may use it was not mentioned, so it stays."""
    policy = {"projects_access": "NONE", "project_ids": [], "debug_access": "JOB_DEBUG_NO"}
    body = {"metadata": {"name": "s"}, "data": {"env_vars": []}, "org_config": policy}
    doc = _doc("Secret", {"name": "s"}, data={"env_vars": [{"name": "A", "value": "x"}]})
    settings = Settings.of(Edition.CLOUD, secrets_exposed_content=False)
    run, there = _apply(settings, sent=[Sent("Secret", "", "s", body)], doc=doc)
    assert run.failures == []
    assert policy.items() <= there["Secret", "", "s"]["org_config"].items()


def test_a_target_is_switched_after_it_took_new_values() -> None:
    """Until then the server refuses every write (C 1.7)."""
    body = {"name": "t", "project_id": "api", "env_vars": [{"name": "A", "value": "1"}]}
    spec = {"active": False, "env_vars": [{"name": "A", "value": "2"}]}
    doc = _doc("DeploymentTarget", {"name": "t", "project_id_or_name": "api"}, spec=spec)
    settings = Settings.of(Edition.CLOUD, target_sync_seconds=3)
    target = Sent("DeploymentTarget", "api", "t", body | {"project_id": ById("Project", "api")})
    run, there = _apply(settings, sent=[_API, target], doc=doc)
    assert run.failures == []
    assert there["DeploymentTarget", "api", "t"]["active"] is False


def test_a_refusal_after_the_work_is_done_is_no_failure() -> None:
    """Every update of a project of plain git ends in a refusal, its own fields changed (A 3.4)."""
    repository = {"url": "ssh://git@example.com/acme/api.git", "integration_type": "git"}
    doc = _doc("Project", {"name": "api", "description": "ours"}, spec={"repository": repository})
    settings = Settings.of(Edition.CE)
    run, there = _apply(settings, sent=[], doc=doc)
    assert run.failures == []
    assert there["Project", "", "api"]["metadata"]["description"] == "ours"


def test_a_refused_update_says_what_was_done() -> None:
    """The project's own fields come first, the repository last, and only that is refused."""
    repository = {"url": "ssh://git@example.com/acme/api.git", "integration_type": "git"}
    body = {"metadata": {"name": "api"}, "spec": {"repository": repository}}
    doc = _doc(
        "Project",
        {"name": "api", "description": "ours"},
        spec={"repository": repository | {"pipeline_file": "b.yml"}},
    )
    run, _ = _apply(Settings.of(Edition.CE), sent=[Sent("Project", "", "api", body)], doc=doc)
    (failure,) = run.failures
    assert "part of it is done: metadata.description" in failure


def test_a_task_without_a_branch_stays_without_one() -> None:
    """Repeated with its project it would run on master (A 2.2)."""
    spec = {"project": "api", "recurring": False, "pipeline_file": "a.yml"}
    body = {"apiVersion": "v1.1", "kind": "Schedule", "metadata": {"name": "n"}, "spec": spec}
    doc = _doc("Project", {"name": "api", "description": "x"}, spec={"repository": _REPOSITORY})
    sent = [_API, Sent("Schedule", "api", "n", body)]
    run, there = _apply(Settings.of(Edition.CLOUD), sent=sent, doc=doc)
    assert run.failures == []
    assert there["Schedule", "api", "n"]["reference"] == "refs/heads/"


def test_a_rule_for_a_role_by_its_id() -> None:
    """The server shows the id, we show the name: both are the same role from the first plan on."""
    spec = {"subject_rules": [{"type": "ROLE", "subject_id": ById("Role", "Admin")}]}
    doc = _doc("DeploymentTarget", {"name": "t", "project_id_or_name": "api"}, spec=spec)
    run, _ = _apply(Settings.of(Edition.CLOUD), sent=[_API], doc=doc)
    assert run.failures == []
    again, _ = _apply(Settings.of(Edition.CLOUD), sent=[_API], doc=doc, rounds=2)
    assert fields(again.plan) == []
