"""forget: what is handed over to another set of manifests is left as it is."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document
from tests.acceptance.manifests import DASHBOARD, NOTIFICATION, PROJECT

BOARD = DASHBOARD.replace("project_id: api", "")


@pytest.fixture
def split(local: Program, place: Path) -> Program:
    """A set of manifests that was split in two after it had been applied."""
    dear = f"{BOARD}reconciler: {{protect: true}}\n"
    (place / "old.yml").write_text(f"{PROJECT}---\n{NOTIFICATION}---\n{dear}")
    applied(local, "old.yml")
    (place / "old.yml").write_text(PROJECT)
    (place / "new.yml").write_text(f"{NOTIFICATION}---\n{dear}")
    assert local("apply", "--auto-approve", "--ledger", "new.db", "new.yml").code == 0
    return local


def test_it_is_neither_pruned_nor_told(split: Program) -> None:
    """From then on it is the other set's."""
    assert document(split, "plan", "old.yml")["orphaned"] == ["Notification/ops"]
    ran = split("forget", "Notification/*", "Dashboard/main")
    assert ran.out == (
        "Forgotten, and left as it is: Dashboard/main, Notification/ops.\n"
        "Protected no longer: Dashboard/main.\n"
    )
    looked = document(split, "plan", "--prune", "old.yml")
    assert (looked["changes"], looked["orphaned"], looked["notes"]) == ([], [], [])
    assert split("plan", "--detailed-exitcode", "--ledger", "new.db", "new.yml").code == 0
    assert split("ledger", "verify").code == 0
    gone = ["Dashboard/main", "Notification/ops"]
    (*_, run) = document(split, "ledger", "show")["runs"]
    assert (run["command"], run["forgotten"], run["followed"]) == ("forget", gone, [])
    assert f"    remembered no longer: {', '.join(gone)}\n" in split("ledger", "show").out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("forget",), 64, "Missing argument 'ADDRESS...'"),
        (("ledger", "show", "Project/api"), 64, "unexpected extra argument"),
        (("ledger", "forget", "Project/api"), 64, "'forget' is not one of"),
        (("forget", "Project/apo"), 1, "Project/apo: nothing of that address is remembered"),
        (("forget", "Dashboard/x*"), 1, "nothing that is remembered matches this"),
    ],
)
def test_what_names_nothing(
    split: Program, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """Is an error, and nothing is forgotten."""
    before = split("ledger", "export").out
    ran = split(*arguments)
    assert (ran.code, said in ran.err) == (code, True), ran
    assert split("ledger", "export").out == before
