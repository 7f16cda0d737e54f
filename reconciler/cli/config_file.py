"""``reconciler.toml``: settings that stay the same from run to run."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from reconciler.commands.places import ARTIFACT, NONE
from reconciler.commands.places import DEFAULT as DEFAULT_LEDGER
from reconciler.errors import BadSettings
from reconciler.kinds.fields import nearest
from reconciler.manifest import Repository
from reconciler.model import Place, Problem, Severity

DEFAULT = "reconciler.toml"
COLORS = ("auto", "always", "never")
UNMANAGED = ("list", "all", "hide", "fail")


@dataclass(frozen=True, kw_only=True)
class ConfigFile:
    """What the file says; None where it is silent. ``origin`` is its name, "" without a file."""

    origin: str = ""
    organization: str | None = None
    paths: tuple[str, ...] = ()
    parallelism: int | None = None
    timeout: float | None = None
    allow_replace: bool | None = None
    max_deletes: int | None = None
    color: str | None = None
    ledger: str | None = None
    prune: bool | None = None
    strict: bool | None = None
    unmanaged: str | None = None


def read(path: str | None) -> ConfigFile:
    """Read the file that was asked for, or the usual one if there is one; raises BadSettings."""
    name = path or nearest_file(DEFAULT)
    try:
        text = Path(name).read_bytes().decode("utf-8-sig")  # a BOM is no part of it
    except FileNotFoundError:
        if path is None:
            return ConfigFile()
        raise BadSettings(f"--config {name}: there is no such file") from None
    except UnicodeDecodeError:
        raise BadSettings(f"{name}: is not UTF-8") from None
    except OSError as error:
        raise BadSettings(f"{name}: can't be read: {error.strerror}") from None
    return parse(text, name)


def nearest_file(name: str) -> str:
    """Return a file of that name in the current directory, or in one above it in the repository.

    If there is none, what it would be called in the current one.
    """
    here, *above = Repository().and_above()
    return os.path.relpath(_first(name, (here, *above)) or here / name, here)


def not_used(paths: Iterable[str]) -> Iterator[Problem]:
    """Yield what is beside paths, or above them, and would have a say if it were beside us."""
    repository = Repository()
    here = repository.and_above()[0]
    around = [repository.and_above(path) for path in paths if path != "-"]
    for name, option in ((DEFAULT, "--config"), (DEFAULT_LEDGER, "--ledger")):
        if _first(name, repository.and_above()):
            continue
        found = {there for folders in around if (there := _first(name, folders))}
        for each in sorted(found):
            file = os.path.relpath(each, here)
            text = (
                f"is beside what is read, and not used from here; to use it, give {option} {file}"
            )
            yield Problem(Place(file), text, Severity.WARNING)


def _first(name: str, folders: Iterable[Path]) -> Path | None:
    return next((folder / name for folder in folders if (folder / name).exists()), None)


def parse(text: str, origin: str) -> ConfigFile:
    """Parse the file's text; relative paths in it start where the file is, that of the ledger, too.

    Also where it says nothing of the ledger: the same file is to mean the same from everywhere.
    """
    import tomllib  # noqa: PLC0415 — only where there is a file

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{origin}: is not TOML: {error}") from None
    known = [field.name for field in fields(ConfigFile) if field.name != "origin"]
    for key, value in data.items():
        if "token" in key.lower():
            raise BadSettings(
                f"{origin}: {key}: a token does not belong into a file that others read; "
                "set SEMAPHORE_API_TOKEN"
            )
        if key not in known:
            raise BadSettings(f"{origin}: unknown setting {key!r}{nearest(key, known)}")
        _check(key, value, origin)
    paths = tuple(_beside(origin, path) for path in data.pop("paths", ()))
    place = data.get("ledger", DEFAULT_LEDGER)
    if place != NONE and not place.startswith(ARTIFACT):
        data["ledger"] = _beside(origin, place)
    return ConfigFile(origin=origin, paths=paths, **data)


def _beside(origin: str, path: str) -> str:
    return os.path.normpath(Path(origin).parent / path) if path != "-" else path


def left_out(paths: Sequence[str], file: ConfigFile) -> Iterator[Problem]:
    """Yield the configured paths that are in none of those given: what is there was not read."""
    given = {path if path == "-" else os.path.realpath(path) for path in paths}
    for path in file.paths:
        whole = Path(path if path == "-" else os.path.realpath(path))
        if not given & {str(whole), *map(str, whole.parents)}:
            text = f"it is among `paths` of {file.origin} and was not given"
            yield Problem(Place(path), text, Severity.WARNING)


def _check(key: str, value: Any, origin: str) -> None:
    right, words = _RULES[key]
    if not right(value):
        raise BadSettings(f"{origin}: {key} must be {words}")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


_RULES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "organization": (lambda v: isinstance(v, str) and bool(v), "an address"),
    "paths": (_is_texts, "a list of files and directories"),
    "parallelism": (lambda v: _is_whole(v) and v > 0, "a whole number of at least 1"),
    "timeout": (
        lambda v: (_is_whole(v) or isinstance(v, float)) and 0 < v < float("inf"),
        "a number of seconds above 0",
    ),
    "allow_replace": (lambda v: isinstance(v, bool), "true or false"),
    "max_deletes": (lambda v: _is_whole(v) and v >= 0, "a whole number of at least 0"),
    "ledger": (lambda v: isinstance(v, str) and bool(v), "a file, none, or artifact:NAME"),
    "prune": (lambda v: isinstance(v, bool), "true or false"),
    "strict": (lambda v: isinstance(v, bool), "true or false"),
    "unmanaged": (lambda v: v in UNMANAGED, f"one of {', '.join(UNMANAGED)}"),
    "color": (lambda v: v in COLORS, f"one of {', '.join(COLORS)}"),
}
