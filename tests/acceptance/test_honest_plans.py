"""What was not compared is said, by plan and drift, in text, JSON and exit code."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document, seeded
from tests.acceptance.manifests import (
    AGENT_TYPE,
    DASHBOARD,
    EVERYTHING,
    NOTIFICATION,
    PROJECT,
    SCHEDULE,
    SECRET,
    TARGET,
    WEB,
)


def test_a_refusal_is_never_a_zero(local: Program, place: Path) -> None:
    """An object that could not be compared is not as declared, and no plan or drift says so."""
    old = NOTIFICATION.replace("name: ops", "name: old")
    seeded(local, place, f"{old}---\n{NOTIFICATION.replace('name: ops', 'name: new')}")
    (place / "m.yml").write_text(
        f"{NOTIFICATION.replace('name: ops', 'name: new')}reconciler: {{renamed_from: old}}\n"
    )
    for command in ("plan", "drift", "apply"):
        ran = local(command, *(["--auto-approve"] if command == "apply" else []), "m.yml")
        assert ran.code == 4
        assert "both Notification/old and Notification/new exist" in ran.out
        assert "No drift" not in ran.out
    for command in ("plan", "drift"):
        told = document(local, command, "m.yml")
        assert [refusal["address"] for refusal in told["refusals"]] == ["Notification/new"]
        assert told["unchanged"] == []


def test_a_refused_plan_is_no_success(local: Program, place: Path) -> None:
    """With or without options."""
    applied(local, "all.yml")
    (place / "all.yml").write_text(EVERYTHING.replace("nightjar-1", "nightjar-other"))
    for options in ((), ("--detailed-exitcode",), ("--out", "plan.json")):
        assert local("plan", *options, "all.yml").code == 4
    assert not (place / "plan.json").exists()
    assert local("drift", "all.yml").code == 2


def test_drift_looks_at_every_kind(local: Program, place: Path) -> None:
    """Of the organization and in declared projects, whatever kinds are declared."""
    seeded(local, place, f"{EVERYTHING}---\n{WEB}")
    (place / "m.yml").write_text(PROJECT)
    looked = document(local, "drift", "m.yml")
    inside = ["DeploymentTarget/api/production", "ProjectSecret/api/db", "Schedule/api/nightly"]
    inside.append("ArtifactsRetentionPolicy/api")
    around = ["Dashboard/main", "Notification/ops", "Project/web", "Secret/prod-db"]
    around.append("SelfHostedAgentType/s1-linux")
    assert looked["unmanaged"] == sorted(inside + around)
    ran = local("drift", "m.yml")
    assert (ran.code, "  Dashboard: 1\n      Dashboard/main\n" in ran.out) == (0, True)
    (place / "m.yml").write_text(WEB)
    assert document(local, "drift", "m.yml")["unmanaged"] == sorted(
        [*(name for name in around if name != "Project/web"), "Project/api"]
    )
    everywhere = document(local, "drift", "--unmanaged", "all", "m.yml")["unmanaged"]
    assert set(inside) < set(everywhere)
    assert document(local, "drift", "--unmanaged", "hide", "m.yml")["unmanaged"] == []
    ran = local("drift", "--unmanaged", "fail", "m.yml")
    said = "Not enough for --unmanaged fail: 5 objects declared nowhere.\n"
    assert (ran.code, said in ran.out) == (2, True)


def test_what_may_not_be_seen_is_said(
    local: Program, place: Path, broken: Callable[..., None]
) -> None:
    """A kind that nothing declares and that can't be read stops nobody, and is not empty."""
    applied(local, "all.yml")
    (place / "m.yml").write_text(f"{PROJECT}---\n{DASHBOARD}")
    broken(action="deny", path="/api/v1alpha/self_hosted_agent_types")
    ran = local("drift", "m.yml")
    assert ran.code == 0, ran
    assert "Not looked into:\n  SelfHostedAgentType: GET" in ran.out
    assert [part["kind"] for part in document(local, "drift", "m.yml")["unread"]] == [
        "SelfHostedAgentType"
    ]
    assert local("drift", "--unmanaged", "fail", "m.yml").code == 2
    (place / "m.yml").write_text(f"{PROJECT}---\n{AGENT_TYPE}")
    assert local("drift", "m.yml").code == 1


