"""Commands with verbs, such as ``workflow run``: how one is made, what options they share."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.helping import Group
from reconciler.cli.options import Callback, Options, global_options
from reconciler.model.subject import Subject

_MOST = 30


def group(name: str, said: str) -> click.Group:
    """Make a command that has verbs."""

    @click.group(name, cls=Group, help=said)
    @global_options(hidden=True)
    def made() -> None:
        pass

    return made


def verb(
    of: click.Group, name: str, *own: Callable[[Callback], Callback]
) -> Callable[[Callable[..., int]], click.Command]:
    """Make a function of Options and its own options into a verb, with --format and --timeout."""

    def build(function: Callable[..., int]) -> click.Command:
        @functools.wraps(function)
        def callback(*, form: str, timeout: float | None, **given: Any) -> int:
            return function(Options(**options.everywhere(), form=form, timeout=timeout), **given)

        made: Callback = callback
        for option in (global_options(hidden=True), options.timeout, options.form(Subject.ANSWER)):
            made = option(made)
        for option in reversed(own):
            made = option(made)
        return of.command(name, epilog=options.EPILOG)(made)

    return build


class _Id(click.ParamType[str]):
    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not is_id(value):
            self.fail("An id is needed, as 8d2e4f5a-….", param, ctx)
        return value.lower()


class _Moment(click.ParamType[datetime]):
    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail("A time is needed, as 2026-01-31 or 2026-01-31T12:00:00Z.", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


def is_id(text: str) -> bool:
    """Whether a text is an id rather than a name."""
    from reconciler.model.literal import UUID  # noqa: PLC0415 — --help is light

    return bool(UUID.fullmatch(text))


def _pairs(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Read KEY=VALUE; the message quotes no value, for that may be a secret."""
    found: dict[str, str] = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not (key and equals):
            raise click.BadParameter("KEY=VALUE is needed.")
        if key in found:
            raise click.BadParameter(f"{key} is given twice.")
        found[key] = value
    return found


ID = _Id()
MOMENT = _Moment()


def identifier(name: str) -> Callable[[Callback], Callback]:
    """Take the id of something."""
    return click.argument(name, metavar=name.upper(), type=ID)


project = click.argument("project", metavar="PROJECT", shell_complete=options.offering("project"))
watch = click.option(
    "--watch", is_flag=True, help="Wait until it ends; exit code 3 unless it passed."
)
waiting = click.option("--watch", is_flag=True, help="Wait until it has come to its end.")
limit = click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    default=_MOST,
    show_default=True,
    help="At most so many, 0 for all.",
)
parameters = click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_pairs,
    help="A value for a parameter, may be repeated.",
)
request_token = click.option(
    "--request-token",
    metavar="TOKEN",
    help="Any text nobody used before; given again it starts nothing new.",
)


def between(
    after: str, before: str, what: str
) -> tuple[Callable[[Callback], Callback], Callable[[Callback], Callback]]:
    """Take a window of time; one that ends before it begins is a mistake.

    Of workflows Semaphore would show none then, without a word (D 10.4).
    """

    def ordered(context: click.Context, _: click.Parameter, end: datetime | None) -> Any:
        begin = context.params.get(after.removeprefix("--").replace("-", "_"))
        if begin and end and begin >= end:
            raise click.BadParameter(f"It has to be later than {after}.")
        return end

    first = click.option(
        after, type=MOMENT, metavar="TIME", help=f"{what} after that, UTC.", is_eager=True
    )
    return first, click.option(
        before, type=MOMENT, metavar="TIME", help=f"{what} before that, UTC.", callback=ordered
    )


created = between("--after", "--before", "Created")
done = between("--done-after", "--done-before", "Done")
branch = click.option("--branch", default="", metavar="NAME", help="Only of this branch.")
