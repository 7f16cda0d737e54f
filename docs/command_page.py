"""The help of every command and of every verb, as the program prints it."""

from collections.abc import Iterator

import click

from reconciler.cli.program import program

WIDTH = 90


def helps() -> str:
    """Return a section for each command; the verbs of one stand below it."""
    return "\n\n".join(
        f"{'#' * (2 + depth)} {name}\n\n```\n{context.get_help()}\n```"
        for name, depth, context in _contexts()
    )


def paths() -> list[tuple[str, ...]]:
    """Return every command as the words that call it: ``("workflow", "run")``."""
    return [tuple(context.command_path.split()[1:]) for _, _, context in _contexts()][1:]


def _contexts() -> Iterator[tuple[str, int, click.Context]]:
    above = _context("reconciler", program, None)
    yield "reconciler", 0, above
    yield from _below(above, 0)


def _below(above: click.Context, depth: int) -> Iterator[tuple[str, int, click.Context]]:
    group = above.command
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        if command is None or command.hidden:
            continue
        context = _context(name, command, above)
        yield context.command_path.split(maxsplit=1)[1], depth, context
        yield from _below(context, depth + 1)


def _context(name: str, command: click.Command, above: click.Context | None) -> click.Context:
    return command.make_context(
        name, [], above, resilient_parsing=True, terminal_width=WIDTH, max_content_width=WIDTH
    )
