"""The documentation says what is so, and its links lead somewhere."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from docs import generate
from reconciler.cli import exit_codes
from reconciler.cli.config_file import ConfigFile
from reconciler.cli.program import program
from reconciler.kinds import KINDS
from reconciler.manifest.shape import RULES

ROOT = Path(__file__).parent.parent
PAGES = [*generate.pages(), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
COMMANDS = program.list_commands(click.Context(program))
_LINK = re.compile(r"\[[^\]\n]*\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _read(name: str) -> str:
    return (ROOT / name).read_text()


def test_generated_parts_are_up_to_date() -> None:
    """What follows from the program is in the pages as the program says it now."""
    texts = {page: page.read_text() for page in generate.pages()}

    assert [str(p) for p, text in texts.items() if generate.written(p, text) != text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_whole_page(kind: str) -> None:
    """Facts, example, fields, and what has to be known beyond them."""
    page = _read(f"docs/kinds/{kind}.md")

    for part in ("facts", "example", "fields"):
        assert f"<!-- generated: {part} -->" in page
    assert "## What surprises" in page
    assert "## What can't be done" in page


@pytest.mark.parametrize("kind", KINDS)
def test_the_front_page_leads_to_every_kind(kind: str) -> None:
    """Nobody has to search for a kind's page."""
    assert f"(docs/kinds/{kind}.md)" in _read("README.md")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_described(name: str) -> None:
    """Every command has its help in the pages, and a line in the changelog."""
    assert f"\n## {name}\n" in _read("docs/commands.md")
    assert f"`{name}`" in _read("CHANGELOG.md")


def test_every_exit_code_is_described() -> None:
    """The table has the codes of the program, and no other."""
    codes = {value for name, value in vars(exit_codes).items() if name.isupper()}
    told = re.findall(r"^\| (\d+) \|", _read("docs/exit-codes.md"), re.MULTILINE)

    assert sorted(codes) == sorted(map(int, told))


def test_every_setting_is_described() -> None:
    """The table has the keys of reconciler.toml, and no other."""
    keys = {field.name for field in fields(ConfigFile)} - {"origin"}
    told = re.findall(r"^\| `(\w+)` \|", _read("docs/configuration.md"), re.MULTILINE)

    assert sorted(keys) == sorted(told)


def test_every_rule_of_the_block_is_described() -> None:
    """The table has the keys of the reconciler block, and no other."""
    section = _read("docs/manifests.md").partition("## The `reconciler` block")[2]
    told = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)

    assert sorted(RULES) == sorted(told)


def test_every_layer_is_described() -> None:
    """The architecture page names each part of the package."""
    page = _read("docs/architecture.md")
    folders = [path.parent.name for path in (ROOT / "reconciler").glob("*/__init__.py")]

    assert [name for name in folders if f"**{name}**" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file of ours finds it, and its heading."""
    broken = [
        f"{path}#{anchor}"
        for path, anchor in _LINK.findall(_FENCE.sub("", page.read_text()))
        if not _leads(page.parent / path if path else page, anchor)
    ]

    assert broken == []


def _leads(target: Path, anchor: str) -> bool:
    if not target.exists() or not anchor:
        return target.exists()
    headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)
    return anchor in {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_make_knows_every_word(page: str) -> None:
    """Every `make` command that is told to people is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", _read("Makefile"), re.MULTILINE))
    told = set(re.findall(r"(?:^|`)make ([a-z-]+)", _read(page), re.MULTILINE))

    assert told
    assert told <= targets


def test_commands_in_the_pages_exist() -> None:
    """Every command line of ours in a code block names a command."""
    lines = [
        line.split("reconciler ", 1)[1]
        for page in PAGES
        for block in _FENCE.findall(page.read_text())
        for line in block.splitlines()
        if re.match(r"^(\$ |\.venv/bin/)?reconciler ", line)
    ]
    named = [_command(line.split()) for line in lines]

    assert named
    assert set(named) <= set(COMMANDS)


def _command(words: list[str]) -> str:
    """Return the first word that is neither an option nor an option's value."""
    taking = {"--org", "--context", "--config", "--color"}
    while words and words[0].startswith("-"):
        words = words[2 if words[0] in taking else 1 :]
    return words[0]
