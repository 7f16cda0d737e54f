"""What refers to others' project is about that one, and none that gets its name later."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document, seeded
from tests.acceptance.manifests import (
    ALONE,
    DASHBOARD,
    PROJECT,
    PROJECT_SECRET,
    SCHEDULE,
    SECRET,
    TARGET,
)
from tests.reliability.world import world

ABSENT = "reconciler: {absent: true}\n"
GONE = f"{PROJECT}{ABSENT}"
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


INSIDE = f"{PROJECT_SECRET}---\n{TARGET}"


@pytest.mark.parametrize("together", [True, False])
def test_one_that_leads_there_opens_it_for_no_other(
    local: Program, place: Path, *, together: bool
) -> None:
    """What is in the project, and a secret that is opened to it, know the one that they mean."""
    seeded(local, place, PROJECT)
    secret = KINDS["Secret/prod-db"]
    (place / "boards.yml").write_text(DASHBOARD)
    (place / "secrets.yml").write_text(f"{INSIDE}---\n{secret}")
    for path in ("boards.yml", "secrets.yml"):
        applied(local, path)
    seeded(local, place, GONE)
    seeded(local, place, PROJECT)
    seeded(local, place, DASHBOARD)  # somebody points it at the other one
    before = world(place / ".reconciler/embedded.db")
    paths = ("boards.yml", "secrets.yml") if together else ("boards.yml",)
    options = ("--target", "Dashboard/main") if together else ()
    ran = local("apply", "--auto-approve", *options, *paths)
    assert ran.code == 0, ran
    looked = document(local, "plan", "secrets.yml")
    assert len(looked["refusals"]) == 3
    assert looked["changes"] == []
    assert local("apply", "--auto-approve", "secrets.yml").code == 4
    (place / "new.yml").write_text(SCHEDULE)
    assert local("apply", "--auto-approve", "new.yml").code == 4
    assert world(place / ".reconciler/embedded.db") == before
    said = looked["refusals"][0]["text"].partition("`")[2].partition("`")[0]
    assert said.split()[2:] == sorted(each["address"] for each in looked["refusals"])
    assert local(*shlex.split(said)[1:]).code == 0
    applied(local, "secrets.yml", "boards.yml", "new.yml")


@EACH
def test_one_that_is_observed_is_no_other(local: Program, place: Path, address: str) -> None:
    """That its manifest says it is others' takes no guard away, of what is in it neither."""
    seeded(local, place, PROJECT)
    observed = f"{PROJECT}reconciler: {{mode: observe}}\n"
    (place / "m.yml").write_text(f"{observed}---\n{KINDS[address]}---\n{INSIDE}")
    assert local("apply", "--auto-approve", "m.yml").code == 0
    seeded(local, place, GONE)
    seeded(local, place, PROJECT)
    looked = document(local, "plan", "m.yml")
    assert [one["address"] for one in looked["refusals"]] == sorted(
        [address, "DeploymentTarget/api/production", "ProjectSecret/api/db"]
    )
    assert looked["changes"] == []


@EACH
def test_it_may_be_destroyed(ours: Program, place: Path, address: str) -> None:
    """That leads nothing to a stranger's project."""
    seeded(ours, place, GONE)
    seeded(ours, place, PROJECT)
    (change,) = document(ours, "destroy", "--auto-approve", "m.yml")["plan"]["changes"]
    assert (change["action"], change["address"]) == ("delete", address)


@EACH
def test_what_a_run_may_have_made_is_about_the_one_it_meant(
    local: Program, place: Path, broken: Callable[..., None], address: str
) -> None:
    """Nobody saw the end of its create, and it is not led to another project either."""
    seeded(local, place, PROJECT)
    (place / "m.yml").write_text(KINDS[address])
    broken(action="close", when="after", method="POST", path="/api/*")
    assert local("apply", "--auto-approve", "m.yml").code in (0, 3)
    broken()
    seeded(local, place, GONE)
    seeded(local, place, PROJECT)
    (refusal,) = document(local, "plan", "m.yml")["refusals"]
    assert f"`reconciler forget {address}`" in refusal["text"]
    assert local("forget", address).code == 0
    applied(local, "m.yml")


def test_what_is_left_to_others_is_no_reason(local: Program, place: Path) -> None:
    """Those fields are never written for what is there, so nothing is led anywhere by them."""
    seeded(local, place, PROJECT)
    secret = KINDS["Secret/prod-db"].replace("{replace: allow}", "{ignore: [org_config]}")
    board = f"{DASHBOARD}reconciler: {{ignore: [spec.widgets]}}\n"
    (place / "m.yml").write_text(f"{secret}---\n{board}")
    assert local("apply", "--auto-approve", "m.yml").code == 0
    seeded(local, place, GONE)
    seeded(local, place, PROJECT)
    looked = document(local, "plan", "m.yml")
    assert (looked["refusals"], looked["changes"]) == ([], [])


