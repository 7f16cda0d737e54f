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
