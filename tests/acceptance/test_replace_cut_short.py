"""A replacement that can not be done is refused before the delete; one that fails tells all."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.embedded.settings import _EDITIONS, Edition
from tests.acceptance.conftest import FAULTS, Program, applied, document, seeded

NAME = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: db}\n"
RESTRICTED = "org_config: {projects_access: NONE, debug_access: JOB_DEBUG_NO}\n"
ONE = f"{NAME}data: {{env_vars: [{{name: A, value: nightjar-1}}]}}\n"
TWO = (
    f"{NAME}data: {{env_vars: [{{name: A, value: nightjar-2}}, {{name: B, value: nightjar-3}}]}}\n"
)
KINDS = {
    "Secret": ONE,
    "ProjectSecret": (
        "apiVersion: v1alpha\nkind: Project\nmetadata: {name: api}\n"
        "spec: {repository: {url: 'git@github.com:org/api.git', integration_type: github_app}}\n"
        "---\napiVersion: v1\nkind: ProjectSecret\nmetadata: {name: db, project_id_or_name: api}\n"
        "data:\n  env_vars: [{name: A, value: nightjar-1}]\n"
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_values_that_are_together_too_large(local: Program, place: Path, kind: str) -> None:
    """Each of the files would do; Semaphore would refuse both, with the old secret gone."""
    before = KINDS[kind].replace("{env_vars: [", "\n  env_vars: [").replace("]}\n", "]\n")
    (place / "m.yml").write_text(before)
    applied(local, "m.yml")
    for name in ("one", "two"):
        (place / name).write_bytes(b"nightjar" * 400_000)
    files = "\n".join(f"  - {{path: {n}, content_from: {{file: {n}}}}}" for n in ("one", "two"))
    (place / "m.yml").write_text(f"{before}  files:\n{files}\n")
    ran = local("apply", "--auto-approve", "--allow-replace", "m.yml")
    assert ran.code == 4
    assert "data is together 8533346 bytes, Semaphore stores at most 6291456\n" in ran.out
    (place / "m.yml").write_text(before)
    assert local("plan", "--detailed-exitcode", "m.yml").code == 0


def test_a_target_whose_values_are_together_too_large(local: Program, place: Path) -> None:
    """Variables and files count together, and in bytes."""
    (place / "big").write_text("é" * 2_500_000)
    (place / "m.yml").write_text(
        f"{KINDS['ProjectSecret'].partition('---')[0]}---\n"
        "apiVersion: v1alpha\nkind: DeploymentTarget\n"
        "metadata: {name: t, project_id_or_name: api}\n"
        "spec:\n  env_vars: [{name: A, value_from: {file: big}}]\n"
        "  files: [{path: big, content_from: {env: HOME}}, {path: b, content_from: {file: half}}]\n"
    )
    (place / "half").write_bytes(b"x" * 1_200_000)
    ran = local("apply", "--auto-approve", "m.yml")
    assert ran.code == 4
    assert "env_vars and files are together 6600" in ran.out


@pytest.mark.parametrize("ledger", ["none", "ledger.db"])
def test_what_is_gone_and_how_to_put_it_back(
    local: Program, place: Path, broken: Callable[..., None], ledger: str
) -> None:
    """Whoever may use the secret was said elsewhere: that is told, and with a ledger remembered."""
    (place / "restricted.yml").write_text(ONE + RESTRICTED)
    (place / "m.yml").write_text(TWO)
    applied(local, "restricted.yml", f"--ledger={ledger}")
    apply = ("apply", "--auto-approve", "--allow-replace", "--ledger", ledger, "m.yml")
    broken(action="answer", status=422, method="POST", path="*/secrets")
    ran = local(*apply)
    assert ran.code == 3
    assert (
        "state: the old one is deleted; nothing was created; a new plan creates it again. It had "
        'what its manifest does not mention: org_config: {"projects_access": "NONE", '
        '"project_ids": [], "debug_access": "JOB_DEBUG_NO", "attach_access": "JOB_ATTACH_YES"}. '
        "With the same ledger it gets that again, unless others have made one by then; without "
        "one, write it into the manifest first\n"
    ) in ran.report
    broken()
    if ledger == "none":
        (place / "m.yml").write_text(TWO + RESTRICTED)
    else:
        reason = "      an earlier run deleted it to create it again, and came no further\n"
        for look in ("plan", "drift"):
            assert reason in local(look, "--ledger", ledger, "m.yml").out
        plan = local("plan", "--ledger", ledger, "m.yml").out
        assert "        org_config.projects_access  NONE\n" in plan
    assert local(*apply).code == 0
    (place / "whole.yml").write_text(TWO + RESTRICTED)
    assert local("plan", "--detailed-exitcode", "--ledger", ledger, "whole.yml").code == 0


def test_nothing_else_was_there(local: Program, place: Path, broken: Callable[..., None]) -> None:
    """Where the manifest says everything, applying again is all there is to say."""
    (place / "m.yml").write_text(ONE + RESTRICTED)
    applied(local, "m.yml")
    (place / "m.yml").write_text(TWO + RESTRICTED)
    broken(action="answer", status=422, method="POST", path="*/secrets")
    ran = local("apply", "--auto-approve", "--allow-replace", "m.yml")
    assert "nothing was created; a new plan creates it again\n" in ran.report
    broken()
    assert local("apply", "--auto-approve", "m.yml").code == 0


def test_perhaps_it_is_gone(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch, broken: Callable[..., None]
) -> None:
    """The delete has no answer and no look tells: what would be missed is told all the same."""
    (place / "restricted.yml").write_text(ONE + RESTRICTED)
    (place / "m.yml").write_text(TWO)
    applied(local, "restricted.yml")
    faults = [
        {"action": "reset", "when": "after", "method": "DELETE"},
        {"action": "answer", "status": 503, "path": "*/secrets/*", "nth": 2, "times": None}
        | {"method": "GET"},
    ]
    monkeypatch.setenv(FAULTS, json.dumps(faults))
    ran = local("apply", "--auto-approve", "--allow-replace", "m.yml")
    assert ran.code == 3
    assert (
        "state: it may or may not be deleted; if it is, a new plan creates it again. It had "
        'what its manifest does not mention: org_config: {"projects_access": "NONE", '
    ) in ran.report
    broken()
    (place / "whole.yml").write_text(TWO + RESTRICTED)
    assert local("apply", "--auto-approve", "m.yml").code == 0
    assert local("plan", "--detailed-exitcode", "whole.yml").code == 0


GONE = f"{NAME}reconciler: {{absent: true}}\n"
RESTORED = "an earlier run deleted it to create it again, and came no further"


@pytest.mark.parametrize(("status", "certain"), [(403, True), (500, False)])
def test_a_delete_that_was_refused_is_none(
    local: Program, place: Path, broken: Callable[..., None], status: int, certain: bool
) -> None:
    """Deleted by others later, it is made as the manifest says, and has nothing of old.

    Where the answers left open whether it was deleted, it may have been: then it gets all again.
    """
    (place / "restricted.yml").write_text(ONE + RESTRICTED)
    (place / "m.yml").write_text(TWO)
    (place / "gone.yml").write_text(GONE)
    (place / "whole.yml").write_text(TWO + RESTRICTED)
    applied(local, "restricted.yml")
    broken(action="answer", status=status, method="DELETE", path="*/secrets/*")
    ran = local("apply", "--auto-approve", "--allow-replace", "m.yml")
    assert (ran.code, "state: it still exists" in ran.report) == (3, True)
    broken()
    assert local("apply", "--auto-approve", "--ledger", "none", "gone.yml").code == 0
    ran = local("apply", "--auto-approve", "m.yml")
    assert (ran.code, RESTORED in ran.out) == (0, not certain)
    restricted = local("plan", "--detailed-exitcode", "whole.yml").code == 0
    assert restricted == (not certain)


def test_who_deleted_it_between_plan_and_step(
    local: Program, place: Path, broken: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the run that found it gone; what it had is not put back."""
    (place / "restricted.yml").write_text(ONE + RESTRICTED)
    (place / "m.yml").write_text(TWO)
    (place / "whole.yml").write_text(TWO + RESTRICTED)
    applied(local, "restricted.yml")
    hidden = {"action": "answer", "status": 404, "method": "GET", "path": "*/secrets/*"}
    unlisted = {**hidden, "status": 200, "body": '{"secrets": []}', "path": "*/secrets", "nth": 2}
    monkeypatch.setenv(FAULTS, json.dumps([hidden, {**unlisted, "times": 2}]))
    ran = local("apply", "--auto-approve", "--allow-replace", "m.yml")
    assert (ran.code, "it is gone since it was planned" in ran.report) == (3, True)
    broken()
    (place / "gone.yml").write_text(GONE)
    assert local("apply", "--auto-approve", "--ledger", "none", "gone.yml").code == 0
    ran = local("apply", "--auto-approve", "m.yml")
    assert (ran.code, RESTORED in ran.out) == (0, False)
    assert "org_config" in local("plan", "whole.yml").out


