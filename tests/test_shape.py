"""The shape of the code base: small modules, and nothing of a kind forgotten."""

from pathlib import Path

from reconciler.kinds import KINDS

ROOT = Path(__file__).parent.parent
LONGEST = 300


def test_no_module_is_long() -> None:
    """A module of more than 300 lines has more than one idea."""
    modules = [path for part in ("reconciler", "docs", "bench") for path in _modules(part)]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_every_module_says_what_it_is() -> None:
    """The first line of a module with code in it is a docstring."""
    texts = {str(path.relative_to(ROOT)): path.read_text() for path in _modules("reconciler")}

    assert [name for name, text in texts.items() if text and not text.startswith('"""')] == []


def test_every_kind_has_an_example() -> None:
    """One example for each kind, and none of a kind that is gone."""
    examples = {path.stem for path in (ROOT / "examples" / "kinds").glob("*.yml")}

    assert set(KINDS) == examples


def test_every_kind_has_a_page() -> None:
    """One page for each kind, and none of a kind that is gone."""
    pages = {path.stem for path in (ROOT / "docs" / "kinds").glob("*.md")}

    assert set(KINDS) == pages


def _modules(part: str) -> list[Path]:
    return sorted((ROOT / part).rglob("*.py"))