def test_a_drift_that_compared_nothing_is_no_success(local: Program) -> None:
    """A selection that leaves nothing would be green for ever."""
    applied(local, "all.yml")
    ran = local("drift", "--exclude", "*", "all.yml")
    assert (ran.code, "Nothing was compared" in ran.out) == (4, True)
    ran = local("drift", "--exclude", "*", "--format", "json", "all.yml")
    assert (ran.code, json.loads(ran.out)["compared"]) == (4, False)
    assert document(local, "drift", "all.yml")["compared"] is True
    ran = local("drift", "--exclude", "Project/*", "all.yml")
    assert (ran.code, "Left out of this run: 1 object.\n" in ran.out) == (0, True)


def test_a_setting_that_is_not_in_effect_is_not_as_declared(
    reconciler: Program, place: Path
) -> None:
    """An edition without access policies opens the secret to every project, and that is said."""
    org = ("--org", "embedded:?edition=ee", "-q")
    (place / "m.yml").write_text(f"{SECRET}org_config: {{projects_access: NONE}}\n")
    made = reconciler(*org, "apply", "--auto-approve", "m.yml")
    assert made.code == 0
    ran = reconciler(*org, "plan", "m.yml")
    assert "Nothing to do: 1 object with 1 setting not in effect.\n" in ran.out
    assert "not in effect, this organization does not honour it: org_config" in made.out
    assert reconciler(*org, "drift", "--strict", "m.yml").code == 2
    (place / "m.yml").write_text(f"{SECRET}org_config: {{projects_access: ALL}}\n")
    ran = reconciler(*org, "plan", "--strict", "--detailed-exitcode", "m.yml")
    assert (ran.code, "1 object is as declared" in ran.out) == (0, True)


def test_values_that_were_not_read_are_told_of_what_changes_too(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan without values does not show a change as if it were all of it."""
    monkeypatch.setenv("A", "nightjar-a")
    (place / "m.yml").write_text(
        f"{PROJECT}---\n{TARGET}".replace("value: nightjar-3", "value_from: {env: A}")
    )
    applied(local, "m.yml")
    (place / "m.yml").write_text(
        (place / "m.yml").read_text().replace("production,", "production, description: d,")
    )
    looked = document(local, "plan", "--no-values", "m.yml")
    assert [value["path"] for value in looked["unknown"]] == ["spec.env_vars.KEY.value"]


def test_rewrite_says_where_there_is_nothing_to_write(local: Program, place: Path) -> None:
    """What Semaphore shows is known."""
    applied(local, "all.yml")
    nothing = "--rewrite has nothing to write: no declared value of it is hidden"
    assert nothing in local("plan", "--rewrite", "DeploymentTarget/*", "all.yml").out
    changed = (place / "all.yml").read_text().replace("nightjar-3", "nightjar-new")
    (place / "all.yml").write_text(changed)
    ran = local("plan", "--rewrite", "DeploymentTarget/*", "all.yml")
    assert ("✎" in ran.out, nothing in ran.out) == (True, False), ran


def test_a_target_leaves_out_what_a_list_would_delete(local: Program, place: Path) -> None:
    """The task is no object of a manifest, but what one says of it is not compared."""
    (place / "m.yml").write_text(PROJECT)
    (place / "own.yml").write_text(f"{PROJECT}---\n{SCHEDULE}")
    applied(local, "own.yml")
    (place / "m.yml").write_text(PROJECT + "  tasks: []\n")
    assert "1 to delete" in local("plan", "m.yml").out
    ran = local("plan", "--target", "Project/api", "m.yml")
    assert "Left out of this run: 1 object.\n" in ran.out
    for command in ("plan", "drift"):
        told = document(local, command, "--target", "Project/api", "m.yml")
        assert told["excluded"] == ["Schedule/api/nightly"]
    for chosen in ("--target=Schedule/api/nightly", "--target=*/api/*", "--exclude=Project/api"):
        told = document(local, "plan", chosen, "m.yml")
        assert [(c["address"], c["action"]) for c in told["changes"]] == [
            ("Schedule/api/nightly", "delete")
        ]
        assert local("drift", chosen, "m.yml").code == 2


@pytest.mark.parametrize("ledger", ["ledger.db", "none"])
def test_a_project_that_is_renamed_before_it_is_listed(
    local: Program, place: Path, ledger: str
) -> None:
    """The listing lacks what is not ready yet (A 5): it is asked for, and not made twice."""
    (place / "m.yml").write_text(PROJECT)
    assert local("apply", "--auto-approve", "--ledger", ledger, "m.yml").code == 0
    renamed = PROJECT.replace("name: api", "name: new") + "reconciler: {renamed_from: api}\n"
    (place / "m.yml").write_text(renamed)
    changes = document(local, "plan", "--ledger", ledger, "m.yml")["changes"]
    assert [(change["action"], change["reason"]) for change in changes] == [
        ("update", "renamed from api")
    ]
