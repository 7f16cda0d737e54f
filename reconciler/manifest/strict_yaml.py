"""YAML to plain data in one pass over libyaml's events: strict, bounded, every key with its place.

Scalars keep their source text; only a plain ``null``, ``~`` or nothing at all is None. What
is inside an alias or a merged mapping has the place of its anchor: there it has to be changed.
"""

from dataclasses import dataclass
from sys import intern
from typing import Any, NoReturn

from yaml import CSafeLoader
from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

from reconciler.manifest.encoding import Unusable, position, unusable, utf8
from reconciler.manifest.frame import MERGE, SKIPPED, Frame
from reconciler.manifest.json_text import as_yaml
from reconciler.manifest.places import Places
from reconciler.manifest.syntax import MAX_DEPTH, TEMPLATE, TOO_DEEP, in_plain_words
from reconciler.model import Place, Problem

MAX_BYTES = 4 * 1024 * 1024
MAX_ALIASES = 1_000
MAX_NODES = 100_000
MAX_DOCUMENTS = 10_000
_MAX_PROBLEMS = 100

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_CORE = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset({"!"} | {_CORE + tag for tag in ("str", "int", "float", "bool", "null")})
_MAPPING_TAGS = frozenset({"!", f"{_CORE}map"})
_SEQUENCE_TAGS = frozenset({"!", f"{_CORE}seq"})
# neither is named: a secret that begins with * or ! and was not quoted looks like one
_NO_ANCHOR = "there is no such anchor above in this document; text that begins with * needs quotes"
_NO_TAG = "a tag does not belong in a manifest; text that begins with ! needs quotes"