def test_what_others_made_in_its_place(
    local: Program, place: Path, broken: Callable[..., None]
) -> None:
    """It is not ours so far, that is told, and it does not get what the deleted one had."""
    (place / "restricted.yml").write_text(ONE + RESTRICTED)
    (place / "m.yml").write_text(TWO)
    (place / "whole.yml").write_text(TWO + RESTRICTED)
    applied(local, "restricted.yml")
    apply = ("apply", "--auto-approve", "--allow-replace", "m.yml")
    broken(action="answer", status=422, method="POST", path="*/secrets")
    assert local(*apply).code == 3
    broken()
    assert local("apply", "--auto-approve", "--ledger", "none", "m.yml").code == 0
    looked = document(local, "plan", "m.yml")
    assert looked["adopted"] == ["Secret/db"]
    fields = [field["path"] for change in looked["changes"] for field in change["fields"]]
    assert [path for path in fields if path.startswith("org_config")] == []


def test_access_rules_that_are_passed_over_in_silence(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said which permission may be missing; what was there comes back with that."""
    (place / "restricted.yml").write_text(ONE + RESTRICTED)
    (place / "m.yml").write_text(TWO)
    (place / "whole.yml").write_text(TWO + RESTRICTED)
    applied(local, "restricted.yml")
    denied = {"permissions_denied": frozenset({"organization.secrets_policy_settings.manage"})}
    monkeypatch.setattr("reconciler.remote.reading.LAG", 0.1)
    with monkeypatch.context() as patch:
        patch.setitem(_EDITIONS, Edition.CLOUD, denied)
        ran = local("apply", "--auto-approve", "--allow-replace", "m.yml")
    assert ran.code == 3
    assert "lacks organization.secrets_policy_settings.manage" in ran.report
    assert "org_config.projects_access" in local("plan", "m.yml").out
    assert local("apply", "--auto-approve", "--allow-replace", "m.yml").code == 0
    assert local("plan", "--detailed-exitcode", "whole.yml").code == 0


@pytest.mark.parametrize("restricted", [True, False])
def test_what_others_made_after_a_create_that_was_cut_off(
    local: Program, place: Path, broken: Callable[..., None], restricted: bool
) -> None:
    """It differs in what shows, so it is theirs: told as not ours, with the access they gave it.

    ``restricted``: ours was there before, and had another.
    """
    (place / "m.yml").write_text(ONE + RESTRICTED)
    if restricted:
        applied(local, "m.yml")
    (place / "m.yml").write_text(TWO)
    broken(action="answer", status=500, method="POST", path="*/secrets")
    assert local("apply", "--auto-approve", "--allow-replace", "m.yml").code == 3
    broken()
    access = "org_config: {debug_access: JOB_DEBUG_YES, attach_access: JOB_ATTACH_YES}\n"
    seeded(local, place, (TWO if restricted else ONE) + access)
    looked = document(local, "plan", "--allow-replace", "m.yml")
    assert "Secret/db" in looked["adopted"]
    fields = [field["path"] for change in looked["changes"] for field in change["fields"]]
    assert [path for path in fields if path.startswith("org_config")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_delete_that_left_open_whether_it_was_done(
    local: Program, place: Path, broken: Callable[..., None], kind: str
) -> None:
    """What others created again since holds a value of theirs: no create of ours was ever sent."""
    (place / "m.yml").write_text(KINDS[kind])
    applied(local, "m.yml")
    changed = KINDS[kind].replace("nightjar-1", "nightjar-new")
    (place / "m.yml").write_text(changed)
    broken(action="answer", status=500, method="DELETE", path="*/secrets/*")
    ran = local("apply", "--auto-approve", "--allow-replace", "m.yml")
    assert (ran.code, "state: it still exists" in ran.report) == (3, True)
    broken()
    theirs = KINDS[kind].replace("nightjar-1", "nightjar-theirs")
    seeded(local, place, f"{theirs}reconciler: {{absent: true}}\n")
    seeded(local, place, theirs)
    looked = document(local, "plan", "--allow-replace", "m.yml")
    assert ([c["action"] for c in looked["changes"]], looked["unknown"]) == (["replace"], [])
    applied(local, "--allow-replace", "m.yml")


@pytest.mark.parametrize("after", ["db", "new"])
def test_a_rename_that_was_cut_off(
    local: Program, place: Path, broken: Callable[..., None], after: str
) -> None:
    """What the old one had comes back, also for who takes the rename back."""
    (place / "m.yml").write_text(ONE + RESTRICTED)
    applied(local, "m.yml")
    renamed = ONE.replace("name: db", "name: new") + "reconciler: {renamed_from: db}\n"
    (place / "m.yml").write_text(renamed)
    broken(action="answer", status=500, method="POST", path="*/secrets")
    assert local("apply", "--auto-approve", "--allow-replace", "m.yml").code == 3
    broken()
    (place / "m.yml").write_text(ONE if after == "db" else renamed)
    ran = local("apply", "--auto-approve", "m.yml")
    assert (ran.code, RESTORED in ran.out) == (0, True), ran
    (place / "m.yml").write_text(ONE.replace("name: db", f"name: {after}") + RESTRICTED)
    assert local("plan", "--detailed-exitcode", "m.yml").code == 0
