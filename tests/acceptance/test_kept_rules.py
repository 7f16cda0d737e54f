"""Endpoints that a manifest keeps, in rules that no name of their own tells apart."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program, applied
from tests.reliability.world import world

PAY = {"name": "builds", "projects": "pay", "channels": "#pay", "endpoint": "https://h.test/PAY"}
SHOP = {
    "name": "builds",
    "projects": "shop",
    "channels": "#shop",
    "endpoint": "https://h.test/SHOP",
}
KEPT = "endpoint_from: {live: keep}"
REFUSED = "or none that is surely its own"


def manifest(rules: Sequence[dict[str, str]], *, kept: bool) -> str:
    """Return a notification with rules, their endpoints kept or in clear."""
    lines = [
        "apiVersion: v1alpha",
        "kind: Notification",
        "metadata: {name: n}",
        "spec:",
        "  rules:",
    ]
    for rule in rules:
        name, endpoint = rule["name"], KEPT if kept else f"endpoint: {rule['endpoint']}"
        filters = f"filter: {{projects: [{rule['projects']}]}}"
        slack = f"slack: {{{endpoint}, channels: ['{rule['channels']}']}}"
        lines.append(f"    - {{name: '{name}', {filters}, notify: {{{slack}}}}}")
    return "\n".join(lines) + "\n"


@pytest.fixture(params=["builds", ""])
def two(request: pytest.FixtureRequest, local: Program, place: Path) -> tuple[Any, Any]:
    """Two rules of one name, or without any, as they are live."""
    first, second = (rule | {"name": request.param} for rule in (PAY, SHOP))
    (place / "m.yml").write_text(manifest([first, second], kept=False))
    applied(local, "m.yml")
    (place / "m.yml").write_text(manifest([first, second], kept=True))
    assert local("plan", "--detailed-exitcode", "m.yml").code == 0
    return first, second


def live(place: Path) -> list[tuple[str, str, str]]:
    """Return of each rule what it is about, where it tells it, and by which address."""
    body = world(place / ".reconciler/embedded.db").bodies()["Notification", "", "n"]
    return [
        (
            *rule["filter"]["projects"],
            *rule["notify"]["slack"]["channels"],
            rule["notify"]["slack"]["endpoint"],
        )
        for rule in body["spec"]["rules"]
    ]


def test_another_order(local: Program, place: Path, two: Any) -> None:
    """Each address stays with its rule, and the plan says that they move."""
    (place / "m.yml").write_text(manifest(two[::-1], kept=True))
    ran = local("plan", "m.yml")
    assert "spec.rules.0.notify.slack.endpoint" in ran.out
    applied(local, "m.yml")
    assert live(place) == [
        ("shop", "#shop", SHOP["endpoint"]),
        ("pay", "#pay", PAY["endpoint"]),
    ]


@pytest.mark.parametrize(("key", "value"), [("channels", "#new"), ("name", "own")])
def test_one_change(local: Program, place: Path, two: Any, key: str, value: str) -> None:
    """A rule is known by the rest of it, wherever it is moved to."""
    first, second = two
    (place / "m.yml").write_text(manifest([second, first | {key: value}], kept=True))
    applied(local, "m.yml")
    assert [address for *_, address in live(place)] == [SHOP["endpoint"], PAY["endpoint"]]


def test_one_of_them_goes(local: Program, place: Path, two: Any) -> None:
    """The other keeps its own."""
    (place / "m.yml").write_text(manifest(two[1:], kept=True))
    applied(local, "m.yml")
    assert live(place) == [("shop", "#shop", SHOP["endpoint"])]


def test_nothing_tells_which(local: Program, place: Path, two: Any) -> None:
    """Then it is refused, and with the address given there is a way."""
    new = {"projects": "new", "channels": "#new"}
    rules = [two[0] | new, two[1] | new]
    (place / "m.yml").write_text(manifest(rules, kept=True))
    ran = local("apply", "--auto-approve", "m.yml")
    assert (ran.code, REFUSED in ran.out) == (4, True), ran
    assert live(place)[0] == ("pay", "#pay", PAY["endpoint"])
    (place / "m.yml").write_text(manifest(rules, kept=False))
    applied(local, "m.yml")


def test_two_that_say_the_same(local: Program, place: Path) -> None:
    """Which of them is to go nobody can tell, for their addresses differ."""
    twin = PAY | {"endpoint": SHOP["endpoint"]}
    (place / "m.yml").write_text(manifest([PAY, twin], kept=False))
    applied(local, "m.yml")
    (place / "m.yml").write_text(manifest([PAY, twin], kept=True))
    assert local("plan", "--detailed-exitcode", "m.yml").code == 0
    (place / "m.yml").write_text(manifest([PAY], kept=True))
    ran = local("plan", "m.yml")
    assert (ran.code, REFUSED in ran.out) == (4, True), ran


def test_somebody_exchanges_them(local: Program, place: Path, two: Any) -> None:
    """On the web page, each with its address: they are put back with theirs."""
    other = place / "theirs.yml"
    other.write_text(manifest(two[::-1], kept=False))
    assert local("apply", "--ledger", "none", "--auto-approve", "theirs.yml").code == 0
    applied(local, "m.yml")
    assert live(place) == [
        ("pay", "#pay", PAY["endpoint"]),
        ("shop", "#shop", SHOP["endpoint"]),
    ]
