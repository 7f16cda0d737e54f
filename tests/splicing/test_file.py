"""Patches of YAML text: what changes, and that nothing around it does."""

import pytest

from reconciler.model.patch import Items, Kept, New, Patch, Put, Within
from reconciler.splicing import File


def within(**parts: Patch) -> Within:
    return Within(parts, {})


def changed(text: str, patch: Patch) -> str:
    """Return the text with a patch of its first document, none of which is refused."""
    after, refused = File("f.yml", text.encode()).changed({0: patch})
    assert refused == []
    assert after is not None
    return after.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:   old   # why\n", "a:   new   # why\n"),
        ("a: 'old'\n", "a: 'new'\n"),
        ('{"a": "old", "b": 1}', '{"a": "new", "b": 1}'),
        ("a:\nb: 1\n", "a: new\nb: 1\n"),
        ("a: # nothing\n", "a: new # nothing\n"),
        ("a: !!str old\n", "a: !!str new\n"),
        ("a: &unused old\n", "a: &unused new\n"),
        ("a: |\n  old\n  lines\n\nb: 1\n", "a: new\n\nb: 1\n"),
        ("a: |-  # c\n  old\nb: 1\n", "a: new  # c\nb: 1\n"),
        ("a: {b: [1]} # c\n", "a: new # c\n"),
        ("a:  # c\n  - 1\n  # d\n  - 2\nb: 1", "a: new  # c\nb: 1"),
        ("---\n# above\na: old", "---\n# above\na: new"),
        ("\ufeffa: old\r\nb: 1\r\n", "\ufeffa: new\r\nb: 1\r\n"),
    ],
)
def test_a_value(before: str, after: str) -> None:
    """In the style of the one before it."""
    assert changed(before, within(a=Put("new"))) == after


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("a: old\n", "it's: so", 'a: "it\'s: so"\n'),
        ("a: 'old'\n", "it's", "a: 'it''s'\n"),
        ("a: old\n", "two\nlines\n", "a: |\n  two\n  lines\n"),
        ("a: old # c\n", "two\nlines\n", 'a: "two\\nlines\\n" # c\n'),
        ("a: |  # c\n  old\n", "two\nlines\n", "a: |  # c\n  two\n  lines\n"),
        ("a: old\n", True, "a: true\n"),
        ("a: old", "two\nlines\n", "a: |\n  two\n  lines\n"),
        ("a: [] # c\n", ["x", "z"], "a: # c\n  - x\n  - z\n"),
        ("a: [x]\n", [], "a: []\n"),
        ("a:\n- x\n", [], "a: []\n"),
        ("l:\n- x\na: []\n", [{"k": "v", "m": ["w"]}], "l:\n- x\na:\n- k: v\n  m:\n  - w\n"),
        ("a: {b: {}}\n", {"b": {"c": "x, y"}}, 'a: {b: {c: "x, y"}}\n'),
    ],
)
def test_values_of_other_sorts(before: str, value: object, after: str) -> None:
    """Quotes, lines, lists and mappings as they have to be."""
    assert changed(before, within(a=Put(value))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  - x # one\n  - y # two\n", "a:\n  - x # one\n  - new\n  - y # two\n"),
        ("a:\n- x\n- y", "a:\n- x\n- new\n- y"),
        ("a: [x, y]\n", "a: [x, new, y]\n"),
        ("a: [\n  x,\n  y, # c\n]\n", "a: [\n  x,\n  new,\n  y, # c\n]\n"),
        ('a:\n  - "x"\n  - "y"\n', 'a:\n  - "x"\n  - "new"\n  - "y"\n'),
        ("a:\r\n  - x\r\n  - y\r\n", "a:\r\n  - x\r\n  - new\r\n  - y\r\n"),
    ],
)
def test_a_new_item(before: str, after: str) -> None:
    """Beside its siblings, and like them."""
    assert changed(before, within(a=Items((Kept(0), New("new"), Kept(1))))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  - x # one\n  # on y\n  - y\n  - z\n", "a:\n  - x # one\n  # on y\n  - z\n"),
        ("a: [x, y, z]\n", "a: [x, z]\n"),
        ("a:\n- - x\n- - y\n  - y\n- - z", "a:\n- - x\n- - z"),
    ],
)
def test_an_item_that_goes(before: str, after: str) -> None:
    """With its lines; comments on lines of their own stay."""
    assert changed(before, within(a=Items((Kept(0), Kept(2))))) == after


