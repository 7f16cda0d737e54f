"""What a later version adds: keys in every object, what they hold, and what a write leaves of them.

Which keys there are, and what they hold before anybody wrote them, is drawn from a seed. What a
write sends is kept in a tree beside the object, of plain data: `own` are the keys sent at this
place, `fields` and `items` what is inside. What is `closed` was replaced by a write, which resets
all that it does not say; what is not is as it was drawn.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

PREFIX = "future_"
"""What every key of a later version begins with."""

Tree = dict[str, Any]

_WORDS = ("color", "labels", "limits", "owner", "priority", "region", "retries", "tier", "zone")
_LABELS = ("id", "name", "path")
_SERVERS_OWN = frozenset({"status", "last_deployment"})
"""Parts that no client writes."""


@dataclass(frozen=True)
class Later:
    """The keys of one object."""

    seed: int
    kind: str
    id: str
    kept: Tree
    elsewhere: Callable[[tuple[str, ...], Any], "Later | None"] = lambda _path, _item: None
    """Of an object that is shown inside this one: its own keys."""

    def shown(self, body: Any) -> Any:
        """The object with its keys."""
        return self._shown(body, self.kept, (), ())

    def _shown(self, body: Any, kept: Tree, path: tuple[str, ...], place: tuple[str, ...]) -> Any:
        if isinstance(body, list):
            return list(self._items(body, kept, path, place))
        if not isinstance(body, dict):
            return body
        found = {
            name: inner
            if not path and name in _SERVERS_OWN
            else self._shown(inner, _inside(kept, name), (*path, name), (*place, name))
            for name, inner in body.items()
        }
        return found | {key: self._value(kept, place, key) for key in self._keys(path)}

    def _items(
        self, items: list[Any], kept: Tree, path: tuple[str, ...], place: tuple[str, ...]
    ) -> Iterator[Any]:
        sent = list(kept.get("items", ()))
        as_many = len(items) == len(sent)
        untold: Tree = {"closed": True} if kept.get("closed") else {}
        for number, item in enumerate(items):
            other = self.elsewhere(path, item)
            if other is not None:
                yield other.shown(item)
                continue
            label = next(iter(labels(item).values()), str(number))
            mine = _taken(sent, labels(item), as_many=as_many)
            yield self._shown(item, untold if mine is None else mine, path, (*place, label))

    def _keys(self, path: tuple[str, ...]) -> list[str]:
        """One or two, the same for all objects of the kind."""
        random = Random(f"{self.seed} {self.kind} {path}")  # noqa: S311 - no secret
        return sorted({PREFIX + random.choice(_WORDS) for _ in range(2)})

    def _value(self, kept: Tree, place: tuple[str, ...], key: str) -> Any:
        own = kept.get("own", {})
        if key in own or kept.get("closed"):
            return own.get(key)
        random = Random(f"{self.seed} {self.id} {place} {key}")  # noqa: S311 - no secret
        text = f"later-{random.randrange(10**6)}"
        number = random.randrange(1, 1000)
        several = {"name": text, "deep": [{}]}
        return random.choice([text, number, True, [text, number], several, False, 0, "", []])


def written(sent: Any, kept: Tree | None = None, keeps: tuple[str, ...] = ()) -> Tree:
    """The tree after a write that replaces; it `keeps` parts of what was `kept` if left out."""
    tree: Tree = {"closed": True}
    if isinstance(sent, dict):
        tree["own"] = {key: value for key, value in sent.items() if key.startswith(PREFIX)}
        tree["fields"] = {
            key: written(value)
            for key, value in sent.items()
            if not key.startswith(PREFIX) and isinstance(value, (dict, list))
        }
        tree["fields"] |= {key: _inside(kept or {}, key) for key in keeps if key not in sent}
    elif isinstance(sent, list):
        tree["items"] = [[labels(item), written(item)] for item in sent]
    return tree


def merged(sent: Tree, kept: Tree) -> Tree:
    """The tree after a write that keeps what it leaves out, and replaces the lists it says."""
    own = {key: value for key, value in sent.items() if key.startswith(PREFIX)}
    lists = {key: written(value) for key, value in sent.items() if isinstance(value, list)}
    return kept | {
        "own": kept.get("own", {}) | own,
        "fields": kept.get("fields", {}) | lists,
    }


def without(sent: Any) -> Any:
    """What was sent, less all keys of a later version."""
    if isinstance(sent, dict):
        return {
            key: without(value) for key, value in sent.items() if not str(key).startswith(PREFIX)
        }
    return [without(item) for item in sent] if isinstance(sent, list) else sent


def labels(item: Any) -> dict[str, str]:
    """By what an item of a list is known."""
    found = item if isinstance(item, dict) else {}
    return {
        label: found[label]
        for label in _LABELS
        if isinstance(found.get(label), str) and found[label]
    }


def _inside(kept: Tree, name: str) -> Tree:
    default = {"closed": True} if kept.get("closed") else {}
    found: Tree = kept.get("fields", {}).get(name, default)
    return found


def _taken(sent: list[Any], known: dict[str, str], *, as_many: bool) -> Tree | None:
    """What was sent for an item: by its labels; if it has none, in order, if none came or went."""
    for pair in sent:
        alike = any(known.get(label) == text for label, text in pair[0].items())
        if alike or (as_many and not known and not pair[0]):
            sent.remove(pair)
            found: Tree = pair[1]
            return found
    return None
