"""doctor: what is there, what is in the way, and nothing is written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.commands.examining import told_by
from tests.acceptance.conftest import TOKEN, Program, applied, document
from tests.acceptance.manifests import DASHBOARD, PROJECT, SECRET
from tests.embedded.servers import Server

_BOARD = DASHBOARD.replace(", filters: {project_id: api}", "")


def _told(local: Program, *arguments: str) -> dict[str, list[tuple[str, bool]]]:
    found: dict[str, list[tuple[str, bool]]] = {}
    for one in document(local, "doctor", *arguments)["findings"]:
        found.setdefault(one["about"], []).append((one["text"], one["wrong"]))
    return found


def test_all_is_well(local: Program, place: Path) -> None:
    """Each part has its line; a ledger is not begun by looking."""
    ran = local("doctor")
    assert (ran.code, ran.out.endswith("\nNothing is in the way.\n")) == (0, True), ran
    assert "there is none yet at" in ran.out
    assert not (place / ".reconciler/ledger.db").exists()

    applied(local, "all.yml")
    found = _told(local, "all.yml")
    assert [wrong for told in found.values() for _, wrong in told if wrong] == []
    assert found["ledger"][0][0].endswith(": 9 of ours in it, 0 protected")
    assert found["projects"][0][0].startswith("1 seen; ")
    assert found["Secret"][0][0] == "1 read (to write: organization.secrets.manage)"
    assert found["ArtifactsRetentionPolicy"][0][0].startswith("1 read")


@pytest.mark.parametrize("declared", [True, False])
def test_a_kind_that_may_not_be_read(
    local: Program, place: Path, broken: Callable[..., None], declared: bool
) -> None:
    """It is in the way of who declares some of it; others are told."""
    (place / "m.yml").write_text(_BOARD if declared else SECRET)
    broken(action="answer", status=403, path="/api/v1alpha/dashboards")
    ran = local("doctor", "m.yml")

    assert ran.code == (1 if declared else 0)
    assert f"  {'!' if declared else '·'} Dashboard " in ran.out
    assert "not to be read: " in ran.out
    assert ("1 thing in the way." in ran.out) is declared


def test_a_project_that_this_token_can_not_see(
    local: Program, place: Path, broken: Callable[..., None]
) -> None:
    """Semaphore lists it to nobody who may not see it, and refuses who asks for it."""
    (place / "m.yml").write_text(PROJECT)
    said = '{"message": "Unauthorized"}'
    broken(action="answer", status=401, body=said, path="/api/v1alpha/projects/api")
    (_, (text, wrong)) = _told(local, "m.yml")["projects"]

    assert (text, wrong) == ("api is there, and not for this token to see", True)


def test_values_are_read_unless_they_must_not(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each that is missing has its place; none is shown."""
    (place / "m.yml").write_text(SECRET.replace("value: nightjar-1", "value_from: {env: PASSWORD}"))
    ran = local("doctor", "m.yml")
    assert ran.code == 1
    assert "values" in ran.out
    assert "m.yml:4:" in ran.out
    assert "env PASSWORD is not set" in ran.out
    assert local("doctor", "--no-values", "m.yml").code == 0
    monkeypatch.setenv("PASSWORD", "nightjar-9")
    assert _told(local, "m.yml")["values"] == [("1 can be read from their sources", False)]


def test_a_ledger_that_is_not_believed(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is looked at all the same."""
    (place / "m.yml").write_text(_BOARD)
    monkeypatch.setenv("RECONCILER_LEDGER_KEY", "0123456789abcdef" * 4)
    applied(local, "m.yml")
    monkeypatch.setenv("RECONCILER_LEDGER_KEY", "another key, of 32 characters ok")
    found = _told(local, "m.yml")
    assert [wrong for _, wrong in found["ledger"]] == [True]
    assert found["Dashboard"] == [("1 read", False)]


def test_over_the_network(
    reconciler: Program, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock is told there; a token that is not accepted ends it, with where it is from."""
    url = f"{server.url}/acme"
    ran = reconciler("--org", url, "doctor")
    assert ran.code == 0, ran
    assert "clock" in ran.out
    assert "this machine's is that of Semaphore" in ran.out
    assert "the one from SEMAPHORE_API_TOKEN is accepted" in ran.out
    monkeypatch.setenv("SEMAPHORE_API_TOKEN", f"{TOKEN}-not")
    ran = reconciler("--org", url, "doctor")
    assert ran.code == 1
    assert "! organization" in ran.out
    assert "the token from SEMAPHORE_API_TOKEN is not accepted" in ran.out


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, None),
        ({"date": "yesterday"}, None),
        ({"date": "Mon, 30 Nov 2026 10:00:10 GMT"}, ("this machine's is that of Semaphore", False)),
        ({"date": "Mon, 30 Nov 2026 09:50:00 GMT"}, ("600 s ahead of", True)),
        ({"date": "Mon, 30 Nov 2026 10:10:00 GMT"}, ("600 s behind", True)),
    ],
)
def test_clocks(headers: dict[str, str], told: Any) -> None:
    """As far as an answer tells the time."""
    found = told_by(headers, 1796032800.0)
    assert [told[0] in each.text and each.wrong is told[1] for each in found] == (
        [True] if told else []
    )
