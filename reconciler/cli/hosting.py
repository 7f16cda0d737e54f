"""What ``reconciler serve`` is asked to serve."""

import re
from dataclasses import dataclass
from pathlib import Path

import click

MEMORY = ":memory:"
FOLDER = Path(".reconciler")
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TAKEN = frozenset({"api", "jobs"})


@dataclass(frozen=True, kw_only=True)
class Hosting:
    """One server."""

    host: str
    port: int
    tls: bool
    databases: dict[str, str]
    """By the names of the organizations."""
    edition: str
    secrets: str
    """`hidden` or `exposed`."""
    tokens: frozenset[str]
    seeds: dict[str, tuple[str, ...]]
    certificate: Path | None = None
    key: Path | None = None


def names_of(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the organizations; raises UsageError."""
    for name in given:
        if not _NAME.fullmatch(name) or name in _TAKEN:
            raise click.UsageError(
                f"--organization {name!r}: a name is lower-case letters, digits and hyphens"
                f", and none of {', '.join(sorted(_TAKEN))}."
            )
    if len(set(given)) < len(given):
        raise click.UsageError("Each --organization needs a name of its own.")
    return given or ("embedded",)


def databases_of(names: tuple[str, ...], db: str | None) -> dict[str, str]:
    """Return the database of each organization; raises UsageError."""
    if db == MEMORY:
        return dict.fromkeys(names, MEMORY)
    if len(names) == 1:
        return {names[0]: db or str(FOLDER / "embedded.db")}
    folder = Path(db) if db else FOLDER
    if folder.exists() and not folder.is_dir():
        raise click.UsageError("With several organizations --db is the folder of their databases.")
    return {name: str(folder / f"{name}.db") for name in names}


def seeds_of(names: tuple[str, ...], given: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the paths of manifests for each; one without a name is for every organization."""
    found: dict[str, tuple[str, ...]] = {}
    for text in given:
        name, equals, path = text.partition("=")
        is_named = bool(equals) and name in names
        for each in [name] if is_named else names:
            found[each] = (*found.get(each, ()), path if is_named else text)
    return found
