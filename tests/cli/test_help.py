"""Every help has examples, and each of them is a command line that the program takes."""

import re
import shlex
from collections.abc import Callable

import click
import pytest

from docs import command_page
from reconciler.cli.examples import EXAMPLES
from reconciler.cli.program import program
from tests.cli.conftest import Ran

COMMANDS = ["", *map(" ".join, command_page.paths())]
LINES = sorted({line for lines in EXAMPLES.values() for line in lines})
_BEHIND = re.compile(r" >.*| +#.*")
_INSIDE = re.compile(r'eval "\$\((.*)\)"')


def test_every_command_has_examples() -> None:
    """And none is left of one that has gone."""
    assert sorted(EXAMPLES) == sorted(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
def test_help_shows_them(reconciler: Callable[..., Ran], words: str) -> None:
    """Each on a line of its own, to be copied; one that is about this command."""
    said = reconciler(*words.split(), "--help").out
    shown = said.partition("\nExamples:\n")[2]
    assert EXAMPLES[words]
    for line in EXAMPLES[words]:
        assert f"  {line}\n" in shown
        assert f"reconciler {words}".strip() in line
        assert len(line) <= 90


@pytest.mark.parametrize("line", LINES)
def test_each_is_understood(line: str) -> None:
    """Commands, options, choices, ids: the program takes all of it."""
    bare = _BEHIND.sub("", _INSIDE.sub(r"\1", line))
    name, *words = shlex.split(bare)
    assert name == "reconciler"
    command: click.Command = program
    context = program.make_context(name, words)
    while isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        _, found, rest = command.resolve_command(context, rest)
        assert found
        command, context = found, found.make_context(found.name, rest, context)


def test_commands_are_grouped(reconciler: Callable[..., Ran]) -> None:
    """By what they are for, what is needed first on top; each once."""
    said = reconciler("--help").out
    titles = re.findall(r"^(\w.*):$", said, re.MULTILINE)
    assert titles == [
        "Options",
        "Reconcile",
        "Take over what is there",
        "Look into it",
        "Write manifests",
        "Run and watch",
        "Try things out",
        "Examples",
    ]
    for name in program.list_commands(click.Context(program)):
        assert len(re.findall(rf"^  {name} ", said, re.MULTILINE)) == 1
