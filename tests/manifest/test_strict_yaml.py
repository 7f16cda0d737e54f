"""The YAML loader: source text kept, everything bounded, every key with its place."""

import pytest

from reconciler.manifest.strict_yaml import Document, Reading, read


def _data(text: str) -> object:
    reading = read("f.yml", text.encode())
    assert reading.problems == ()
    (document,) = reading.documents
    return document.data


@pytest.mark.parametrize(
    "source",
    ["yes", "no", "on", "1.10", "0755", "12:30:45", "1_000", "1e3", "2024-01-01", "0x1F", "=", "."],
)
def test_scalars_keep_their_source_text(source: str) -> None:
    """What YAML would make a number, a date or a flag stays what was typed."""
    assert _data(f"a: {source}") == {"a": source}
    assert _data(f"%YAML 1.2\n---\n- {source}") == [source]


@pytest.mark.parametrize("source", ["", "~", "null", "Null", "NULL", "!!null ''", "&a null"])
def test_only_plain_null_is_none(source: str) -> None:
    """Null is what YAML calls null, and nothing else."""
    assert _data(f"a: {source}") == {"a": None}


@pytest.mark.parametrize("source", ["'null'", '"~"', "!!str null", "! null", "|-\n  null"])
def test_quoted_null_is_text(source: str) -> None:
    """Quotes, a string tag and block style make text of it."""
    assert _data(f"a: {source}")["a"] in ("null", "~")  # type: ignore[index]  # a mapping


def test_block_scalars_are_verbatim() -> None:
    """A literal block keeps its lines, a folded one folds, chomping is obeyed."""
    assert _data("a: |\n  x: 1\n\n  # y\nb: >-\n  c\n  d\n") == {"a": "x: 1\n\n# y\n", "b": "c d"}


def test_keys_keep_their_source_text() -> None:
    """Keys that look like numbers or flags are different keys."""
    assert _data("1: a\n01: b\ntrue: c\n1.0: d\n") == {"1": "a", "01": "b", "true": "c", "1.0": "d"}


def test_byte_order_mark_and_line_ends() -> None:
    """A UTF-8 byte order mark is dropped, Windows line ends are line ends."""
    assert read("f", b"\xef\xbb\xbfa: 1\r\nb: 2\r\n").documents[0].data == {"a": "1", "b": "2"}


def test_json_is_yaml() -> None:
    """JSON manifests are read as they are, numbers as their text."""
    assert _data('{"a": [1, true, null, "x"]}') == {"a": ["1", "true", None, "x"]}


def test_documents_are_separate() -> None:
    """Each document has its own anchors; a leading --- and a trailing ... add none."""
    reading = read("f", b"---\na: &x 1\n---\nb: *x\n")
    (problem,) = map(str, reading.problems)
    assert problem.startswith("f:4:4: error: there is no such anchor above in this document; ")
    assert [d.data for d in reading.documents] == [{"a": "1"}]
    assert len(read("f", b"---\na: 1\n...\n").documents) == 1


def test_anchors_and_merge_keys() -> None:
    """Written keys win over merged ones, earlier mappings over later ones."""
    text = """
base: &base {x: 1, y: [2]}
more: &more {x: 9, z: 3}
one: {x: 0, <<: *base}
two: {<<: [*base, *more]}
three: {"<<": text}
key: {*name : v}
""".replace("base: &base", "n: &name nom\nbase: &base", 1)
    data = _data(text)
    assert isinstance(data, dict)
    assert data["one"] == {"x": "0", "y": ["2"]}
    assert data["two"] == {"x": "1", "y": ["2"], "z": "3"}
    assert data["three"] == {"<<": "text"}
    assert data["key"] == {"nom": "v"}


def test_aliases_share_nothing() -> None:
    """Changing what one alias stands for would not change the others."""
    data = _data("a: &a {x: [1]}\nb: *a\n")
    assert isinstance(data, dict)
    assert data["a"] == data["b"]
    assert data["a"] is not data["b"]
    assert data["a"]["x"] is not data["b"]["x"]


def _place(document: Document, *path: str | int) -> str:
    return str(document.places[path])


def test_places() -> None:
    """A value has the place of its key, an item its own, an alias's inside that of its anchor."""
    text = "# c\na:\n  b: x\n  c:\n  - d\n  - e: f\n<<: &m {g: h}\nk: *m\n"
    (document,) = read("f", text.encode()).documents
    assert _place(document) == "f:2:1"
    assert _place(document, "a", "b") == "f:3:3"
    assert _place(document, "a", "c", 1) == "f:6:5"
    assert _place(document, "a", "c", 1, "e") == "f:6:5"
    assert _place(document, "g") == "f:7:9"
    assert _place(document, "k") == "f:8:1"
    assert _place(document, "k", "g") == "f:7:9"
    assert ("a", "nope") not in document.places
    assert ("a", "b", "deeper") not in document.places
    assert ("a", "c", 2) not in document.places
    assert str(document.places.nearest(("a", "c", 7, "x"))) == "f:4:3"
    assert len(document.places) == len(set(document.places)) == 10


def test_long_digits_are_text() -> None:
    """A number of 5000 digits is no number here and so no trouble."""
    digits = "7" * 5_000
    assert _data(f"a: {digits}") == {"a": digits}


def test_what_was_read_before_a_syntax_error_stays() -> None:
    """An error in the second document leaves the first one to be checked."""
    reading = read("f", b"a: 1\n---\nb: [\n---\nc: 1\n")
    assert [d.data for d in reading.documents] == [{"a": "1"}]
    assert len(reading.problems) == 1


def test_nothing_but_comments() -> None:
    """No document at all is no problem of the loader."""
    assert read("f", b"# nothing\n") == Reading((), ())
