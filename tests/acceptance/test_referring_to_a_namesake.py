"""What refers to others' project is about that one, and none that gets its name later."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document, seeded
from tests.acceptance.manifests import DASHBOARD, PROJECT, SECRET
from tests.reliability.world import world

GONE = f"{PROJECT}reconciler: {{absent: true}}\n"
RENAMED = PROJECT.replace("name: api", "name: boutique") + "reconciler: {renamed_from: api}\n"
KINDS = {
    "Dashboard/main": DASHBOARD,
    "Secret/prod-db": (
        f"{SECRET}org_config: {{projects_access: ALLOWED, project_ids: [api]}}\n"
        "reconciler: {replace: allow}\n"
    ),
}
EACH = pytest.mark.parametrize("address", sorted(KINDS))


@pytest.fixture
def ours(local: Program, place: Path, address: str) -> Program:
    """An object of ours refers to others' project, in which nothing is ours."""
    seeded(local, place, PROJECT)
    (place / "m.yml").write_text(KINDS[address])
    applied(local, "m.yml")
    return local


@EACH
@pytest.mark.parametrize("adopted", [False, True])
@pytest.mark.parametrize("outside", [GONE, RENAMED], ids=["made anew", "renamed"])
def test_it_is_refused(
    local: Program, place: Path, address: str, outside: str, *, adopted: bool
) -> None:
    """A secret is not opened to a stranger's project, nor a board pointed at it."""
    seeded(local, place, PROJECT)
    if adopted:
        seeded(local, place, KINDS[address])
    (place / "m.yml").write_text(KINDS[address])
    applied(local, "m.yml")
    seeded(local, place, outside)
    seeded(local, place, PROJECT)
    before = world(place / ".reconciler/embedded.db")
    for command in ("plan", "drift", "apply"):
        ran = local(command, *(["--auto-approve"] if command == "apply" else []), "m.yml")
        assert (ran.code, "it is about Project/api, which" in ran.out) == (4, True), ran
    assert world(place / ".reconciler/embedded.db") == before
    assert f"`reconciler forget {address}`" in local("plan", "m.yml").out
    assert local("forget", address).code == 0
    (change,) = document(local, "plan", "m.yml")["changes"]
    assert change["address"] == address
    applied(local, "m.yml")


@EACH
def test_what_leads_to_the_other_one_already_is_as_declared(
    ours: Program, place: Path, address: str
) -> None:
    """Somebody decided that elsewhere; it is ours still, and remembered so."""
    seeded(ours, place, GONE)
    seeded(ours, place, PROJECT)
    (place / "seed.yml").write_text(KINDS[address])
    assert ours("apply", "--auto-approve", "--ledger", "none", "seed.yml").code == 0
    ran = ours("plan", "m.yml")
    assert ran.code == 0, ran
    if address.startswith("Dashboard"):
        applied(ours, "m.yml")
        assert document(ours, "plan", "m.yml")["adopted"] == []
