"""A mapping or list of YAML while it is being read."""

from typing import Any, Final

MERGE: Final = object()
"""The key of what `<<` brings."""

SKIPPED: Final = object()
"""A key whose value is read but not kept."""


class Frame:
    """A mapping or list that is being filled."""

    __slots__ = (
        "anchor",
        "column",
        "data",
        "height",
        "key",
        "key_column",
        "key_line",
        "line",
        "marks",
        "merged",
        "nodes",
    )

    def __init__(self, data: Any, marks: Any, event: Any, nodes: int) -> None:
        self.data = data
        self.marks = marks
        self.anchor = event.anchor if event else None
        self.line = event.start_mark.line if event else 0
        self.column = event.start_mark.column if event else 0
        self.nodes = nodes
        self.height = 1
        self.key: Any = None
        self.key_line = self.key_column = 0
        self.merged: Any = None
