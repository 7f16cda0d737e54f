"""Where everything in a document stands, as a tree that runs beside its data."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from reconciler.model import Place
from reconciler.model.items import labels
from reconciler.model.paths import joined

Path = tuple[str | int, ...]

Marks = dict[str, Any] | list[Any] | None
"""The marks of a mapping by key, of a list by index; None for a scalar."""

Mark = tuple[int, int, Marks]
"""Line and column, counted from 0, of a key or item, and the marks inside its value.

Plain tuples, shared between an anchor and its aliases: they cost nothing until asked for.
"""

LABELS = ("name", "path")
"""The keys by which an item of a list may be addressed instead of by its number."""


class Places(Mapping[Path, Place]):
    """Places by path: ``("spec", "tasks", 0, "at")``; the place of a value is that of its key."""

    def __init__(self, file: str, mark: Mark) -> None:
        self.file = file
        self.mark = mark

    def __getitem__(self, path: Path) -> Place:
        return self.place(self.below(path))

    def __iter__(self) -> Iterator[Path]:
        waiting: list[tuple[Path, Mark]] = [((), self.mark)]
        while waiting:
            path, (_, _, inner) = waiting.pop()
            yield path
            named = inner.items() if isinstance(inner, dict) else enumerate(inner or ())
            waiting.extend(((*path, part), mark) for part, mark in named)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def place(self, mark: Mark) -> Place:
        return Place(self.file, mark[0] + 1, mark[1] + 1)

    def nearest(self, path: Path) -> Place:
        """Return the place of ``path``, or of the closest thing around it."""
        while path not in self:
            path = path[:-1]
        return self[path]

    def below(self, path: Path) -> Mark:
        """Return the mark at a path; raises KeyError."""
        mark = self.mark
        for part in path:
            inner: Any = mark[2]
            try:
                mark = inner[part]
            except (IndexError, TypeError):
                raise KeyError(path) from None
        return mark


class FieldPlaces(Mapping[str, Place]):
    """Places by dotted path, looked for when asked for: ``spec.repository.run_on.0``.

    Items of lists are found by their name or path as well (``data.env_vars.TOKEN``), which
    iteration does not repeat. ``find`` gives the data, and the marks of all in it.
    """

    __slots__ = ("_file", "_find")

    def __init__(self, file: str, find: Callable[[], tuple[Any, Mark]]) -> None:
        self._file = file
        self._find = find

    def __getitem__(self, dotted: str) -> Place:
        data, mark = self._find()
        rest = dotted
        while rest:
            part = _head(data, rest)
            inner: Any = mark[2]
            if part is None or inner is None:
                raise KeyError(dotted)
            label, step = part
            data, mark = data[step], inner[step]
            rest = rest[len(label) + 1 :]
        if not dotted:
            raise KeyError(dotted)
        return Place(self._file, mark[0] + 1, mark[1] + 1)

    def __iter__(self) -> Iterator[str]:
        _, mark = self._find()
        return (joined(path) for path in Places(self._file, mark) if path)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _head(data: Any, dotted: str) -> tuple[str, Any] | None:
    """Return what ``dotted`` begins with among the keys or items of ``data``."""
    if isinstance(data, dict):
        known = [(key, key) for key in data]
    elif isinstance(data, list):
        known = [(label, i) for i, label in enumerate(labels(list(map(label_of, data))))]
        known += [(str(i), i) for i in range(len(data))]
    else:
        return None
    return next(
        ((label, step) for label, step in known if label and f"{dotted}.".startswith(f"{label}.")),
        None,
    )


def label_of(item: Any) -> str:
    """Return the name or path of a list's item, "" if it has none."""
    if isinstance(item, dict):
        for key in LABELS:
            if isinstance(item.get(key), str):
                return str(item[key])
    return ""


def borrowed(section: dict[str, Any], entry: Mark) -> Mark:
    """Return marks for a ``section`` made of an entry's parts: each key stands where it stood."""
    line, column, marks = entry
    known = marks if isinstance(marks, dict) else {}
    inner: dict[str, Mark] = {}
    for key, value in section.items():
        if key in known:
            inner[key] = known[key]
        elif isinstance(value, dict):
            inner[key] = borrowed(value, entry)
        else:
            inner[key] = (line, column, None)
    return line, column, inner
