"""The file that keeps registration tokens, where it can't."""

from pathlib import Path

import pytest

from reconciler.cli.tokens import TokenFile, shown_once
from reconciler.errors import BadSettings
from reconciler.model import Action, Address, Change, Plan, Sealed

AGENTS = Address("SelfHostedAgentType", "", "s1-linux")
MAKES = Plan(changes=(Change(Action.CREATE, AGENTS, None, None),))
KEEPS = Plan(changes=(Change(Action.UPDATE, AGENTS, None, None),))


def test_only_creation_shows_a_token() -> None:
    """An update of an agent type needs no file."""
    assert shown_once(MAKES) == [AGENTS]
    assert shown_once(KEEPS) == []


def test_file_is_there_only_if_it_is_needed(place: Path) -> None:
    """No token, no file: the next run may ask for the same one."""
    with TokenFile("tokens", KEEPS):
        assert not (place / "tokens").exists()
    with TokenFile("tokens", MAKES):
        assert (place / "tokens").exists()
    assert not (place / "tokens").exists()


def test_file_that_can_not_be_made_stops_everything(place: Path) -> None:
    """It is made before anything is written to Semaphore."""
    with pytest.raises(BadSettings, match="can't be created"), TokenFile("no/tokens", MAKES):
        pytest.fail("went on without a file")
    assert list(place.iterdir()) == []


def test_token_that_can_not_be_written_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk loses a token, not the run, and the token is not shown instead."""
    monkeypatch.setattr("os.fsync", _full)
    with TokenFile("tokens", MAKES) as kept:
        kept.keep(AGENTS, Sealed("canary"))
    assert kept.lost == [AGENTS]
    said = capsys.readouterr().err
    assert "the token of SelfHostedAgentType/s1-linux could not be written" in said
    assert "canary" not in said


def _full(_: int) -> None:
    raise OSError
