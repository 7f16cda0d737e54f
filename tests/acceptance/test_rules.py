"""The ``reconciler:`` block, --target and --exclude, and what the exit codes say."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied
from tests.acceptance.manifests import (
    DASHBOARD,
    EVERYTHING,
    NOTIFICATION,
    PROJECT,
    PROJECT_SECRET,
    SCHEDULE,
    SECRET,
    TARGET,
)

RENAMED = {
    "Project/api2": (PROJECT, "name: api", "api"),
    "DeploymentTarget/api/production2": (TARGET, "name: production", "production"),
    "Schedule/api/nightly2": (SCHEDULE, "name: nightly", "nightly"),
    "Notification/ops2": (NOTIFICATION, "name: ops", "ops"),
    "Dashboard/main2": (DASHBOARD, "name: main}", "main"),
    "Secret/prod-db2": (SECRET, "name: prod-db", "prod-db"),
    "ProjectSecret/api/db2": (PROJECT_SECRET, "name: db", "db"),
}
REPLACED = "reconciler: {replace: allow}\n"
HIDDEN = ("Secret/prod-db2", "ProjectSecret/api/db2")
"""Values that the server hides can't be sent with another name: such objects are created again."""


@pytest.mark.parametrize("address", RENAMED)
def test_renamed_from(local: Program, place: Path, address: str) -> None:
    """Renamed in place where the API can, created again with consent where not; never twice."""
    applied(local, "all.yml")
    text, name, old = RENAMED[address]
    new = text.replace(name, name.rstrip("}") + "2" + "}" * name.count("}"), 1)
    (place / "new.yml").write_text(f"{new}reconciler: {{renamed_from: {old}}}\n")
    ran = local("plan", "--detailed-exitcode", "new.yml")
    assert f"      renamed from {old}\n" in ran.out
    if address in HIDDEN:
        assert ran.code == 4
        assert f"!   new.yml:1:1: {address}: renamed from {old}: it has to be deleted" in ran.out
        assert "Fingerprint" not in ran.out
        assert "1 to replace." in ran.out
    else:
        assert ran.code == 2
        assert "Summary: 1 to update." in ran.out
    ran = local("apply", "--auto-approve", "--allow-replace", "new.yml")
    assert ran.code == 0
    assert address in ran.report
    assert "Done: 1 of 1 change (1 " in ran.report
    assert local("plan", "--detailed-exitcode", "new.yml").code == 0


def test_absent_ignore_protect(local: Program, place: Path) -> None:
    """Absent deletes once, ignored fields keep their value, the protected stays."""
    applied(local, "all.yml")
    (place / "m.yml").write_text(
        f"{NOTIFICATION}reconciler: {{absent: true}}\n---\n"
        f"{DASHBOARD}reconciler: {{ignore: [spec.widgets]}}\n---\n"
        f"{SECRET}reconciler: {{protect: true}}\n"
    )
    ran = local("apply", "--auto-approve", "m.yml")
    assert "declared absent" in ran.out
    assert "Done: 1 of 1 change (1 deleted)." in ran.report
    assert local("plan", "--detailed-exitcode", "m.yml").code == 0
    ran = local("destroy", "--auto-approve", "m.yml")
    assert "Secret/prod-db stays: it is protected" in ran.out
    assert "Done: 1 of 1 change (1 deleted)." in ran.report


def test_protection_is_remembered(local: Program, place: Path) -> None:
    """What was protected stays, although its manifest does not say so any more."""
    (place / "m.yml").write_text(f"{SECRET}reconciler: {{protect: true}}\n")
    applied(local, "m.yml")
    (place / "m.yml").write_text(SECRET)
    ran = local("destroy", "--auto-approve", "m.yml")
    assert "m.yml:1:1: warning: Secret/prod-db stays: it is protected, as its manifest once" in (
        ran.out
    )
    assert "Nothing to do: 1 object kept.\n" in ran.out
    (place / "m.yml").write_text(f"{SECRET}reconciler: {{absent: true}}\n")
    for command in ("plan", "drift"):
        ran = local(command, "m.yml")
        assert (ran.code, "declared absent, but it is protected" in ran.out) == (4, True)


def test_target(local: Program) -> None:
    """Only what is named is planned; a project it needs is missed with words."""
    ran = local("plan", "--target", "Secret/*", "all.yml")
    assert "Summary: 1 to create." in ran.out
    assert "Left out of this run: 8 objects." in ran.out
    ran = local("plan", "--target", "Schedule/*", "all.yml")
    assert ran.code == 1
    assert ran.err.startswith(
        "all.yml:30:3: error: Schedule/api/nightly needs project 'api', which does not exist yet; "
        "take Project/api into this run\n"
    )
    assert local("plan", "--exclude", "Project/api", "all.yml").err.count("into this run") == 5


