"""What the command line asks for, and the options that many commands share."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from reconciler.cli.helping import Command
from reconciler.model.subject import Subject
from reconciler.render import formats

Callback = Callable[..., Any]
EPILOG = "Options of every command: --org, --context, --config, --ledger, --color, -v, -q."


@dataclass(frozen=True, kw_only=True)
class Options:
    """One command line; None where it is silent."""

    org: str | None = None
    context: str | None = None
    config: str | None = None
    color: str | None = None
    verbose: int = 0
    quiet: bool = False
    paths: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    rewrite: tuple[str, ...] = ()
    strict: bool | None = None
    unmanaged: str | None = None
    allow_replace: bool | None = None
    max_deletes: int | None = None
    parallelism: int | None = None
    timeout: float | None = None
    form: str = formats.DEFAULT
    report: tuple[str, ...] = ()
    max_bytes: int | None = None
    detailed_exitcode: bool = False
    auto_approve: bool = False
    tokens_out: str | None = None
    ledger: str | None = None
    prune: bool | None = None
    no_values: bool = False
    out: str | None = None
    expect: str | None = None
    kind: str | None = None
    shell: str = ""
    action: str = ""
    addresses: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()
    only_unmanaged: bool = False
    layout: str = ""
    values_as: str = ""
    full: bool = False
    recipients: tuple[str, ...] = ()
    force: bool = False
    archives: tuple[str, ...] = ()
    keep: int | None = None
    changed_since: str | None = None
    base: str | None = None
    absorb: tuple[str, ...] = ()
    patch: str | None = None
    branch: str | None = None
    update: bool = False
    remove: bool = False


def offering(what: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Have a shell complete names of a sort that ``completing`` knows."""

    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        from reconciler.cli import completing  # noqa: PLC0415 — heavy, and --help is light

        return completing.offered(what, context, incomplete)

    return complete


def _remember(context: click.Context, option: click.Parameter, value: Any) -> None:
    """Keep a global option, given before the command or after it."""
    if value:
        context.ensure_object(dict)[option.name] = value


def global_options(*, hidden: bool) -> Callable[[Callback], Callback]:
    """Add the options of every command; hidden ones are the same again, after the command."""

    def option(*names: str, **settings: Any) -> Callable[[Callback], Callback]:
        return click.option(
            *names, expose_value=False, callback=_remember, hidden=hidden, **settings
        )

    found = (
        option("--org", metavar="URL", help="The organization; embedded: is the local Semaphore."),
        option(
            "--context",
            metavar="NAME",
            shell_complete=offering("context"),
            help="A context of ~/.sem.yaml.",
        ),
        option(
            "--config",
            metavar="FILE",
            type=click.Path(dir_okay=False),
            help="Settings; reconciler.toml of the current directory if not given.",
        ),
        option(
            "--ledger",
            metavar="FILE",
            type=click.Path(dir_okay=False),
            help="What was applied is remembered there; .reconciler/ledger.db, or none; in a job "
            "of Semaphore also artifact:NAME.",
        ),
        option("--color", type=click.Choice(["auto", "always", "never"]), help="Default: auto."),
        option(
            "-v",
            "--verbose",
            count=True,
            help="Say more on standard error; -vv: each request, too.",
        ),
        option("-q", "--quiet", is_flag=True, help="No progress on standard error."),
    )
    return lambda function: functools.reduce(lambda f, add: add(f), reversed(found), function)


def everywhere() -> dict[str, Any]:
    """Return the options of every command, as far as they were given."""
    found = click.get_current_context().ensure_object(dict)
    if found.get("verbose") and found.get("quiet"):
        raise click.UsageError("-v and -q exclude each other.")
    return found


def command(name: str, *options: Callable[[Callback], Callback]) -> Callable[[Any], click.Command]:
    """Make a function of Options into a command with those options."""

    def build(function: Callable[[Options], int]) -> click.Command:
        @functools.wraps(function)
        def callback(**given: Any) -> int:
            return function(Options(**everywhere(), **given))

        made: Callback = callback
        for option in (*reversed(options), global_options(hidden=True)):
            made = option(made)
        return click.command(name, cls=Command, epilog=EPILOG)(made)

    return build


paths = click.argument(
    "paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=False, allow_dash=True)
)
_address = offering("address")
globs = click.argument("globs", metavar="[GLOB]...", nargs=-1, shell_complete=_address)


def form(subject: Subject) -> Callable[[Callback], Callback]:
    """Offer all formats that can tell of a subject."""
    known = formats.names(subject)
    return click.option(
        "--format", "form", type=click.Choice(known), default=known[0], show_default=True
    )


def report(subject: Subject) -> Callable[[Callback], Callback]:
    """Offer to write the same to files."""
    return click.option(
        "--report",
        multiple=True,
        metavar="FORMAT=FILE",
        help=f"Also write a report: {', '.join(formats.names(subject))}; may be repeated.",
    )


target = click.option(
    "--target",
    multiple=True,
    metavar="ADDRESS",
    shell_complete=_address,
    help="Only these; a glob, may be repeated.",
)
exclude = click.option(
    "--exclude",
    multiple=True,
    metavar="ADDRESS",
    shell_complete=_address,
    help="Not these; a glob, may be repeated.",
)
rewrite = click.option(
    "--rewrite",
    multiple=True,
    metavar="ADDRESS",
    shell_complete=_address,
    help="Write the declared values of these, whatever is known of them; a glob, may be repeated.",
)
strict = click.option(
    "--strict/--no-strict",
    default=None,
    help="Exit with 2 where nothing is known of a hidden value, or a setting is not in effect.",
)
unmanaged = click.option(
    "--unmanaged",
    type=click.Choice(["list", "all", "hide", "fail"]),
    help="What no manifest declares: list it (default), look into undeclared projects too (all), "
    "don't look (hide), or exit with 2 if there is any (fail).",
)
allow_replace = click.option(
    "--allow-replace/--no-allow-replace",
    default=None,
    help="Objects that can't be updated may be deleted and created again.",
)
max_deletes = click.option(
    "--max-deletes",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many objects may be deleted or replaced; 10, and 30 % of a kind, if not given.",
)
prune = click.option(
    "--prune/--no-prune",
    default=None,
    help="Delete what we applied before and no manifest declares any more.",
)
unwanted = click.option(
    "--prune/--no-prune",
    default=None,
    help="What we applied before and no manifest declares any more is not wanted.",
)
no_values = click.option(
    "--no-values", is_flag=True, help="Don't read secret values; they count as unknown."
)
parallelism = click.option(
    "--parallelism", type=click.IntRange(min=1), metavar="N", help="Requests at a time; default 10."
)
timeout = click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="For the whole run; no limit if not given.",
)
auto_approve = click.option("--auto-approve", is_flag=True, help="Don't ask.")


most_bytes = click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    metavar="N",
    help="How long a comment for a pull request may be; what falls out is named and counted.",
)


def reading(subject: Subject) -> tuple[Callable[[Callback], Callback], ...]:
    """Return the options of every command that reads what manifests declare."""
    told = (form(subject), report(subject), most_bytes)
    return (paths, *told, target, exclude, parallelism, timeout)


consents = (allow_replace, max_deletes, prune)
