"""Secret values that manifests leave to whoever set them, and whether they are as they were."""

from collections.abc import Iterable, Iterator
from typing import Any

from tests.laws.held import key_of
from tests.laws.organization import Holdings
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import Doc, rules

Item = tuple[str, str]
"""The list it is in, and its name or path."""

_LISTS = (("env_vars", "name", "value"), ("files", "path", "content"))


def moved(docs: Iterable[Doc], before: Holdings, after: Holdings) -> dict[Any, tuple[Any, Any]]:
    """Return the values that a manifest leaves alone, and that are others than before."""
    found = {}
    for doc in docs:
        key, above = key_of(doc), WRITINGS[doc["kind"]].values
        old = (*key[:2], rules(doc).get("renamed_from", ""))
        then, now = _values(before.get(key) or before.get(old)), _values(after.get(key))
        for item in _left_alone(doc.get(above) or {} if above else {}):
            if item in now and then.get(item) != now[item]:
                found[key, item] = then.get(item), now[item]
    return found


def _left_alone(said: Doc) -> Iterator[Item]:
    for name, key, value in _LISTS:
        for item in said.get(name) or ():
            if (item.get(f"{value}_from") or {}).get("live") == "keep":
                yield name, item[key]


def _values(body: Any) -> dict[Item, Any]:
    said = lists_of(body or {})
    return {(name, i[key]): i[value] for name, key, value in _LISTS for i in said[name]}


def lists_of(body: Doc) -> Doc:
    """Return the variables and files of an object, as the API shows it."""
    said = body.get("data") or body
    return {name: said.get(name) or [] for name, _, _ in _LISTS}