def test_the_last_items_that_go() -> None:
    """What has no end of its last line has none afterwards."""
    assert changed("a:\n- x\n- y\n- z", within(a=Items((Kept(0),)))) == "a:\n- x"
    assert changed("a: [x, y, z]", within(a=Items((Kept(0),)))) == "a: [x]"


def test_items_that_change_places() -> None:
    """As they are, with what stands behind them."""
    swapped = within(a=Items((Kept(1, within(k=Put("w"))), Kept(0))))

    assert changed("a:\n- x # one\n- k: v # two\n", swapped) == "a:\n- k: w # two\n- x # one\n"


def test_an_item_like_the_others() -> None:
    """Indents, quotes and braces are those of its siblings."""
    new = New({"name": "c", "value": "it's", "of": ["x"]})
    lines = "a:\n    -   name: \"b\"\n        value: '1'\n"
    braces = "a:\n  - { name: b, value: 1 }\n"

    assert changed(lines, within(a=Items((Kept(0), new)))) == (
        f"{lines}    -   name: \"c\"\n        value: 'it''s'\n        of:\n            - x\n"
    )
    assert changed(braces, within(a=Items((Kept(0), new)))) == (
        f"{braces}  - {{ name: c, value: it's, of: [x] }}\n"
    )


def test_a_new_key() -> None:
    """Behind the one that comes before it."""
    patch = Within({}, {"b": "new"}, ("a", "b", "c"))

    assert changed("a: 1 # one\nc: 3\n", patch) == "a: 1 # one\nb: new\nc: 3\n"
    assert changed("c: 3\n", patch) == "b: new\nc: 3\n"
    assert changed("{a: 1, c: 3}", patch) == "{a: 1, b: new, c: 3}"


def test_what_others_share_is_refused() -> None:
    """An anchor, its aliases, and what is merged in, each at its place; the rest is done."""
    text = "a: &x {k: 1}\nb: *x\nc:\n  <<: *x\nd: 1\n"
    patch = within(a=within(k=Put("2")), b=within(k=Put("2")), c=within(k=Put("2")), d=Put("2"))
    file = File("f.yml", text.encode())
    after, refused = file.changed({0: patch})

    assert after == text.replace("d: 1", 'd: "2"').encode()
    assert [str(file.place(each.at)) for each in refused] == ["f.yml:1:7", "f.yml:2:4", "f.yml:4:3"]
    assert ["anchor that others share" in each.why for each in refused] == [True, True, True]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a: [x, # one\n  y, # two\n  z # three\n  ]\n", (Kept(0), Kept(1))),
        ("a: [x, # one\n  y, # two\n  z\n  ]\n", (Kept(0), Kept(2))),
        ("a: [\n  x, # one\n  y\n]\n", (Kept(0), New("new"), Kept(1))),
        ("a: [\n  x, # one\n  y\n]\n", (Kept(0), New("new"))),
        ("a: [ # of all\n  x,\n  y\n]\n", (New("new"), Kept(0), Kept(1))),
        ("a: [x,\n  y # two\n]\n", (Kept(1), Kept(0))),
    ],
)
def test_comments_in_brackets_beside_what_comes_or_goes(
    text: str, items: tuple[Kept | New, ...]
) -> None:
    """Whose they are does not show: the list stays as it is, and the rest is done."""
    file = File("f.yml", f"{text}d: 1\n".encode())
    after, refused = file.changed({0: within(a=Items(items), d=Put("2"))})

    assert after == f'{text}d: "2"\n'.encode()
    assert ["a comment in its brackets" in each.why for each in refused] == [True]
    assert file.text[refused[0].at] == "#"


def test_comments_in_brackets_elsewhere() -> None:
    """They stay where they are."""
    text = "a: [\n  x, # one\n  y,\n  z\n]\n"

    after = changed(text, within(a=Items((Kept(0), Kept(1), New("new"), Kept(2)))))
    assert after == text.replace("y,\n", "y, new,\n")
    assert changed(text, within(a=Items((Kept(0), Kept(1))))) == text.replace("y,\n  z", "y")


def test_documents_that_go() -> None:
    """With their marks and comments; the file goes with the last of them."""
    file = File("f.yml", b"# one\na: 1\n---\n# two\nb: 2\n---\nc: 3")

    assert file.changed({}, gone=[1])[0] == b"# one\na: 1\n---\nc: 3"
    assert file.changed({}, gone=[0])[0] == b"---\n# two\nb: 2\n---\nc: 3"
    assert file.changed({}, gone=[0, 1, 2])[0] is None


def test_documents_that_come() -> None:
    """Behind the others."""
    assert File("f.yml", b"a: 1").changed({}, added=["b: 2\n"])[0] == b"a: 1\n---\nb: 2\n"
