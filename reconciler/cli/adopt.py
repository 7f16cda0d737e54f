"""``reconciler adopt``."""

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


@options.command("adopt", *options.reading(Subject.APPLY), options.strict, options.auto_approve)
def adopt(asked: Options) -> int:
    """Take for ours what is there and as declared. Nothing in Semaphore is changed.

    Shows what would be adopted and asks; --auto-approve doesn't. Refused, with exit code 4, if
    anything would have to be made, changed or deleted to be as declared. `forget` gives objects
    back.
    """
    from reconciler.cli.flows import changing  # noqa: PLC0415 — heavy, and --help is light

    return changing.adopt(asked)
