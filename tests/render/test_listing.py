"""Tables, facts, times and logs as text."""

from datetime import UTC, datetime, timedelta

import pytest

from reconciler.render.listing import Cell, facts, outcome, table
from reconciler.render.log import Sanitizer
from reconciler.render.moments import duration, moment
from reconciler.render.palette import Tone

BEGIN = datetime(2026, 1, 31, 12, 0, 0, 999_999, tzinfo=UTC)


def marked(text: str, tone: Tone) -> str:
    return f"<{tone.name}>{text}</>"


def test_table_aligns() -> None:
    """Columns are as wide as their widest text; nothing is a dash; nothing trails."""
    rows = [("a", "", "x"), ("long", "b\n", "")]
    assert table(("ONE", "TWO", "3"), rows) == "ONE   TWO  3\na     -    x\nlong  b\\n  -\n"
    assert table(("ONE",), []) == "ONE\n"


def test_colours_do_not_widen() -> None:
    """Words are dressed after they were measured."""
    shown = table(("A", "B"), [(Cell("x", Tone.CREATED), "y")], marked)
    assert shown == "<FAINT>A</>  <FAINT>B</>\n<CREATED>x</>  y\n"


def test_facts_leave_out_what_is_not_known() -> None:
    """One line for each of the others."""
    assert facts([("a", "1"), ("b", ""), ("long", "2")]) == "a     1\nlong  2\n"
    assert facts([]) == ""


@pytest.mark.parametrize(
    ("cell", "arguments"),
    [
        (Cell("running", Tone.STRONG), ("running", None, None)),
        (Cell("passed", Tone.CREATED), ("done", "passed", None)),
        (Cell("failed (stuck)", Tone.REMOVED), ("done", "failed", "stuck")),
        (Cell("rocket"), ("rocket", None, None)),
        (Cell(""), (None, None, None)),
    ],
)
def test_outcome(cell: Cell, arguments: tuple[str | None, ...]) -> None:
    """The result with its reason, or else the state; new words are words."""
    assert outcome(*arguments) == cell


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", -5),
        ("0s", 0.4),
        ("59s", 59),
        ("1m00s", 59.6),
        ("59m59s", 3599),
        ("1h00m", 3600),
        ("23h59m", 86_399),
        ("1d01h", 90_000),
    ],
)
def test_duration(text: str, seconds: float) -> None:
    """Two units at most; a clock that differs makes nothing negative."""
    assert duration(BEGIN, BEGIN + timedelta(seconds=seconds)) == text


def test_moments() -> None:
    """In UTC and cut to the second; what has not come is nothing."""
    assert moment(datetime.fromisoformat("2026-01-31T14:00:00.999+02:00")) == "2026-01-31T12:00:00Z"
    assert (moment(None), duration(None, BEGIN), duration(BEGIN, None)) == ("", "", "")


@pytest.mark.parametrize(
    ("shown", "pieces"),
    [
        ("a\r\n\tb", ["a\r\n\tb"]),
        ("\x1b[1;31mred\x1b[0m", ["\x1b[1;31mred\x1b[0m"]),
        ("\x1b[31mred", ["\x1b", "[3", "1mred"]),
        ("\\u001b]0;title\\u0007", ["\x1b]0;title\x07"]),
        ("\\u001b[2J", ["\x1b[", "2J"]),
        ("end\\u001b[3", ["end\x1b[3"]),
    ],
)
def test_tame(shown: str, pieces: list[str]) -> None:
    """Colours come through, in one piece or in several; titles, moves and bells don't."""
    sanitizer = Sanitizer()
    assert "".join([sanitizer(piece) for piece in pieces]) + sanitizer.rest() == shown
