"""``reconciler permissions``."""

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


@options.command("permissions", options.paths, options.form(Subject.ANSWER), options.unwanted)
def permissions(asked: Options) -> int:
    """Tell the least that a token must be allowed for these manifests. Semaphore is not asked.

    That is to plan them, to apply them, and to see what no manifest declares: each permission with
    what it is for, and roles of these to paste. PATH is a file, a directory, or - for standard
    input; without any, `paths` of reconciler.toml.
    """
    from reconciler.cli.flows import offline  # noqa: PLC0415 — heavy, and --help is light

    return offline.permissions(asked)