def test_a_target_that_names_nothing(local: Program) -> None:
    """With a slip in it, it is an error, not nothing to do; in all commands, globs too."""
    ran = local("plan", "--target", "Project/apii", "all.yml")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "error: --target Project/apii: no manifest declares this; did you mean 'Project/api'?\n"
    )
    assert local("plan", "--exclude", "Secret/prod-dbs", "all.yml").code == 1
    nothing = "nothing that is declared, remembered or live matches this"
    for text, said in {
        "Projects/*": "there is no kind 'Projects'; did you mean 'Project/*'?",
        "project/a*": "there is no kind 'project'; did you mean 'Project/a*'?",
        "Schedule/z*": nothing,
        "Project/ap[x]": f"{nothing}; did you mean 'Project/api'?",
    }.items():
        for option in ("--target", "--exclude"):
            for command in ("plan", "drift", "apply", "destroy"):
                ran = local(command, option, text, "all.yml")
                assert (ran.code, ran.out) == (1, "")
                assert ran.err.splitlines()[0] == f"error: {option} {text}: {said}"
    ran = local("plan", "--target", "Schedule/*", "--exclude", "Schedule/api/*", "all.yml")
    assert "Nothing to do: all is left out of this run.\n" in ran.out


def test_an_excluded_schedule_stays(local: Program, place: Path) -> None:
    """A list that means "these and no others" does not reach what is left out."""
    applied(local, "all.yml")
    (place / "m.yml").write_text(f"{PROJECT}  tasks: []\n")
    assert "Summary: 1 to delete" in local("plan", "m.yml").out
    for option in (("--exclude", "Schedule/api/nightly"), ("--target", "Project/api")):
        assert "Nothing to do: 1 object is as declared." in local("plan", *option, "m.yml").out


OUTSIDE = f"""\
{NOTIFICATION.replace("[failed]", "[failed, passed]")}---
{TARGET.replace("nightjar-3", "nightjar-outside")}---
apiVersion: v1alpha
kind: SelfHostedAgentType
metadata: {{name: s1-linux}}
reconciler: {{absent: true}}
---
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: stray}}
"""


def test_drift(local: Program, place: Path) -> None:
    """Drift is told from the other side, with who did it, and exits with 2."""
    applied(local, "all.yml")
    ran = local("drift", "all.yml")
    assert (ran.code, ran.out) == (
        0,
        "Drift of embedded:\n\nNo drift: 9 objects as declared.\n",
    )
    (place / "outside.yml").write_text(OUTSIDE)
    assert local("apply", "--auto-approve", "--ledger", "none", "outside.yml").code == 0
    code, out, _ = local("drift", "all.yml")
    assert code == 2
    assert "spec.rules.failures.filter.results  [failed] → [failed, passed]\n" in out
    assert "spec.env_vars.KEY.value  <secret from manifest> → <secret from server>\n" in out
    assert out.count("      changed outside\n") == 2
    assert "Declared, but missing:\n  -   SelfHostedAgentType/s1-linux" in out
    assert "      deleted outside\n" in out
    assert "declared nowhere (not a drift):\n  Dashboard: 1\n      Dashboard/stray\n" in out
    assert out.endswith("Drift: 2 different, 1 missing; 6 objects as declared.\n")
    assert local("plan", "--detailed-exitcode", "all.yml").code == 2
    assert local("plan", "all.yml").code == 0
    applied(local, "all.yml")


def test_who_changed_a_secret(local: Program, place: Path) -> None:
    """Another value in the manifest is a change made here."""
    applied(local, "all.yml")
    (place / "all.yml").write_text(EVERYTHING.replace("nightjar-3", "nightjar-new"))
    out = local("plan", "all.yml").out
    assert "      changed here\n        spec.env_vars.KEY.value  <secret from server>" in out
    assert "  ✎   DeploymentTarget/api/production: spec.env_vars.KEY.value\n" in out


