"""Long lines on a terminal are broken between words, and say the same."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.render import text
from reconciler.render.palette import Tone, coloured
from reconciler.render.wrapping import wrapped
from tests.render import plans


def test_what_goes_on_starts_deeper() -> None:
    """Behind the sign, where there is one."""
    assert wrapped("  !   Secret/db: it is gone and so on", 24) == (
        "  !   Secret/db: it is\n      gone and so on"
    )
    assert wrapped("m.yml:1:1: warning: it is gone", 20) == "m.yml:1:1: warning:\n    it is gone"


def test_what_fits_stays_as_it_is() -> None:
    """Blanks between columns, too."""
    assert wrapped("a   b\n\n  c  \n", 5) == "a   b\n\n  c  \n"


def test_a_word_is_never_broken() -> None:
    """A path or an address can be copied whole."""
    assert wrapped(f"it is at {'x' * 30} now", 20) == (f"it is at\n    {'x' * 30}\n    now")


def test_colours_have_no_width() -> None:
    """What is coloured breaks where it would without."""
    said = f"{coloured('one two', Tone.LOUD)} three"
    assert wrapped(said, 13) == said
    assert wrapped(said, 9) == f"{coloured('one two', Tone.LOUD)}\n    three"


def test_a_question_keeps_its_last_blank() -> None:
    """Somebody types behind it."""
    assert wrapped("Apply all of it? ", 10).endswith("it? ")


@given(st.text("ab -~!?\n", max_size=200), st.integers(10, 60))
def test_nothing_is_lost(said: str, width: int) -> None:
    """The same words in the same order, and no line too long that has more than one."""
    found = wrapped(said, width)
    assert found.split() == said.split()
    for line in found.split("\n"):
        assert len(line.rstrip(" ")) <= width or len(line.split()) <= 2


def test_a_plan_fits_its_terminal() -> None:
    """Sentences, signs, places: all of it."""
    whole = text.plan(plans.BUSY, plans.WHERE, width=80)
    found = wrapped(whole, 80)
    assert max(map(len, found.split("\n"))) <= 80
    assert found.split() == whole.split()