@pytest.mark.parametrize("path", ["spec.widgets.W", "spec.widgets.W.filters.project_id"])
def test_an_item_that_is_left_to_others_is_no_reason(
    local: Program, place: Path, path: str
) -> None:
    """By its name, as `ignore` has it; a number names nothing, and takes no guard away."""
    seeded(local, place, PROJECT)
    (place / "m.yml").write_text(f"{DASHBOARD}reconciler: {{ignore: [{path}]}}\n")
    assert local("apply", "--auto-approve", "m.yml").code == 0
    seeded(local, place, GONE)
    seeded(local, place, PROJECT)
    looked = document(local, "plan", "m.yml")
    assert (looked["refusals"], looked["changes"]) == ([], [])
    number = path.replace("W", "0")
    (place / "m.yml").write_text(f"{DASHBOARD}reconciler: {{ignore: [{number}]}}\n")
    assert len(document(local, "plan", "m.yml")["refusals"]) == 1


def test_one_widget_that_leads_there_leads_no_other(local: Program, place: Path) -> None:
    """The rest of the board is about the one that it was."""
    seeded(local, place, PROJECT)
    widget = "{name: W, type: list_workflows, filters: {project_id: api}}"
    other = widget.replace("name: W", "name: V")
    two = DASHBOARD.replace(widget, f"{widget}, {other}")
    (place / "m.yml").write_text(two)
    applied(local, "m.yml")
    seeded(local, place, GONE)
    seeded(local, place, PROJECT)
    seeded(local, place, DASHBOARD)
    assert len(document(local, "plan", "m.yml")["refusals"]) == 1
    third = two.replace(widget, f"{widget}, {widget.replace('name: W', 'name: X')}")
    added = third.replace(f", {other}", "")
    seeded(local, place, added)
    assert len(document(local, "plan", "m.yml")["refusals"]) == 1


def test_what_follows_a_rename_leaves_the_name_to_others(local: Program, place: Path) -> None:
    """In one commit: what was about it says its new name, and something new is about the other."""
    seeded(local, place, PROJECT)
    secret = KINDS["Secret/prod-db"]
    (place / "m.yml").write_text(f"{DASHBOARD}---\n{secret}")
    applied(local, "m.yml")
    seeded(local, place, RENAMED)
    seeded(local, place, PROJECT)
    (place / "n.yml").write_text(f"{DASHBOARD.replace('name: main', 'name: new')}---\n{SCHEDULE}")
    assert len(document(local, "plan", "m.yml", "n.yml")["refusals"]) == 4
    followed = DASHBOARD.replace("project_id: api", "project_id: boutique")
    (place / "m.yml").write_text(f"{followed}---\n{secret}")
    assert "Secret/prod-db" in str(document(local, "plan", "m.yml", "n.yml")["refusals"])
    (place / "m.yml").write_text(f"{followed}---\n{secret.replace('[api]', '[boutique]')}")
    applied(local, "m.yml", "n.yml")


def test_an_observed_project_that_was_renamed_is_told_so(local: Program, place: Path) -> None:
    """With both ways out."""
    seeded(local, place, PROJECT)
    (place / "m.yml").write_text(f"{PROJECT}reconciler: {{mode: observe}}\n---\n{DASHBOARD}")
    assert local("apply", "--auto-approve", "m.yml").code == 0
    seeded(local, place, RENAMED)
    ran = local("plan", "m.yml")
    assert ran.code == 1, ran
    assert "which was renamed outside, and is 'boutique' now; write that, or rename it" in ran.err


@EACH
def test_under_a_new_name_of_its_own(ours: Program, place: Path, address: str) -> None:
    """Its manifest renames it, and that leads it to no other project either."""
    seeded(ours, place, GONE)
    seeded(ours, place, PROJECT)
    name = address.partition("/")[2]
    text = KINDS[address].replace(f"name: {name}", "name: other")
    rule = f"renamed_from: {name}, replace: allow"
    text = text.replace("replace: allow", rule)
    text += "" if rule in text else f"reconciler: {{{rule.partition(',')[0]}}}\n"
    (place / "m.yml").write_text(text)
    assert len(document(ours, "plan", "m.yml")["refusals"]) == 1
    (place / "n.yml").write_text(SCHEDULE)
    assert len(document(ours, "plan", "m.yml", "n.yml")["refusals"]) == 2