def test_destroy(local: Program) -> None:
    """Dependents first, by consent only, and what can't be deleted is told."""
    applied(local, "all.yml")
    ran = local("destroy", "all.yml")
    assert ran.code == 4
    assert "nothing was changed: there is no terminal to ask on" in ran.err
    assert "Fingerprint" not in ran.out
    assert (
        "all.yml:50:1: warning: ArtifactsRetentionPolicy/api stays as long as its project: "
        "Semaphore's API can't delete it\n"
    ) in ran.out
    assert (
        "warning: Project/api: to delete it deletes all that is in it, declared or not" in ran.out
    )
    ran = local("destroy", "--auto-approve", "all.yml")
    assert ran.code == 0
    done = [line.split()[1] for line in ran.report.splitlines() if " deleted " in line]
    assert len(done) == 8
    assert done[-1] == "Project/api"
    ran = local("destroy", "--auto-approve", "all.yml")
    assert (ran.code, ran.err) == (0, "")
    assert "Nothing to do: nothing is left of what is declared.\n" in ran.out
    out = local("plan", "all.yml").out
    assert "Summary: 9 to create." in out
    assert "deleted outside" not in out


def test_a_refused_plan_is_not_saved(local: Program, place: Path) -> None:
    """What apply would refuse is no file to hand over."""
    applied(local, "all.yml")
    (place / "all.yml").write_text(EVERYTHING.replace("nightjar-1", "nightjar-new"))
    ran = local("plan", "--out", "p.json", "all.yml")
    assert ran.code == 4
    assert ran.err == "error: not saved to p.json: the plan is refused as it stands\n"
    assert not (place / "p.json").exists()
    assert local("plan", "--out", "p.json", "--allow-replace", "all.yml").code == 0
    assert local("apply", "--auto-approve", "p.json").code == 0


def test_a_value_that_goes_is_none_that_is_written(local: Program, place: Path) -> None:
    """What is marked as a secret that is written is what somebody's value is replaced by."""
    two = SECRET.replace("[{name: PASSWORD", "[{name: OLD, value: nightjar-0}, {name: PASSWORD")
    (place / "m.yml").write_text(two)
    applied(local, "m.yml")
    (place / "m.yml").write_text(SECRET)
    ran = local("plan", "m.yml")
    assert "  ✎   Secret/prod-db: data.env_vars.PASSWORD.value\n" in ran.out
    assert "data.env_vars.OLD" in ran.out
    left = "reconciler: {ignore: [data.env_vars.OLD], replace: allow}\n"
    (place / "m.yml").write_text(two.replace("nightjar-1", "nightjar-2") + left)
    ran = local("plan", "m.yml")
    assert (ran.code, "left to others by its `ignore`" in ran.out) == (4, True), ran
    assert "  ✎   Secret/prod-db: data.env_vars.PASSWORD.value\n" in ran.out
    (place / "m.yml").write_text(two.replace("nightjar-1", "nightjar-2") + REPLACED)
    applied(local, "m.yml")  # as the refusal advises


@pytest.mark.parametrize("name", ["PASWORD", "PASSWORD"])
def test_an_ignored_item_that_is_nowhere_is_told(local: Program, place: Path, name: str) -> None:
    """What was to be left alone is not: a slip of the pen."""
    (place / "m.yml").write_text(SECRET)
    applied(local, "m.yml")
    (place / "m.yml").write_text(f"{SECRET}reconciler: {{ignore: [data.env_vars.{name}]}}\n")
    ran = local("plan", "m.yml")
    told = "`ignore` names data.env_vars.PASWORD, which is neither in the manifest nor in Semaphore"
    assert (ran.code, told in ran.out) == (0, name == "PASWORD"), ran


def test_a_value_that_is_left_to_others_is_not_read(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its source is needed to make the object, and not to change the rest of it."""
    values = "[{name: A, value_from: {env: A}}, {name: KEY, value: nightjar-3}]"
    target = TARGET.replace("[{name: KEY, value: nightjar-3}]", values)
    (place / "m.yml").write_text(f"{PROJECT}---\n{target}")
    monkeypatch.setenv("A", "nightjar-a")
    applied(local, "m.yml")
    monkeypatch.delenv("A")
    left = "reconciler: {ignore: [spec.env_vars.A]}\n"
    (place / "m.yml").write_text(f"{PROJECT}---\n{target}{left}")
    assert local("plan", "--detailed-exitcode", "m.yml").code == 0
    changed = f"{PROJECT}---\n{target.replace('nightjar-3', 'nightjar-new')}{left}"
    (place / "m.yml").write_text(changed)
    applied(local, "m.yml")
    (place / "m.yml").write_text(changed.replace("production", "another"))
    assert "env A is not set" in local("plan", "m.yml").err
