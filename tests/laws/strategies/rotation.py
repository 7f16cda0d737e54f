"""The same secrets with other values: of a manifest or a request, left to others, taken over."""

from collections.abc import Callable

from hypothesis import strategies as st

from tests.laws.strategies.basics import Doc, Docs
from tests.laws.strategies.secrets import file, sent_file, sent_variable, variable

_LISTS = (("env_vars", "name", "value_from"), ("files", "path", "content_from"))
_MOSTLY = st.sampled_from([True, True, True, False])

Items = Callable[[st.SearchStrategy[str]], Docs]
"""Gives an item of a list for its name."""


def rotated(doc: Doc, above: str) -> Docs:
    """The same manifest with other values, at least in part, for the same names."""
    said = doc.get(above) or {}
    return _with(doc, above, _renewed(said, {"env_vars": variable, "files": file}))


def keeping(doc: Doc, above: str) -> Docs:
    """The same manifest, which leaves some values to whoever set them."""
    said = doc.get(above) or {}
    kept = {
        key: st.tuples(
            *(
                st.sampled_from([{name: item[name], source: {"live": "keep"}}, item])
                for item in said[key]
            )
        ).map(list)
        for key, name, source in _LISTS
        if said.get(key)
    }
    return _with(doc, above, st.fixed_dictionaries(kept))


def resembling(doc: Doc, above: str, live: Doc) -> Docs:
    """A manifest with the variables and files that are there, and values of its own."""
    names = {key: dict.fromkeys(item[name] for item in live[key]) for key, name, _ in _LISTS}
    items: dict[str, Items] = {"env_vars": variable, "files": file}
    own = {
        key: st.tuples(*(items[key](st.just(name)) for name in names[key])).map(list)
        for key in items
    }
    return _with(doc, above, st.fixed_dictionaries(own))


def sent_again(body: Doc, above: str, live: Doc) -> Docs:
    """A request for what is there, with other values in it, at least in part."""
    return _with(body, above, _renewed(live, {"env_vars": sent_variable, "files": sent_file}))


@st.composite
def _renewed(draw: st.DrawFn, said: Doc, items: dict[str, Items]) -> Doc:
    return {
        key: [
            draw(items[key](st.just(item[name]))) if draw(_MOSTLY) else item for item in said[key]
        ]
        for key, name, _ in _LISTS
        if said.get(key)
    }


def _with(doc: Doc, above: str, lists: Docs) -> Docs:
    """Return a document with other lists below a key, or in it, if there is none."""

    def put(found: Doc) -> Doc:
        if not found:
            return doc
        return doc | ({above: (doc.get(above) or {}) | found} if above else found)

    return lists.map(put)