def test_what_is_declared_no_longer_says_no_name(local: Program, place: Path) -> None:
    """The project was renamed, and another has its name: something new may be about that."""
    seeded(local, place, PROJECT)
    (place / "m.yml").write_text(f"{DASHBOARD}---\n{ALONE}")
    applied(local, "m.yml")
    (place / "m.yml").write_text(ALONE)
    seeded(local, place, RENAMED)
    seeded(local, place, PROJECT)
    (place / "n.yml").write_text(SCHEDULE)
    applied(local, "m.yml", "n.yml")


@EACH
def test_what_a_run_may_have_made_follows_a_rename(
    local: Program, place: Path, broken: Callable[..., None], address: str
) -> None:
    """Both ways out are told, and each works; something new may be about the other one then."""
    seeded(local, place, PROJECT)
    (place / "m.yml").write_text(KINDS[address])
    broken(action="close", when="after", method="POST", path="/api/*")
    assert local("apply", "--auto-approve", "m.yml").code in (0, 3)
    broken()
    seeded(local, place, RENAMED)
    seeded(local, place, PROJECT)
    (refusal,) = document(local, "plan", "m.yml")["refusals"]
    assert "if that is meant, write 'boutique'" in refusal["text"]
    assert f"`reconciler forget {address}`" in refusal["text"]
    text = KINDS[address].replace("[api]", "[boutique]").replace("_id: api", "_id: boutique")
    (place / "m.yml").write_text(text)
    (place / "n.yml").write_text(SCHEDULE)
    applied(local, "m.yml", "n.yml")


@pytest.mark.parametrize("rule", ["absent: true", "ignore: [org_config]"])
def test_what_leads_nowhere_says_no_name(local: Program, place: Path, rule: str) -> None:
    """What is to go, or leaves it to others, is no reason against something new."""
    seeded(local, place, PROJECT)
    secret = KINDS["Secret/prod-db"]
    (place / "m.yml").write_text(f"{ALONE}---\n{secret}")
    applied(local, "m.yml")
    seeded(local, place, GONE)
    seeded(local, place, PROJECT)
    (place / "m.yml").write_text(f"{ALONE}---\n{secret.replace('replace: allow', rule)}")
    (place / "n.yml").write_text(f"{DASHBOARD}---\n{SCHEDULE}")
    applied(local, "m.yml", "n.yml")


@EACH
@pytest.mark.parametrize("again", [False, True])
def test_what_is_gone_is_written_whole(
    local: Program, place: Path, address: str, *, again: bool
) -> None:
    """Where the object is no longer there, `ignore` leaves nothing to others."""
    path = {"Dashboard/main": "spec.widgets", "Secret/prod-db": "org_config"}[address]
    seeded(local, place, PROJECT)
    text = KINDS[address].partition("reconciler:")[0] + f"reconciler: {{ignore: [{path}]}}\n"
    (place / "m.yml").write_text(text)
    assert local("apply", "--auto-approve", "m.yml").code == 0
    seeded(local, place, GONE)
    seeded(local, place, PROJECT)
    if again:
        applied(local, "m.yml")  # which has nothing to do, and forgets nothing
    seeded(local, place, f"{KINDS[address].partition('reconciler:')[0]}{ABSENT}")
    assert len(document(local, "plan", "m.yml")["refusals"]) == 1


def test_after_our_own_rename(local: Program, place: Path) -> None:
    """What still says the old name means the project that we renamed, in whatever folder."""
    (place / "m.yml").write_text(PROJECT)
    texts = [*KINDS.values(), PROJECT_SECRET]
    (place / "o.yml").write_text("---\n".join(texts))
    for path in ("m.yml", "o.yml"):
        applied(local, path)
    (place / "m.yml").write_text(RENAMED.replace("boutique", "shop"))
    applied(local, "m.yml")
    seeded(local, place, PROJECT)
    looked = document(local, "plan", "o.yml")
    assert len(looked["refusals"]) == 3
    assert looked["changes"] == []
    assert "which is Project/shop now" in looked["refusals"][0]["text"]
    renamed = [t.replace("[api]", "[shop]").replace("_id: api", "_id: shop") for t in texts]
    (place / "o.yml").write_text(
        "---\n".join(t.replace("_name: api", "_name: shop") for t in renamed)
    )
    applied(local, "o.yml")


def test_after_our_own_replacement(local: Program, place: Path) -> None:
    """The old one is gone, and ours is what has its name: the rest follows, in whatever folder."""
    (place / "m.yml").write_text(PROJECT)
    (place / "o.yml").write_text("---\n".join(KINDS.values()))
    for path in ("m.yml", "o.yml"):
        applied(local, path)
    anew = PROJECT.replace("{url", "{integration_type: github_app, url")
    (place / "m.yml").write_text(f"{anew}reconciler: {{replace: allow}}\n")
    applied(local, "m.yml")
    applied(local, "o.yml")
