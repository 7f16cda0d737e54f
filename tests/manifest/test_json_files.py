"""Manifests in JSON are manifests in a directory, too; most JSON there is another tool's."""

import json
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import InvalidManifests
from reconciler.manifest import load
from reconciler.model import Address

DASHBOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: %s}\n"


def _board(name: str, **more: object) -> dict[str, object]:
    return {"apiVersion": "v1alpha", "kind": "Dashboard", "metadata": {"name": name}, **more}


def _put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


@pytest.fixture
def full(folder: Path) -> Path:
    _put(folder, "m/full.yml", DASHBOARD % "full")
    return folder


def test_they_are_found_where_yaml_is(full: Path) -> None:
    """All the way down, in hidden places, in any case, however they are laid out."""
    _put(full, "m/a.json", json.dumps(_board("a")))
    _put(full, "m/sub/b.JSON", json.dumps(_board("b"), indent="\t"))
    _put(full, "m/.hidden/c.json", json.dumps(_board("c"), indent=2))
    _put(full, "m/node_modules/d.json", json.dumps(_board("d")))
    loaded = load(["m"])
    assert [address.name for address in loaded.state.objects] == ["a", "b", "c", "full"]
    assert (loaded.warnings, loaded.state.unreadable, loaded.state.unread) == ((), (), ())
    (full / "m/full.yml").unlink()
    assert [address.name for address in load(["m"]).state.objects] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"name": "ui", "version": "1.0.0"}',
        '{\n  // comments are no JSON\n  "kind": "build",\n}',
        '{\n  // comments are no JSON\n  "kind": "Dashboard",\n}',
        '{"compilerOptions": {"strict": true, /* no */}, "kind": "Project"}',
        '{"panels": [{"kind": "Dashboard"',
        '{"kind": "Dashboard", "title": "of another tool"}',
        '{"kind": "Dashbord",',
        '{"apiVersion": "v1", "kind": "List", "items": []}',
        '{"apiVersion": "apps/v1", "kind": "Deployment"}',
        json.dumps([_board("inside")]),
        json.dumps(
            {"properties": {"apiVersion": {"const": "v1alpha"}, "kind": {"type": "string"}}}
        ),
        '{"log": "' + "x" * (4 * 2**20) + '"}',
    ],
)
def test_what_is_another_tools_is_passed_over(full: Path, text: str) -> None:
    """Settings of editors, packages, saved plans: not a word of them."""
    _put(full, "m/other.json", text)
    loaded = load(["m"])
    assert [address.name for address in loaded.state.objects] == ["full"]
    assert (loaded.warnings, loaded.state.unreadable, loaded.state.unread) == ((), (), ())
    with pytest.raises(InvalidManifests):
        load(["m/full.yml", "m/other.json"])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (json.dumps(_board("a", spce={})), "1:75: error: unknown key 'spce'"),
        (json.dumps(_board("full")), "1:1: error: Dashboard/full is declared twice"),
        ('{"apiVersion": "v1alpha", "kind": "Dashbord"}', "1:27: error: unknown kind 'Dashbord'"),
    ],
)
def test_a_wrong_manifest_is_an_error(full: Path, text: str, problem: str) -> None:
    """What says apiVersion and kind is meant for us."""
    _put(full, "m/z.json", text)
    with pytest.raises(InvalidManifests) as raised:
        load(["m"])
    assert any(str(each).startswith(f"m/z.json:{problem}") for each in raised.value.problems)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (json.dumps(_board("a"))[:-1].encode(), "m/cut.json:1:73: "),
        (b'{"kind":"Dashboard",\n', "m/cut.json:1:21: "),
        (b'{\n  "metadata": {"name": "a"},\n  "kind": "Dashboard",\n  "x": {', "m/cut.json:4:9: "),
        (b'<<<<<<< ours\n{"kind": "Dashboard",\n "apiVersion": "v1alpha"}\n', "m/cut.json:1:1: "),
        (json.dumps(_board("a")).encode("utf-16"), "m/cut.json: "),
        (json.dumps(_board("a")).encode("utf-16-be"), "m/cut.json: "),
        (json.dumps(_board("\xe4"), ensure_ascii=False).encode("latin-1"), "m/cut.json:1:70: "),
        (json.dumps(_board("a" * 2**22)).encode(), "m/cut.json: "),
    ],
)
def test_one_that_may_be_a_manifest_and_can_not_be_read(
    full: Path, content: bytes, place: str
) -> None:
    """It is told where it can't be read, and what it declares is not gone."""
    (full / "m/cut.json").write_bytes(content)
    loaded = load(["m"])
    (unread,) = loaded.warnings
    assert loaded.state.unreadable == loaded.warnings
    assert str(unread).startswith(f"{place}warning: not read: ")


def test_only_json_of_others_is_no_manifest(folder: Path) -> None:
    """A directory without any manifest is an error, be there files in it."""
    _put(folder, "m/package.json", "{}")
    with pytest.raises(
        InvalidManifests, match=r"there is no manifest \(\*\.yml, \*\.yaml, \*\.json\)"
    ):
        load(["m"])


TITLES = [
    *("😀", "a😀b😀", "\\ud83d\\ude00", "\\\\", "a\u2028b", "\u2029", "\x85", "\x7f", "é", "\t/"),
    *("yes", "1.10", "null", " x ", "two\nlines", "'", '"', "# x", "\ufeff", "\U0010ffff"),
]


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_texts_are_what_they_are_in_json(full: Path, title: str, *, ascii_only: bool) -> None:
    """Written by any program, with all characters escaped as UTF-16 or none."""
    board = _board("a") | {"metadata": {"name": "a", "title": title}}
    _put(full, "m/a.json", json.dumps(board, ensure_ascii=ascii_only))
    spec: Any = load(["m/a.json"]).state.objects[Address("Dashboard", "", "a")].spec
    assert spec.metadata.title == title


@pytest.mark.parametrize("half", ["\\ud83d", "\\ude00", "\\ude00\\ud83d"])
def test_half_a_character_is_none(full: Path, half: str) -> None:
    """No text has it."""
    _put(full, "m/a.json", json.dumps(_board("a", title="@")).replace("@", half))
    with pytest.raises(InvalidManifests, match="an escape that is no character"):
        load(["m/a.json"])


def test_yaml_is_no_json(full: Path) -> None:
    """What looks like an escape in a text that is not quoted is what it looks like."""
    _put(full, "m/a.yml", (DASHBOARD % "a").replace("a}", "a, title: x\\ud83d\\ude00}"))
    spec: Any = load(["m/a.yml"]).state.objects[Address("Dashboard", "", "a")].spec
    assert spec.metadata.title == "x\\ud83d\\ude00"
