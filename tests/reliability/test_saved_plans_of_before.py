"""Plans that were saved in the format before this one: applied, or refused with what to do."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.program import ORGANIZATION, Ran
from tests.reliability.world import world, writes

FILES = Path(__file__).parent / "format_1"
ENDPOINT = "OLD-ENDPOINT"
Program = Callable[..., tuple[int, str]]


@pytest.fixture
def place(alone: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the program of then was run on, and made ``whole.json`` and ``secret.json`` of."""
    monkeypatch.setenv("DB_PASSWORD", "demo-password")
    for file in FILES.iterdir():
        shutil.copy(file, alone)
    made_by = json.loads((alone / "whole.json").read_text())["tool_version"]
    monkeypatch.setattr("reconciler.commands.saving.__version__", made_by)
    return alone


@pytest.fixture
def call(place: Path, called: Callable[..., Ran]) -> Program:
    """Run the program; it never says the endpoint that the files have in clear."""

    def run(*arguments: str) -> tuple[int, str]:
        ran = called(*arguments)
        said = ran.out + ran.err
        assert ENDPOINT not in said
        return ran.code, said

    assert ENDPOINT in (place / "whole.json").read_text()
    return run


def test_what_it_tells_as_a_plan_of_today_is_applied(call: Program, place: Path) -> None:
    """The manifests are told to be those it was made from, though endpoints are secrets now."""
    code, said = call("apply", "secret.json", "--auto-approve")
    assert code == 0, said
    assert [held.body["data"] for _, held in world(place / ORGANIZATION).objects] == [
        {"env_vars": [{"name": "A", "value": "demo-password"}], "files": []}
    ]


def test_other_manifests_and_other_values_are_noticed(
    call: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they are with a plan of today; an endpoint counts as it did."""
    manifests = (place / "m.yml").read_text()
    monkeypatch.setenv("DB_PASSWORD", "another")
    code, said = call("apply", "secret.json", "--auto-approve")
    assert code == 4, said
    monkeypatch.setenv("DB_PASSWORD", "demo-password")
    (place / "m.yml").write_text(manifests.replace(ENDPOINT, "NEW"))
    code, said = call("apply", "secret.json", "--auto-approve")
    assert code == 4
    assert "the manifests are not those the plan was made from; plan again" in said
    assert writes(place / ORGANIZATION) == 0


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_it_tells_otherwise_is_refused(call: Program, place: Path, form: str) -> None:
    """Rules had no names then, and endpoints stood in clear: it says so, and to plan again."""
    code, said = call("apply", "whole.json", "--auto-approve", "--format", form)
    assert code == 4
    assert "whole.json has format 1, which tells of Dashboard/team, Notification/red what" in said
    assert "plan again, and delete this file if it has the endpoint of a notification" in said
    assert not (place / ORGANIZATION).exists()


def test_an_edited_one_is_none(call: Program, place: Path) -> None:
    """Its seal holds for what was written, not for what it means now."""
    file = place / "secret.json"
    file.write_text(file.read_text().replace('"prune": false', '"prune": true'))
    code, said = call("apply", "secret.json", "--auto-approve")
    assert code == 4
    assert "was edited after it was written" in said
