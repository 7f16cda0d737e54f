"""Every verb: mistakes in its arguments, its row in the docs, and what its help loads."""

import re
from collections.abc import Callable

import click
import pytest

from reconciler.cli.program import program as main
from tests.cli.conftest import ROOT, Ran
from tests.cli.past import MISSING
from tests.cli.run_commands.conftest import CANARY, Program
from tests.cli.test_program import LIGHT, foreign, imported, ours

DAY = "2030-01-01"


@pytest.mark.usefixtures("runs")
def test_unknown_names(program: Program) -> None:
    """The nearest one is told, and nothing is started."""
    ran = program("workflow", "run", "apu", "--reference", "main")
    assert ran == Ran(1, "", "error: there is no project 'apu' to be seen; did you mean 'api'?\n")
    assert program("workflow", "show", MISSING).code == 1
    assert "no deployment target 'x' to be seen in project api" in (
        program("target", "history", "api/x").err
    )
    assert "give its id, or PROJECT/NAME" in program("target", "activate", "x").err


@pytest.mark.parametrize(
    ("about", "arguments"),
    [
        (f"workflow {MISSING}", ["pipeline", "list", "--workflow", MISSING]),
        (f"project {MISSING}", ["pipeline", "list", MISSING]),
        (f"project {MISSING}", ["workflow", "list", MISSING]),
        (f"job {MISSING}", ["artifact", "list", "job", MISSING]),
        (f"a.txt of job {MISSING}", ["artifact", "url", "job", MISSING, "a.txt"]),
    ],
)
def test_unknown_ids_are_named(program: Program, about: str, arguments: list[str]) -> None:
    """Also where the server's words and the path of the request don't say them."""
    ran = program(*arguments)
    assert (ran.code, ran.out) == (1, "")
    assert f"({about} is not there, or not to be seen)" in ran.err


_DONE = ("pipeline", "list", "api", "--done-after", "2030-01-01")


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("An id is needed", ["workflow", "show", "main"]),
        ("Give --reference", ["workflow", "run", "api"]),
        ("leave out --commit", ["workflow", "run", "api", "--schedule", "x", "--commit", "1"]),
        ("KEY=VALUE is needed", ["workflow", "run", "api", "--parameter", CANARY]),
        ("A is given twice", ["workflow", "run", "api", *2 * ["--parameter", f"A={CANARY}"]]),
        ("A time is needed", ["workflow", "list", "api", "--after", "yesterday"]),
        ("later than --after", ["workflow", "list", "api", "--before", DAY, "--after", DAY]),
        ("later than --done-after", [*_DONE, "--done-before", "2030-01-01"]),
        ("Give a PROJECT, or --workflow", ["pipeline", "list"]),
        ("-v and -q exclude each other", ["-v", "job", "list", "-q"]),
        ("No such command 'lst'. Did you mean 'list'?", ["job", "lst"]),
    ],
)
def test_usage_errors(program: Program, words: str, arguments: list[str]) -> None:
    """What can't be understood exits with 64, and quotes no value."""
    code, out, err = program(*arguments)
    assert (code, out) == (64, "")
    assert words in err
    assert CANARY not in err


def _verbs() -> dict[str, click.Command]:
    above = click.Context(main)
    groups = {name: main.get_command(above, name) for name in main.list_commands(above)}
    return {
        f"{name} {verb}": command
        for name, group in groups.items()
        if isinstance(group, click.Group)
        for verb, command in group.commands.items()
    }


@pytest.mark.parametrize("name", _verbs())
def test_every_verb_is_described(name: str) -> None:
    """The page has a row for it, and names its options."""
    page = (ROOT / "docs" / "run-commands.md").read_text()
    assert re.search(rf"^\| `{name}[ `]", page, re.MULTILINE)
    options = [o for o in _verbs()[name].params if isinstance(o, click.Option) and not o.hidden]
    assert [o.opts[0] for o in options if f"`{o.opts[0]}" not in page] == []


@pytest.mark.parametrize("name", ["workflow", "pipeline", "promotion", "job", "agent", "target"])
def test_help_of_a_verb_is_light(child: Callable[..., Ran], name: str) -> None:
    """It loads the options of the command's verbs, and none of their work."""
    verb = "history" if name == "target" else "list"
    names = imported(child, name, verb, "--help")
    assert foreign(names) == {"click"}
    assert ours(names) == LIGHT | {"reconciler.cli.verbs", f"reconciler.cli.{name}"}
