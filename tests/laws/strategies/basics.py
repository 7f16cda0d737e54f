"""What the strategies of all kinds are made of: texts, lists, and keys that may be left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, Self

from hypothesis import strategies as st

Doc = dict[str, Any]
Docs = st.SearchStrategy[Doc]
Draws = Mapping[str, st.SearchStrategy[Any]]

HOSTILE = (
    *("yes", "No", "on", "1.10", "0755", "0x1F", "1e3", "12:30:45", "2026-11-21", "NaN", "=", "<<"),
    *("null", "~", "true", "@x", "`x`", "%x", "!x", "&x", "*x", "- x", "? x", "key: value", "#x"),
    *("x #y", "[x]", "{x: y}", "'x'", '"x"', "it's", 'say "x"', "$HOME", "{{ x }}", "a,b", "|"),
    *("two\nlines", "block\n", "\nlead", "  indented\n deep\n", "tab\there", " around ", "trail "),
    *("Grüße", "日本", "emoji 😀", "zero\u200bwidth", "nel\x85", "ls\u2028", "\xa0nbsp", "e\u0301"),
    *("---", "...", "-", "--", "\\n", "c:\\x", "a/b", "refs/heads/x", "x\\", "0", "-1", "…"),
)
"""Texts that a careless reader or writer of YAML, JSON or URLs would change."""

PATTERNS = (".*", "^v[0-9]+$", "a|b", "[a-z]{2,3}", r"\d+\.\d+", "x(y)?", "main", "^$")
"""Regular expressions that mean the same in every dialect at hand."""

REFS = (
    *("main", "feature/x", "release-1.x", "refs/heads/x", "Grüße", "日本", "a\u200bb", "a,b"),
    *("yes", "No", "1.10", "0755", "0x1F", "1e3", "null", "true", "@x", "`x`", "%x", "!x", "&x"),
    *("#x", "it's", 'say"x"', "$HOME", "{{x}}", "|", "--", "-", "0", "-1", "…", "=", "<<"),
)
"""Names that git allows to branches and tags."""

_CHARACTERS = st.characters(
    categories=("L", "M", "N", "P", "S", "Zs"), include_characters="\n\t", max_codepoint=0x1FFFF
)
_TEXTS = st.sampled_from(HOSTILE) | st.text(_CHARACTERS, min_size=1, max_size=12)


_FILLED = st.sampled_from([*[True] * 7, False])
_OF_A_MANIFEST = st.sampled_from([*["a value"] * 14, "null", "nothing"])
_OF_A_REQUEST = st.sampled_from([*["a value"] * 7, "nothing"])
"""What is said of a key that may be left out."""


@dataclass(frozen=True)
class Scene:
    """What a manifest or request is written for.

    ``project``: the one that its object lives in; ``projects``: all there are to refer to.
    ``full``: every key there is gets mentioned, with a value that says something.
    """

    projects: tuple[str, ...]
    project: str = ""
    full: bool = False


@dataclass(frozen=True)
class Writing:
    """How objects of a kind are written.

    ``manifest``: a document for users' eyes. ``body``: what any other client may send to create
    one. Both are made for a scene and a name. ``values``: the key that secret values are below.
    """

    names: st.SearchStrategy[str]
    manifest: Callable[[Scene, str], Docs]
    body: Callable[[Scene, str], Docs]
    values: str = ""


class ById(str):
    """The name of something that is to be referred to by its id."""

    __slots__ = ("kind",)
    kind: str

    def __new__(cls, kind: str, name: str) -> Self:
        made = super().__new__(cls, name)
        made.kind = kind
        return made


def rules(doc: Doc) -> Doc:
    """Return what a manifest says to the program alone."""
    found: Doc = doc.get("reconciler") or {}
    return found


@cache
def texts() -> st.SearchStrategy[str]:
    """Any text a user may write, blank ones too."""
    return st.just("") | _TEXTS


@cache
def labels() -> st.SearchStrategy[str]:
    """What items of a list are called, where some have the same name and some have none."""
    few = st.sampled_from([*["main"] * 5, *["nightly"] * 3, ""])
    return st.integers(0, 9).flatmap(lambda number: few if number else texts())


@cache
def something() -> st.SearchStrategy[str]:
    """Any text that is not blank."""
    return _TEXTS.filter(lambda text: bool(text.strip()))


def lists(
    items: st.SearchStrategy[Any], longest: int = 3, by: str = ""
) -> st.SearchStrategy[list[Any]]:
    """Lists with something in them, and now and then an empty one; ``by``: a key that is unique."""
    unique_by = itemgetter(by) if by else None
    filled = st.lists(items, min_size=1, max_size=longest, unique_by=unique_by)
    return _FILLED.flatmap(lambda some: filled if some else st.just([]))


def cased(*known: str) -> st.SearchStrategy[str]:
    """Words whose case the server does not mind."""
    return st.sampled_from([form for word in known for form in (word, word.swapcase())])


def named_or_by_id(kind: str, names: tuple[str, ...]) -> st.SearchStrategy[str]:
    name = st.sampled_from(names)
    return name | name.map(lambda found: ById(kind, found))


def section(scene: Scene, optional: Draws, required: Draws | None = None) -> Docs:
    """A mapping as users write it: keys that are not required are left out, or null, at times."""
    needed = required or {}
    if scene.full:
        return st.fixed_dictionaries({**optional, **needed})
    free = {key: drawn for key, drawn in optional.items() if key not in needed}
    return _mapping(needed, free, _OF_A_MANIFEST)


def sent(required: Draws, optional: Draws) -> Docs:
    """A mapping as another client sends it, in which some keys may be left out."""
    return _mapping(required, optional, _OF_A_REQUEST)


@st.composite
def _mapping(
    draw: st.DrawFn, required: Draws, optional: Draws, said: st.SearchStrategy[str]
) -> Doc:
    found = {key: draw(drawn) for key, drawn in required.items()}
    for key, drawn in optional.items():
        told = draw(said)
        if told != "nothing":
            found[key] = None if told == "null" else draw(drawn)
    return found


def document(scene: Scene, kind: str, version: str, parts: Draws, optional: Draws) -> Docs:
    """A manifest; its parts below ``apiVersion`` and ``kind`` are given."""
    head = {"apiVersion": st.just(version), "kind": st.just(kind)}
    return section(scene, optional, {**head, **parts})
