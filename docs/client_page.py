"""What the typed client offers: every family, every method, and what it does, from the code."""

import inspect
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, cast

from reconciler.remote import Http, Semaphore
from reconciler.remote.client import words

_SECTION = re.compile(r"\s*\([A-E]\b[\d .,A-E-]*(?:, )?(?P<word>[a-z]*)\)")
_ORDER = re.compile(r"[;,] in the order of the numbers.*")
_REMARKS = {
    "": "",
    "undocumented": " (not documented by Semaphore)",
    "deprecated": " (deprecated by Semaphore)",
}
_MARKUP = re.compile(r":meth:`([^`]*)`")
_ONE = r"AsyncIterator\[(?:\w+\.)*(\w+)\]"


def methods() -> str:
    """Return the table of all methods, family by family."""
    lines = ["| method | gives | what it does |", "|---|---|---|"]
    for family, said in families():
        for name, method in _public(said):
            call = f"`{family}.{name}({_parameters(method)})`"
            lines.append(f"| {call} | {_gives(method)} | {_summary(method)} |")
    return "\n".join(lines)


def states() -> str:
    """Return the table of the words that fields like ``state`` and ``result`` have."""
    lines = ["| enumeration | what it says | words |", "|---|---|---|"]
    for name, found in vars(words).items():
        if inspect.isclass(found) and issubclass(found, StrEnum) and found is not StrEnum:
            values = ", ".join(f"`{member.value}`" for member in found)
            lines.append(f"| `{name}` | {_summary(found)} | {values} |")
    return "\n".join(lines)


def families() -> Iterator[tuple[str, type[Any]]]:
    """Yield each family by the name of its attribute. Nothing is called, so nothing connects."""
    client = Semaphore(cast("Http", None))
    for name, family in vars(client).items():
        yield name, type(family)


def _public(family: type[Any]) -> Iterator[tuple[str, Any]]:
    for name, method in vars(family).items():
        if not name.startswith("_") and inspect.isfunction(method):
            yield name, method


def _parameters(method: Any) -> str:
    """Name the parameters; ``=`` where a value may be given, by name where it must be."""
    shown = []
    for one in list(inspect.signature(method).parameters.values())[1:]:
        is_named = one.kind is inspect.Parameter.KEYWORD_ONLY
        optional = one.default is not inspect.Parameter.empty
        text = f"{one.name}=" if is_named else one.name
        shown.append(f"[{text}]" if optional else text)
    return ", ".join(shown)


def _gives(method: Any) -> str:
    text = inspect.formatannotation(inspect.signature(method).return_annotation)
    if found := re.search(_ONE, text):
        return f"each `{found[1]}`"
    plain = re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", text)
    return "" if plain == "None" else f"`{plain}`".replace("|", "\\|")


def _summary(thing: Any) -> str:
    """Return the first sentence of a description, without the sections it cites."""
    text = " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())
    text = _SECTION.sub(lambda found: _REMARKS[found["word"]], text)
    text = _ORDER.sub("", _MARKUP.sub(r"`\1`", text))
    first = re.match(r".*?[.](?= [A-Z]|$)", text)
    return (first[0] if first else text).replace("``", "`").rstrip(".").replace("|", "\\|")