@dataclass(frozen=True, slots=True)
class Document:
    """One document: dict[str, …], list, str and None, and where all of it stands.

    ``number``: how many documents of the file there are before it.
    """

    data: Any
    places: Places
    place: Place
    number: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds. Documents with a problem are there as well, as far as they go.

    ``whole``: it was read to its end; if not, ``begun`` is what the document it ends in is as far
    as that was read, None if nothing.
    """

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]
    whole: bool = True
    begun: Any = None


def read(file: str, raw: bytes) -> Reading:
    """Read every document of a file; whatever is wrong becomes a problem, nothing is raised."""
    composer = _Composer(file)
    whole = True
    try:
        if len(raw) > MAX_BYTES:
            raise unusable(file, f"the file is larger than {MAX_BYTES // 2**20} MiB")
        composer.run(as_yaml(utf8(file, raw)))
    except Unusable as error:
        composer.problems.append(error.problem)
        whole = False
    begun = None if whole else composer.begun
    return Reading(tuple(composer.documents), tuple(composer.problems), whole, begun)


class _Composer:
    """Turns events into data, without recursion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self._stack: list[Frame] = []
        self._anchors: dict[str, tuple[Any, Any, int, int]] = {}
        self._aliases = self._nodes = 0

    @property
    def begun(self) -> Any:
        """What is finished of the outermost mapping or list that is being read."""
        return self._stack[1].data if len(self._stack) > 1 else None

    def run(self, raw: bytes) -> None:
        parser = CSafeLoader(raw)  # for its events only: nothing is constructed by it
        handlers: dict[type, Any] = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._mapping,
            SequenceStartEvent: self._sequence,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
            DocumentEndEvent: self._document_end,
        }
        get_event = parser.get_event
        try:
            while (event := get_event()) is not None:
                handler = handlers.get(type(event))
                if handler:
                    handler(event)
        except ReaderError as error:
            line, column = position(raw, error.position)
            text = f"character 0x{error.character:02x} is not allowed in YAML"
            raise unusable(self.file, text, line, column) from None
        except MarkedYAMLError as error:
            raise unusable(self.file, *in_plain_words(error, raw)) from None

    def _document(self, event: Any) -> None:
        if len(self.documents) == MAX_DOCUMENTS:
            self._stop(event, f"more than {MAX_DOCUMENTS} documents in one file")
        self._stack = [Frame([], [], None, 0)]
        self._anchors = {}
        self._aliases = self._nodes = 0

    def _document_end(self, _: Any) -> None:
        root = self._stack.pop()
        data = _unshared(root.data[0]) if self._aliases else root.data[0]
        places = Places(self.file, root.marks[0])
        self.documents.append(Document(data, places, places[()], len(self.documents)))

    def _scalar(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._stop(event, f"more than {MAX_NODES} values in one document")
        value = event.value
        tag = event.tag
        mark = event.start_mark
        if tag is not None and tag not in _SCALAR_TAGS:
            self._refuse_tag(event)
        if "\0" in value:
            self._problem(mark.line, mark.column, "a NUL character is not allowed")
        frame = self._stack[-1]
        plain = not event.style and tag is None
        if frame.key is None and type(frame.data) is dict:
            if event.anchor:
                self._anchors[event.anchor] = (value, None, 1, 0)
            self._key(MERGE if plain and value == "<<" else value, mark.line, mark.column)
            return
        if value in _NULLS and (plain or tag == f"{_CORE}null"):
            value = None
        if event.anchor:
            self._anchors[event.anchor] = (value, None, 1, 0)
        self._attach(value, None, mark.line, mark.column)

    def _mapping(self, event: Any) -> None:
        self._open(event, {}, {}, _MAPPING_TAGS)

    def _sequence(self, event: Any) -> None:
        self._open(event, [], [], _SEQUENCE_TAGS)

    def _open(self, event: Any, data: Any, marks: Any, tags: frozenset[str]) -> None:
        if len(self._stack) > MAX_DEPTH:
            self._stop(event, TOO_DEEP)
        if event.tag is not None and event.tag not in tags:
            self._refuse_tag(event)
        self._stack.append(Frame(data, marks, event, self._nodes))
        self._nodes += 1
        if event.anchor:
            self._anchors.pop(event.anchor, None)

    def _end(self, _: Any) -> None:
        frame = self._stack.pop()
        if frame.merged is not None:
            self._merge(frame)
        if frame.anchor:
            size = self._nodes - frame.nodes
            self._anchors[frame.anchor] = (frame.data, frame.marks, size, frame.height)
        above = self._stack[-1]
        above.height = max(above.height, frame.height + 1)
        self._attach(frame.data, frame.marks, frame.line, frame.column)

    def _alias(self, event: Any) -> None:
        name = event.anchor
        if name not in self._anchors:
            within = any(frame.anchor == name for frame in self._stack)
            self._stop(event, f"&{name} contains itself" if within else _NO_ANCHOR)
        value, marks, size, height = self._anchors[name]
        self._aliases += 1
        self._nodes += size
        if self._aliases > MAX_ALIASES:
            self._stop(event, f"more than {MAX_ALIASES} aliases in one document")
        if self._nodes > MAX_NODES:
            self._stop(event, f"more than {MAX_NODES} values in one document, aliases expanded")
        if len(self._stack) - 1 + height > MAX_DEPTH:
            self._stop(event, f"{TOO_DEEP}, aliases expanded")
        above = self._stack[-1]
        above.height = max(above.height, height + 1)
        self._attach(value, marks, event.start_mark.line, event.start_mark.column)

    def _attach(self, value: Any, marks: Any, line: int, column: int) -> None:
        """Give a finished value to the mapping or list around it."""
        frame = self._stack[-1]
        key = frame.key
        if type(frame.data) is list:
            frame.data.append(value)
            frame.marks.append((line, column, marks))
        elif key is None:
            self._key(value, line, column)
        else:
            frame.key = None
            if key is MERGE:
                frame.merged = (value, marks, line, column)
            elif key is not SKIPPED:
                frame.data[key] = value
                frame.marks[key] = (frame.key_line, frame.key_column, marks)

    def _key(self, key: Any, line: int, column: int) -> None:
        frame = self._stack[-1]
        frame.key, frame.key_line, frame.key_column = key, line, column
        if key is MERGE:
            if frame.merged is not None:
                frame.key = SKIPPED
                self._problem(line, column, "duplicate key '<<'; write one: `<<: [*a, *b]`")
        elif type(key) is not str:
            frame.key = SKIPPED
            what = "nothing" if key is None else "a list" if type(key) is list else "a mapping"
            hint = f"; {TEMPLATE}" if type(key) is dict else ""
            self._problem(line, column, f"a key must be text, not {what}{hint}")
        elif key in frame.marks:
            frame.key = SKIPPED
            first = Place(self.file, frame.marks[key][0] + 1, frame.marks[key][1] + 1)
            self._problem(line, column, f"duplicate key {key!r}; it is already at {first}")
        else:
            frame.key = intern(key)  # the same few in all manifests

    def _merge(self, frame: Frame) -> None:
        """Add what ``<<`` brings; written keys win, then the earlier mapping."""
        value, marks, line, column = frame.merged
        several = type(value) is list
        for source, inner in zip(
            value if several else [value],
            [mark[2] for mark in marks] if several else [marks],
            strict=True,
        ):
            if type(source) is not dict:
                self._problem(line, column, "<< takes a mapping or a list of mappings")
                continue
            for key in source:
                if key not in frame.data:
                    frame.data[key], frame.marks[key] = source[key], inner[key]

    def _refuse_tag(self, event: Any) -> None:
        self._problem(event.start_mark.line, event.start_mark.column, _NO_TAG)

    def _problem(self, line: int, column: int, text: str) -> None:
        self.problems.append(Problem(Place(self.file, line + 1, column + 1), text))
        if len(self.problems) >= _MAX_PROBLEMS:
            raise unusable(self.file, "too many problems; the rest of the file was not read")

    def _stop(self, event: Any, text: str) -> NoReturn:
        mark = event.start_mark
        raise unusable(self.file, text, mark.line + 1, mark.column + 1)


def _unshared(data: Any) -> Any:
    """Return a tree of its own for what aliases had shared; the depth is bounded by now."""
    if type(data) is dict:
        return {key: _unshared(value) for key, value in data.items()}
    if type(data) is list:
        return [_unshared(value) for value in data]
    return data
