"""Reading ``~/.sem.yaml``."""

from pathlib import Path

import pytest

from reconciler.cli import contexts
from reconciler.errors import BadSettings


@pytest.mark.parametrize("raw", [b"", b"# nothing\n", b"contexts:\n", b"editor: vim\n"])
def test_empty_files_have_no_contexts(raw: bytes) -> None:
    """What sem leaves behind without an organization is fine."""
    found = contexts.parse(raw)
    assert (found.active, dict(found.found)) == ("", {})


@pytest.mark.parametrize(
    "raw", [b"- a\n", b"contexts: [a]\n", b"contexts: {a: *canary}\n", b"a: canary\na: b\n", b"{"]
)
def test_broken_files_are_refused_without_their_content(raw: bytes) -> None:
    """The error has a place and nothing that stands there: it may be a token."""
    with pytest.raises(BadSettings) as raised:
        contexts.parse(raw)
    assert str(raised.value).startswith("~/.sem.yaml")
    assert "canary" not in str(raised.value)


def test_tokens_do_not_show() -> None:
    """A context can be printed."""
    found = contexts.parse(b"contexts: {a: {auth: {token: canary}, host: h}}")
    assert "canary" not in repr(found)


def test_home_is_where_the_file_is(tmp_path: Path) -> None:
    """HOME leads to it; a home without it has no contexts."""
    assert contexts.read({"HOME": str(tmp_path)}).found == {}
    (tmp_path / ".sem.yaml").write_text("active-context: a\ncontexts: {a: {host: h}}\n")
    assert contexts.read({"HOME": str(tmp_path)}).active == "a"


def test_unreadable_file_is_an_error(tmp_path: Path) -> None:
    """A directory in its place is not silently passed over."""
    (tmp_path / ".sem.yaml").mkdir()
    with pytest.raises(BadSettings, match=r"~/\.sem\.yaml: can't be read"):
        contexts.read({"HOME": str(tmp_path)})


def test_keys_in_any_case() -> None:
    """What sem reads its settings with knows no capitals."""
    raw = b"Active-Context: A\nCONTEXTS: {a: {AUTH: {Token: t}, Host: h}}\n"
    found = contexts.parse(raw)
    context = found.get(found.active)
    assert context is not None
    assert (context.host, context.token.reveal()) == ("h", "t")


def test_a_byte_order_mark_and_merged_mappings() -> None:
    """An editor's mark is no part of the file; anchors hold."""
    raw = b"\xef\xbb\xbfx: &x {auth: {token: t}}\ncontexts: {a: {<<: *x, host: h}}\n"
    context = contexts.parse(raw).get("a")
    assert context is not None
    assert (context.host, context.token.reveal()) == ("h", "t")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0123456", "42798"),
        ("'0123456'", "0123456"),
        ('"0123456"', "0123456"),
        ("089", "89"),
        ("0x1F", "31"),
        ("0o17", "15"),
        ("-012", "-10"),
        ("12_3", "123"),
        ("1e5", "100000"),
        ("1.50", "1.5"),
        ("1e-7", "0.0000001"),
        ("1234567890123456789012", "1234567890123456800000"),
        ("TRUE", "true"),
        ("yes", "yes"),
        ("12ab", "12ab"),
        ("0b1g", "0b1g"),
        ("a0123", "a0123"),
        ("1234567890", "1234567890"),
        ("~", ""),
    ],
)
def test_what_is_not_in_quotes(written: str, read: str) -> None:
    """It is a number to sem, which sends another text then; where it came from says so."""
    raw = f"contexts: {{a: {{auth: {{token: {written}}}, host: h}}}}".encode()
    context = contexts.parse(raw).get("a")
    assert context is not None
    assert context.token.reveal() == read
    odd = written.strip("'\"~") != read
    assert ("not in quotes" in context.origin) is odd


def test_settings_in_json_come_first(tmp_path: Path) -> None:
    """As for sem, next to a file in YAML; numbers are numbers, and a mistake is not quoted."""
    (tmp_path / ".sem.yaml").write_text("active-context: other\n")
    (tmp_path / ".sem.json").write_text(
        '{"active-context": "a", "contexts": {"a": {"auth": {"token": 17}, "host": "h"}}}'
    )
    found = contexts.read({"HOME": str(tmp_path)})
    context = found.get(found.active)
    assert context is not None
    assert (context.token.reveal(), context.origin) == ("17", "~/.sem.json")
    (tmp_path / ".sem.json").write_text('{"canary": ')
    with pytest.raises(BadSettings, match=r"~/\.sem\.json: can't be read as JSON") as caught:
        contexts.read({"HOME": str(tmp_path)})
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None
