"""Items of lists: what they are called, which is which, and the secrets inside them."""

from typing import Any

from reconciler.model import Keyed, Sealed, Spec, ValueState
from reconciler.model.items import by_key, labelled, labels, paired
from reconciler.model.secrets import sealed_in
from reconciler.planning.diff import compare, presented, visible
from reconciler.planning.overlay import overlay
from reconciler.planning.recognise import recognise


class Hook(Spec):
    """An item that nothing identifies, with a secret in it."""

    url: Sealed
    note: str = ""


class Named(Keyed):
    name: str = ""
    hook: Hook | None = None
    note: str = ""


class Whole(Spec):
    hooks: tuple[Hook, ...] = ()
    named: tuple[Named, ...] = ()


def _names(items: Any) -> list[str]:
    return ["" if item is None else item.note for item in items]


def test_labels() -> None:
    """A key that is theirs alone, else their number, for which no key can be taken."""
    assert labels(["a", "", "b", "b", "", "1"]) == ["a", "1", "2", "3", "4", "5"]
    assert labelled(("x", "y")) == [("0", "x"), ("1", "y")]
    assert list(by_key((Named(name="a"), Named(), Named(name="b"), Named(name="b")))) == ["a"]


def test_pairs() -> None:
    """By key, else by place; what a key identifies is never paired with what stands there."""
    there = tuple(Named(name=n, note=t) for n, t in (("a", "1"), ("", "2"), ("b", "3"), ("b", "4")))
    here = tuple(Named(name=n) for n in ("b", "", "a", "", "", "c"))
    found = list(paired(here, there))
    assert [label for label, _, _ in found] == ["b", "1", "a", "3", "4", "c"]
    assert _names(other for _, _, other in found) == ["", "2", "1", "4", "", ""]
    assert _names(other for _, _, other in paired((Named(),), (Named(name="a"),))) == [""]


def test_secrets_in_items_without_a_key() -> None:
    """They are found, told apart, judged and shown by their place."""
    live = Whole(hooks=(Hook(url=Sealed()), Hook(url=Sealed("b", live=True), note="n")))
    wanted = Whole(hooks=(Hook(url=Sealed("a")), Hook(url=Sealed("c"), note="n")))
    assert [path for path, _ in sealed_in(wanted)] == ["hooks.0.url", "hooks.1.url"]
    asked: list[str] = []

    def judge(path: str, _: Sealed) -> ValueState:
        asked.append(path)
        return ValueState.UNKNOWN

    known = recognise(wanted, live, judge)
    assert (asked, known.hidden) == (["hooks.0.url"], {"hooks.0.url": ValueState.UNKNOWN})
    fields = compare(live, known.spec)
    assert [(field.path, field.secret) for field in fields] == [("hooks.1.url", True)]
    same = Whole(hooks=(live.hooks[0], Hook(url=Sealed("b"), note="n")))
    assert recognise(same, live).spec is live
    assert [(field.path, field.secret) for field in presented(wanted)] == [("hooks", True)]


def test_two_items_of_one_key() -> None:
    """None of them is lost, and none gets what another one has."""
    live = Whole(named=(Named(name="a", note="1"), Named(name="a", note="2")))
    assert visible(live)["named"] == {
        "0": {"name": "a", "note": "1"},
        "1": {"name": "a", "note": "2"},
    }
    declared = Whole(named=(Named(name="a"),))
    laid: Any = overlay(live, declared).spec
    assert _names(laid.named) == [""]
    assert [field.path for field in compare(live, laid)] == ["named.0", "named.1", "named.a"]


def test_an_item_keeps_what_is_not_mentioned() -> None:
    """Where a key identifies it, wherever it stands; else it is as it is written."""
    live = Whole(named=(Named(name="a", note="1"), Named(note="2"), Named(name="b", note="3")))
    declared = Whole(named=(Named(name="b"), Named(), Named(name="c")))
    laid: Any = overlay(live, declared).spec
    assert [(item.name, item.note) for item in laid.named] == [("b", "3"), ("", ""), ("c", "")]
