"""Values from environment variables."""

from reconciler.model import EnvSource
from reconciler.sources.reader import MAX_BYTES, Surroundings, Unavailable


def read_env(source: EnvSource, around: Surroundings) -> str:
    """Return the variable's content; raises Unavailable."""
    value = around.environ.get(source.name)
    if value is None:
        raise Unavailable(f"environment variable {source.name} is not set")
    if not value.strip():
        raise Unavailable(f"environment variable {source.name} is blank")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise Unavailable(f"environment variable {source.name} is not UTF-8") from None
    if size > MAX_BYTES:
        raise Unavailable(f"environment variable {source.name} is larger than 6 MiB")
    return value
