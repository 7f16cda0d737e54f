"""Broken and hostile YAML: each has exactly one outcome, in exactly these words."""

import pytest

from reconciler.manifest.strict_yaml import read

NOT_YAML = "not valid YAML: "
TOO_DEEP = "nested more than 64 levels deep"
TOO_MANY = "more than 100000 values in one document"
NO_ANCHOR = "there is no such anchor above in this document; text that begins with * needs quotes"
NO_TAG = "a tag does not belong in a manifest; text that begins with ! needs quotes"
ODD_CHARACTER = NOT_YAML + "found character that cannot start any token"


def _bomb() -> str:
    """Ten lines that stand for ten billion values."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, letter in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{letter}: &{letter} [{', '.join([f'*{before}'] * 10)}]")
    return "\n".join(lines)


def _merge_bomb() -> str:
    lines = ["a: &a {k: 1}"]
    for before, letter in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{letter}: &{letter} {{<<: [{', '.join([f'*{before}'] * 9)}], {letter}: 1}}")
    return "\n".join(lines)


HOSTILE: dict[str, tuple[bytes | str, str]] = {
    "alias bomb": (_bomb(), f"5:36: {TOO_MANY}, aliases expanded"),
    "merge bomb": (_merge_bomb(), f"6:25: {TOO_MANY}, aliases expanded"),
    "alias tower": (
        "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40,
        f"2:44: {TOO_DEEP}, aliases expanded",
    ),
    "alias of itself": ("a: &a [1, *a]", "1:11: &a contains itself"),
    "many aliases": (
        "a: &a 1\nb: [" + "*a, " * 1_001 + "]",
        "2:4005: more than 1000 aliases in one document",
    ),
    "deep mapping": (
        "\n".join(" " * depth + "a:" for depth in range(1_000)),
        f"65:65: {TOO_DEEP}",
    ),
    "many keys": ("".join(f"k{n}: 1\n" for n in range(60_000)), f"50000:9: {TOO_MANY}"),
    "many documents": ("---\n" * 10_001, "10001:1: more than 10000 documents in one file"),
    "large file": (b"#" * (4 * 2**20 + 1), " the file is larger than 4 MiB"),
}

BROKEN: dict[str, tuple[bytes | str, str]] = {
    "duplicate key": (
        "a: 1\nb:\n  c: 1\n  c: 2\n",
        "4:3: duplicate key 'c'; it is already at f:3:3",
    ),
    "two merge keys": (
        "<<: {a: 1}\n<<: {b: 1}\n",
        "2:1: duplicate key '<<'; write one: `<<: [*a, *b]`",
    ),
    "merged text": ("<<: text\n", "1:5: << takes a mapping or a list of mappings"),
    "unknown alias": ("a: *nope", f"1:4: {NO_ANCHOR}"),
    "tab": ("a:\n\tb: 1\n", f"2:1: {ODD_CHARACTER} (a tab can't indent; use spaces)"),
    "at sign": ("a: @x\n", f"1:4: {ODD_CHARACTER} (text can't start with @; quote it)"),
    "unclosed list": (
        "a: [1,\n  2",
        (
            f"2:4: {NOT_YAML}did not find expected ',' or ']' "
            "while parsing a flow sequence from line 1"
        ),
    ),
    "second colon": (
        "a: b: c\n",
        (
            f"1:5: {NOT_YAML}mapping values are not allowed in this context (a second ': ' in one "
            "line, or a wrong indentation; text with ': ' needs quotes)"
        ),
    ),
    "unclosed quote": (
        "a: 'x\n",
        f"1:6: {NOT_YAML}found unexpected end of stream (a quote that is never closed)",
    ),
    "latin-1": (
        "a: caf\xe9\n".encode("latin-1"),
        "1:7: byte 0xe9 at offset 6 is not UTF-8; save the file as UTF-8",
    ),
    "utf-16": ("a: 1\n".encode("utf-16"), " the file is UTF-16; save it as UTF-8"),
    "utf-32": ("a: 1\n".encode("utf-32"), " the file is UTF-32; save it as UTF-8"),
    "bare utf-16": ("a: 1\n".encode("utf-16-be"), " the file is UTF-16; save it as UTF-8"),
    "block of text within braces": (
        "a: {b: |\n  c\n  }\n",
        (
            "1:8: not valid YAML: found character that cannot start any token "
            "(a text of several lines can't stand within braces or brackets)"
        ),
    ),
    "NUL": ("ok: é\na: b\0c\n", "2:5: character 0x00 is not allowed in YAML"),
    "control character": ("a: \x1b[31m\n", "1:4: character 0x1b is not allowed in YAML"),
    "escaped NUL": ('a: "\\0"\n', "1:4: a NUL character is not allowed"),
    "surrogate": (
        'a: "\\ud800"\n',
        (
            f"1:7: {NOT_YAML}found invalid Unicode character escape code "
            "(an escape that is no character)"
        ),
    ),
    "python tag": (
        "a: !!python/object:os.system x\n",
        f"1:4: {NO_TAG}",
    ),
    "own tag": ("b: !foo {}\n", f"1:4: {NO_TAG}"),
    "set": ("c: !!set {}\n", f"1:4: {NO_TAG}"),
    "binary": ("d: !!binary eA==\n", f"1:4: {NO_TAG}"),
    "tag handle": ("a: !e!x 1\n", f"1:4: {NOT_YAML}found undefined tag handle"),
    "directive": (
        "%YAML 2.0\n---\na: 1\n",
        f"1:1: {NOT_YAML}found incompatible YAML document (only YAML 1.1 and 1.2 are known)",
    ),
    "list as key": ("? [a]\n: 1\n", "1:3: a key must be text, not a list"),
    "mapping as key": (
        "? {b: 1}\n: 2\n",
        (
            "1:3: a key must be text, not a mapping; "
            "what a template has in braces must be filled in first, or quoted"
        ),
    ),
    "null alias as key": ("n: &n ~\n*n : 1\n", "2:1: a key must be text, not nothing"),
}
CORPUS = HOSTILE | BROKEN


@pytest.mark.parametrize(("source", "problem"), CORPUS.values(), ids=CORPUS.keys())
def test_broken_text_is_one_clear_problem(source: bytes | str, problem: str) -> None:
    """Each kind of broken or hostile text has its exact message and place."""
    place, _, text = f"f:{problem}".partition(": ")
    (found,) = read("f", source.encode() if isinstance(source, str) else source).problems
    assert str(found) == f"{place}: error: {text}"


@pytest.mark.parametrize("source", ["[" * 10_000, "[" * 200_000 + "]" * 200_000])
def test_brackets_within_brackets(source: str) -> None:
    """The place depends on libyaml, which looks ahead, and of late counts for itself."""
    (found,) = read("f", source.encode()).problems
    assert (found.text, found.place.line) == (TOO_DEEP, 1)
    assert found.place.column in (65, 1001)


def test_problems_of_content_come_together() -> None:
    """What leaves the rest readable does not hide what else is wrong."""
    text = "a: 1\na: 2\nb: [{c: 1, c: 2}]\nd: !x 1\n"
    assert [str(problem) for problem in read("f", text.encode()).problems] == [
        "f:2:1: error: duplicate key 'a'; it is already at f:1:1",
        "f:3:12: error: duplicate key 'c'; it is already at f:3:6",
        f"f:4:4: error: {NO_TAG}",
    ]


def test_there_is_an_end_to_problems() -> None:
    """A file with thousands of mistakes does not drown the others."""
    problems = read("f", ("a: 1\n" + "a: 2\n" * 5_000).encode()).problems
    assert len(problems) == 101
    assert problems[-1].text == "too many problems; the rest of the file was not read"
