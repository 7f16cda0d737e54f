"""The write-only environment variables and files of a target (C 1.4)."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from reconciler.embedded.params import Params
from reconciler.embedded.replies import Crash

_VARIABLE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_MOST_BYTES = 6 * 1024 * 1024
# A map of up to this many keys iterates in their order, a larger one in the order of hashes.
_SORTED_MAP = 32

Pair = tuple[str, str]


@dataclass(frozen=True)
class Secret:
    """Pairs of name and value, and of path and content."""

    env_vars: tuple[Pair, ...] = field(default=(), repr=False)
    files: tuple[Pair, ...] = field(default=(), repr=False)

    @classmethod
    def load(cls, kept: str | None) -> Self:
        if kept is None:
            return cls()
        lists = json.loads(kept)
        return cls(*(tuple((name, value) for name, value in pairs) for pairs in lists))

    def dump(self) -> str:
        return json.dumps([self.env_vars, self.files])

    def acceptable(self) -> bool:
        """What the secret service finds out later, after the request was answered."""
        size = sum(len(name.encode()) + len(value.encode()) for name, value in self._all())
        names_fit = all(_VARIABLE.fullmatch(name) for name, _ in self.env_vars)
        nothing_blank = all(name.strip() and value.strip() for name, value in self._all())
        return names_fit and nothing_blank and size <= _MOST_BYTES

    def hashed(self) -> dict[str, list[dict[str, str]]]:
        """What `include_secrets` shows: MD5 in place of values and contents."""
        return {
            "env_vars": [{"name": name, "value": md5(value)} for name, value in self.env_vars],
            "files": [{"content": md5(content), "path": path} for path, content in self.files],
        }

    def _all(self) -> tuple[Pair, ...]:
        return self.env_vars + self.files


def md5(value: str) -> str:
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()


def given_at_creation(params: Params) -> Secret:
    """Kept as sent, in order and with duplicates; an MD5 is text like any other."""
    return Secret(
        _pairs(params.get("env_vars"), "name", "value", _strict),
        _pairs(params.get("files"), "path", "content", _strict),
    )


def given_at_update(params: Params, current: Secret) -> Secret | None:
    """None leaves the secret alone; one of the two lists empties the other (C 1.4)."""
    if not _given(params.get("env_vars")) and not _given(params.get("files")):
        return None
    env_vars = _pairs(params.get("env_vars"), "name", "value", _lenient)
    files = _pairs(params.get("files"), "path", "content", _lenient)
    return Secret(_merged(env_vars, dict(current.env_vars)), _merged(files, dict(current.files)))


def _given(value: Any) -> bool:
    return value is not None and value is not False


def _pairs(given: Any, key: str, content: str, read: Callable[[Any, str], str]) -> tuple[Pair, ...]:
    if not _given(given):
        return ()
    if not isinstance(given, list):
        raise Crash("no list of environment variables or files")
    return tuple((read(item, key), read(item, content)) for item in given)


def _strict(item: Any, key: str) -> str:
    if not isinstance(item, dict):
        raise Crash("an item is no object")
    return _text(item.get(key, ""))


def _lenient(item: Any, key: str) -> str:
    """Null counts as the empty string, here only (C 1.4)."""
    if item is not None and not isinstance(item, dict):
        raise Crash("an item is no object")
    value = (item or {}).get(key)
    return _text(value if _given(value) else "")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Crash("a part of an item is no string")
    return value


def _merged(pairs: tuple[Pair, ...], current: Mapping[str, str]) -> tuple[Pair, ...]:
    """The last of equal names wins; the MD5 of the current value stands for that value."""
    wanted = dict(pairs)
    names = sorted(wanted) if len(wanted) <= _SORTED_MAP else sorted(wanted, key=md5)
    return tuple((name, _kept(wanted[name], current.get(name))) for name in names)


def _kept(value: str, current: str | None) -> str:
    return current if current is not None and value.lower() == md5(current) else value
