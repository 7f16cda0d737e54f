"""``reconciler validate``."""

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


@options.command(
    "validate",
    options.paths,
    options.form(Subject.VALIDATION),
    options.report(Subject.VALIDATION),
    options.most_bytes,
)
def validate(asked: Options) -> int:
    """Find every problem in manifests, offline.

    PATH is a file, a directory, or - for standard input; without any, `paths` of
    reconciler.toml. Exit code 1 where there are errors; warnings alone are fine.
    """
    from reconciler.cli.flows import validating  # noqa: PLC0415 — heavy, and --help is light

    return validating.validate(asked)
