"""doctor: what is there, what is in the way, and nothing is written."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.commands.examining import told_by
from tests.acceptance.conftest import FAULTS, TOKEN, Program, applied, document, seeded
from tests.acceptance.manifests import AGENT_TYPE, DASHBOARD, PROJECT, SECRET
from tests.embedded.servers import Server

_BOTH = "what may be read may be written, too"
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
    assert found["Secret"][0][0] == f"1 read; values are hidden; {_BOTH}"
    assert found["ArtifactsRetentionPolicy"][0][0] == (
        "1 read; whether it may be written, only a write tells (project.general_settings.manage)"
    )
    assert found["edition"][0][0].startswith("not the Community Edition; ")


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


def test_one_answer_for_many_projects_is_told_once(
    local: Program, place: Path, broken: Callable[..., None]
) -> None:
    """With the first of them."""
    more = PROJECT.replace("name: api", "name: {0}").replace("/api.git", "/{0}.git")
    seeded(local, place, "---\n".join(more.replace("{0}", f"p{n}") for n in range(8)))
    broken(action="answer", status=403, path="*/secrets*", method="GET")
    (line,) = [each for each in local("doctor").out.splitlines() if " ProjectSecret " in each]

    assert "not to be read in p0, p1, p2, p3, p4 and 3 more: GET " in line
    assert line.count("403") == 1


def test_a_project_that_this_token_can_not_see(
    local: Program, place: Path, broken: Callable[..., None]
) -> None:
    """Semaphore lists it to nobody who may not see it, and refuses who asks for it."""
    (place / "m.yml").write_text(PROJECT)
    said = '{"message": "Unauthorized"}'
    broken(action="answer", status=401, body=said, path="/api/v1alpha/projects/api")
    (_, (text, wrong)) = _told(local, "m.yml")["projects"]

    assert (text, wrong) == ("api is there, and this token can't see it", True)
    ran = local("plan", "m.yml")
    assert (ran.code, "(it exists, and the owner of the token can't see it" in ran.err) == (1, True)


def test_a_name_that_is_taken_by_what_this_token_can_not_see(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing shows it, and Semaphore refuses to make another: that is said."""
    seeded(local, place, PROJECT)
    (place / "m.yml").write_text(PROJECT)
    hidden = {"action": "answer", "method": "GET", "times": None}
    each = {**hidden, "status": 404, "body": "{}", "path": "/api/v1alpha/projects/api"}
    every = {**hidden, "status": 200, "body": "[]", "path": "/api/v1alpha/projects"}
    monkeypatch.setenv(FAULTS, json.dumps([each, every]))
    ran = local("apply", "--auto-approve", "m.yml")
    assert ran.code == 3, ran
    assert "already taken (it exists, and the owner of the token can't see it)" in ran.report


@pytest.mark.parametrize(
    ("manifest", "path", "said"),
    [
        (SECRET, "/api/v1beta/secrets", '{"code": 3, "message": "name has already been taken"}'),
        (AGENT_TYPE, "/api/v1alpha/self_hosted_agent_types", '"agent type name must by unique in"'),
    ],
)
@pytest.mark.usefixtures("place")
def test_any_name_that_is_taken(
    local: Program, broken: Callable[..., None], manifest: str, path: str, said: str
) -> None:
    """Each kind has words of its own for it."""
    Path("m.yml").write_text(manifest)
    broken(action="answer", method="POST", status=400, body=said, path=path)
    ran = local("apply", "--auto-approve", "m.yml")
    assert ran.code == 3, ran
    assert "(it exists, and the owner of the token can't see it)" in ran.report


def test_an_id_of_a_project_that_is_not_seen(local: Program, place: Path) -> None:
    """Gone, or not for this token to see: nobody can tell."""
    seeded(local, place, f"{PROJECT}---\n{DASHBOARD}")
    seeded(local, place, f"{PROJECT}reconciler: {{absent: true}}\n")
    told = [text for text, _ in _told(local)["projects"]]
    assert told[1].startswith("Dashboard/main refers to ")
    assert told[1].endswith(": a project that is gone, or may not be seen")


def test_without_manifests_all_has_to_be_read(local: Program, broken: Callable[..., None]) -> None:
    """Nothing says that a kind is not needed."""
    broken(action="answer", status=403, path="/api/v1alpha/dashboards")
    ran = local("doctor")
    assert (ran.code, "  ! Dashboard " in ran.out) == (1, True)


def test_what_an_edition_has_not(reconciler: Program, place: Path) -> None:
    """Told by its roles, and by what it refuses; in the way of who declares some of it."""
    community = ("--org", "embedded:ce.db?edition=ce", "-q")
    (place / "m.yml").write_text(f"{PROJECT}---\n{SECRET}")
    ran = reconciler(*community, "--ledger", "none", "apply", "--auto-approve", "m.yml")
    assert ran.code == 0, ran
    time.sleep(1.05)  # until the project is listed
    ran = reconciler(*community, "doctor")
    assert ran.code == 0, ran
    assert "edition                   the Community Edition" in ran.out
    assert "· DeploymentTarget          this organization does not have the feature" in ran.out
    assert "org_config is not honoured, the organization does not have the feature" in ran.out
    ran = reconciler(*community, "doctor", "all.yml")
    assert ran.code == 1
    assert "! DeploymentTarget " in ran.out


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
    assert found["Dashboard"] == [(f"1 read; {_BOTH}", False)]


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
