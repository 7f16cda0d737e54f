"""The documentation says what is so, and its links lead somewhere."""

import contextlib
import re
import shlex
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from docs import command_page, generate
from reconciler.cli import exit_codes
from reconciler.cli.config_file import ConfigFile
from reconciler.cli.program import program, run
from reconciler.embedded import Embedded, database
from reconciler.embedded.faults.fault import Action, BadFault, Fault, Moment
from reconciler.kinds import KINDS
from reconciler.ledger import event, witness
from reconciler.ledger import schema as ledger_schema
from reconciler.manifest.shape import RULES
from reconciler.planning import saved
from reconciler.render import machine

ROOT = Path(__file__).parent.parent
PAGES = [
    *generate.pages(),
    *(ROOT / f"{name}.md" for name in ("CONTRIBUTING", "CHANGELOG", "SECURITY")),
]
COMMANDS = program.list_commands(click.Context(program))
_LINK = re.compile(r"\[[^\]\n]*\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _read(name: str) -> str:
    return (ROOT / name).read_text()


def test_generated_parts_are_up_to_date() -> None:
    """What follows from the program is in the pages as the program says it now."""
    assert [str(p) for p, text in generate.anew().items() if p.read_text() != text] == []


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
def test_a_command_has_a_line_in_the_changelog(name: str) -> None:
    """What users can type is told to them."""
    assert f"`{name}`" in _read("CHANGELOG.md")


@pytest.mark.parametrize("words", command_page.paths(), ids=" ".join)
def test_a_command_is_described(words: tuple[str, ...]) -> None:
    """Every command and every verb of one has its help in the pages."""
    page = _read("docs/commands.md")

    assert f"\n{'#' * (1 + len(words))} {' '.join(words)}\n" in page
    assert f"\nUsage: reconciler {' '.join(words)} [OPTIONS]" in page


def test_every_exit_code_is_described() -> None:
    """The table has the codes of the program, and no other."""
    codes = {value for name, value in vars(exit_codes).items() if name.isupper()}
    told = re.findall(r"^\| (\d+) \|", _read("docs/exit-codes.md"), re.MULTILINE)

    assert sorted(codes) == sorted(map(int, told))


def test_every_format_has_its_number() -> None:
    """The page that promises what stays has the numbers that the program writes and reads."""
    page = _read("docs/compatibility.md")
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+ \| [^|]+) \|", page, re.MULTILINE))
    told = {
        re.sub(r"\]\([^)]*\)|\[", "", name): re.findall(r"\b\d+\b", cells)
        for name, cells in rows.items()
    }

    assert {name: [*map(int, numbers)] for name, numbers in told.items() if numbers} == {
        "ledger": [ledger_schema.VERSION],
        "what was seen last of it": [witness.FORMAT, witness.FORMAT],
        "archive of it, and `ledger export`": [event.FORMAT, event.FORMAT],
        "saved plan": [saved.FORMAT, saved.READABLE[0], saved.READABLE[-1]],
        "JSON that is printed": [machine.FORMAT_VERSION, machine.PLANS],
        "database of the local Semaphore": [database.VERSION, database.VERSION],
    }


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


def test_every_fault_is_described() -> None:
    """The table has the actions, and when each can happen; the other one has the rest."""
    page = _read("docs/embedded.md").partition("### Faults")[2].partition("### Clock")[0]
    rows = re.findall(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \|", page, re.MULTILINE)
    told = {action: re.findall(r"`(\w+)`", moments) for action, moments in rows}
    others = {
        name for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE) for name in _words(row)
    }

    assert told == {action: [*_possible(action)] for action in Action}
    assert others - set(Action) == {field.name for field in fields(Fault)} - {"action"}


def _words(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def _possible(action: Action) -> Iterator[Moment]:
    for moment in Moment:
        with contextlib.suppress(BadFault):
            Fault(action=action, when=moment)
            yield moment


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
    """Every command line of ours in a code block has a command, a verb and options that exist."""
    lines = [
        line.split("reconciler ", 1)[1]
        for page in PAGES
        for block in _FENCE.findall(page.read_text())
        for line in block.splitlines()
        if re.match(r"^(\$ |\.venv/bin/)?reconciler ", line)
    ]

    assert lines
    assert {line: _wrong(line) for line in lines if _wrong(line)} == {}


def _wrong(line: str) -> str:
    """Say what the program does not know of a command line, "" if it knows all of it."""
    words = shlex.split(line.partition(" | ")[0], comments=True)
    command: click.Command = program
    context = click.Context(program)
    known = _options(program)
    while words:
        word = words.pop(0)
        name, _, value = word.partition("=")
        if word.startswith("-"):
            if name not in known:
                return name
            del words[: known[name] and not value]
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            if found is None:
                return word
            command = found
            known |= _options(command)
    return "a verb" if isinstance(command, click.Group) else ""


def _options(command: click.Command) -> dict[str, bool]:
    """Return the options, and whether a value follows."""
    return {
        name: not (option.is_flag or option.count)
        for option in command.params
        if isinstance(option, click.Option)
        for name in (*option.opts, *option.secondary_opts)
    }


_SAYS = {
    ("README.md", 0): "Pipeline passed 20",
    ("docs/client.md", 0): "",
    ("docs/client.md", 1): "Recent",
    ("docs/embedded.md", 0): "Deploy failed",
    ("docs/secrets.md", 0): "",
}
"""What the programs in the pages print, or begin with."""


@pytest.mark.parametrize(("page", "number"), _SAYS)
def test_programs_in_the_pages_run(
    page: str,
    number: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """They do what they say, in an organization that is seeded as the pages say."""
    monkeypatch.chdir(tmp_path)
    seed = str(ROOT / "examples" / "change" / "before.yml")
    assert run(["--org", "embedded:", "--ledger", "none", "apply", "--auto-approve", seed]) == 0
    capsys.readouterr()
    served = 'Semaphore.open("http://127.0.0.1:8080", "any-token"'
    text = _PYTHON.findall(_read(page))[number]

    with _fast(".reconciler/embedded.db") as embedded:
        local = text.replace(served, f"{served}, transport=TRANSPORT")
        exec(local, {"TRANSPORT": embedded.transport()})  # noqa: S102 — that is what is tested

    assert "127.0.0.1" not in text or served in text
    assert _SAYS[page, number] in capsys.readouterr().out


def _fast(path: str) -> Embedded:
    """Return an organization whose seconds are short."""
    begun = time.time()
    return Embedded(path, clock=lambda: begun + 1000 * (time.time() - begun))


def test_every_program_in_the_pages_is_run() -> None:
    """None that people copy is left out above."""
    pages = [str(page.relative_to(ROOT)) for page in PAGES]
    told = {(page, n) for page in pages for n in range(len(_PYTHON.findall(_read(page))))}

    assert told == set(_SAYS)


@pytest.mark.parametrize("page", ["docs/architecture.md"])
def test_modules_in_the_pages_exist(page: str) -> None:
    """Every file and folder of the code that a page names is there."""
    named = re.findall(r"`((?:reconciler|tests|docs|examples|bench)/[\w./-]*)`", _read(page))

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
