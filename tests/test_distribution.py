"""What is installed: its name, and every line that tells somebody how to get it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from constraints import write
from reconciler import distribution
from reconciler.cli.program import run

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"].keys() - {"dev", "site", "test"}
_PLACES = (
    "README.md",
    "CONTRIBUTING.md",
    "Makefile",
    ".semaphore",
    "docs",
    "examples",
    "reconciler",
)
_WORD = r"\"[^\"\n]*\"|'[^'\n]*'|[^\s`\"']+"
_INSTALL = re.compile(rf"\bpip3? install(?: -\S+)* (?!-)({_WORD})")
_OURS = re.compile(r"(\.|semaphore-reconciler|\{NAME\})(?:\[([\w,{}]+)\])?|\$RECONCILER")
_STRANGER = re.compile(r"(?<![\w.-])reconciler(?:\[\w|\s*(?:@ git|[=<>~]=))")
_NAMED = re.compile(r"\binstall\(['\"](\w+)['\"]\)")
_FIRST = {"reconciler", "tests", "docs", "bench", "constraints"}
_DISTRIBUTIONS = {
    "markdown_it": "markdown-it-py",
    "yaml": "pyyaml",
    "pydantic_core": "pydantic",
    "annotated_types": "pydantic",
}
"""Where the module is called otherwise, or is the visible half of another one's work."""


def _lines() -> Iterator[tuple[str, str]]:
    for place in _PLACES:
        for path in sorted([ROOT / place, *(ROOT / place).rglob("*")]):
            if path.is_file() and path.suffix != ".pyc":
                for number, line in enumerate(path.read_text().splitlines(), 1):
                    yield f"{path.relative_to(ROOT)}:{number}", line


def test_one_name() -> None:
    """What is installed is called as we say, and brings the command and nothing else of ours."""
    (command,) = entry_points(group="console_scripts", name="reconciler")

    assert command.dist is not None
    assert command.dist.name == PROJECT["name"] == distribution.NAME == "semaphore-reconciler"


def test_every_hint_installs_ours() -> None:
    """Wherever pages, examples and messages say how to install, it is us, with extras there are."""
    told = [(where, words) for where, line in _lines() for words in _INSTALL.findall(line)]
    matches = {f"{where} {words}": _OURS.fullmatch(words.strip("\"'")) for where, words in told}

    assert len(told) > 6
    assert [hint for hint, match in matches.items() if match is None] == []
    extras = {extra for match in matches.values() if match for extra in (match[2] or "").split(",")}
    assert extras - {"", "{extra}"} <= EXTRAS
    assert extras - {"", "{extra}"}


def test_nothing_names_the_stranger() -> None:
    """No requirement of the package `reconciler`, which on an index is somebody else's."""
    assert [where for where, line in _lines() if _STRANGER.search(line)] == []
    assert _STRANGER.search("reconciler @ git+https://git.example.com/reconciler.git")
    assert _STRANGER.search("pip install 'reconciler[vault]'")


def test_extras_of_messages_exist() -> None:
    """Messages are made by one function; what they name can be installed."""
    named = {extra for _, line in _lines() for extra in _NAMED.findall(line)}

    assert named == EXTRAS


def test_serve_without_its_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who needs more is told how to get it."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)

    assert run(["serve"]) == 1
    hint = "serve needs uvicorn: pip install 'semaphore-reconciler[serve]'\n"
    assert capsys.readouterr().err == f"Error: {hint}"


def test_what_is_imported_is_declared() -> None:
    """Nothing is there only because something else happens to bring it."""
    assert _imports("reconciler") == _declared("serve", "vault") - {"httptools"}
    tested = _declared("serve", "vault", "test")
    assert _imports("tests", "docs", "constraints") <= tested
    assert _imports("bench") <= tested | _declared("dev")


def _imports(*places: str) -> set[str]:
    names = {
        name.split(".")[0]
        for place in places
        for path in (ROOT / place).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _named(node)
    }
    foreign = names - sys.stdlib_module_names - _FIRST
    return {_DISTRIBUTIONS.get(name, name.replace("_", "-")) for name in foreign}


def _named(node: ast.AST) -> list[str]:
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom(level=0, module=str(module)):
            return [module]
        case _:
            return []


def _declared(*extras: str) -> set[str]:
    optional = PROJECT["optional-dependencies"]
    words = [*PROJECT["dependencies"], *(word for extra in extras for word in optional[extra])]
    return {re.split(r"[^\w.-]", word)[0] for word in words}


@pytest.mark.parametrize("name", ["pinned", "lowest"])
def test_constraints_are_versions_and_nothing_else(name: str) -> None:
    """No address of an index, no path: who installs decides where from."""
    lines = (write.FOLDER / f"{name}.txt").read_text().splitlines()

    assert [line for line in lines[1:] if not re.fullmatch(r"[\w.-]+==\d[\w.]*", line)] == []
    assert lines[0].startswith("# Written by `make constraints`")


def test_the_lowest_versions_are_the_declared_ones() -> None:
    """What `make test-lowest` tries is what pyproject.toml promises."""
    lowest = _canonical(write.read(write.FOLDER / "lowest.txt"))
    declared = _canonical(write.minimums(PYPROJECT))

    assert declared.keys() - lowest.keys() == set()
    assert {name: lowest[name] for name in declared} == declared


def test_everything_declared_is_pinned() -> None:
    """An environment made next year is the one that was tried."""
    pinned = _canonical(write.read(write.FOLDER / "pinned.txt"))

    for word in (*_requirements(), *PYPROJECT["build-system"]["requires"]):
        name, minimum = word.split(">=")
        assert pinned[name.lower()] >= _numbers(minimum), word


def _requirements() -> list[str]:
    extras = PROJECT["optional-dependencies"].values()
    words = [*PROJECT["dependencies"], *(word for extra in extras for word in extra)]
    return [word for word in words if "[" not in word]


def _canonical(versions: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    return {name.lower().replace("_", "-"): _numbers(text) for name, text in versions.items()}


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version to compare by: 3.11 and 3.11.0 are one."""
    parts = [int(part) for part in re.findall(r"\d+", version)]
    return (*parts, 0, 0)[: max(3, len(parts))]
