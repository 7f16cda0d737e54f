"""Secrets are exchanged wherever they are, and only they."""

from reconciler.model import Keyed, Sealed, Spec
from reconciler.sources.walk import exchange_secrets


class Item(Keyed):
    name: str
    value: Sealed


class Inner(Spec):
    items: tuple[Item, ...] = ()
    plain: tuple[Sealed, ...] = ()
    note: str = ""


class Outer(Spec):
    inner: Inner
    other: Inner = Inner()
    token: Sealed | None = None


def test_paths_and_values() -> None:
    """Keyed items go by their key, others by number; what counts as mentioned stays so."""
    secret = Sealed("x")
    value = Outer(
        inner=Inner(items=(Item(name="A", value=secret),), plain=(secret, secret)), token=secret
    )
    seen: list[str] = []

    def exchange(path: str, _: Sealed) -> Sealed:
        seen.append(path)
        return Sealed(path)

    new = exchange_secrets(value, exchange)
    assert seen == ["inner.items.A.value", "inner.plain.0", "inner.plain.1", "token"]
    assert isinstance(new, Outer)
    assert new.inner.items[0].value.reveal() == "inner.items.A.value"
    assert [sealed.reveal() for sealed in new.inner.plain] == ["inner.plain.0", "inner.plain.1"]
    assert new.model_fields_set == {"inner", "token"}
    assert new.inner.model_fields_set == {"items", "plain"}
    assert new.other is value.other


def test_the_same_value_where_nothing_changes() -> None:
    """No copy is made of what keeps its secrets."""
    value = Outer(inner=Inner(items=(Item(name="A", value=Sealed("x")),)))
    assert exchange_secrets(value, lambda _, secret: secret) is value
