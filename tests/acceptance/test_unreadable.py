"""A file that declared something and can't be read any more: nothing counts as declared by it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program, applied

BOARD = '{"apiVersion":"v1alpha","kind":"Dashboard","metadata":{"name":"%s"}}'
YAML = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: %s}\n"
COMMANDS = (
    ("plan",),
    ("plan", "--detailed-exitcode"),
    ("plan", "--prune"),
    ("apply", "--auto-approve"),
    ("apply", "--auto-approve", "--prune"),
    ("drift",),
    ("destroy", "--auto-approve"),
)
CONFLICT = "<<<<<<< ours\n%s\n=======\n%s\n>>>>>>> theirs\n"


def _cut(path: Path) -> None:
    path.write_text('{"kind":"Dashboard",')


def _cut_early(path: Path) -> None:
    path.write_text("{")


def _emptied(path: Path) -> None:
    path.write_text("")


def _conflict(path: Path) -> None:
    text = path.read_text()
    path.write_text(CONFLICT % (text, text))


def _utf16(path: Path) -> None:
    path.write_bytes(path.read_text().encode("utf-16"))


def _latin(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\xe4")


def _large(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" " * 2**22)


def _dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _of_another_tool(path: Path) -> None:
    path.write_text('{"name": "ui", "version": "1.0.0"}')


def _encrypted(path: Path) -> None:
    path.write_text('{"data": "ENC[x]", "sops": {"mac": "ENC[y]"}}')


SPOILT = [
    *(_cut, _cut_early, _emptied, _conflict, _utf16, _latin, _large, _dangling, _pipe),
    *(_of_another_tool, _encrypted),
]


@pytest.fixture
def two(local: Program, place: Path) -> Program:
    """Two manifests, one of them in JSON and one in a hidden place, beside one that stays."""
    (place / "all.yml").unlink()
    (place / "m/.hidden").mkdir(parents=True)
    (place / "m/plain.yml").write_text(YAML % "plain")
    (place / "m/json.json").write_text(BOARD % "json")
    (place / "m/.hidden/yaml.yml").write_text(YAML % "yaml")
    applied(local, "m")
    return local


def _told(local: Program, *arguments: str) -> tuple[int, Any]:
    """Run a command on ``m``, in text and in JSON, that come to the same."""
    text = local(*arguments, "m")
    ran = local(*arguments, "--format", "json", "m")
    assert text.code == ran.code
    shown = json.loads(ran.out)
    plan = shown.get("plan", shown)
    for note in plan["notes"]:
        assert note["text"] in text.out
    for refusal in plan["refusals"]:
        assert refusal["text"] in text.out
    assert "warning" not in ran.err + text.err
    return ran.code, plan


@pytest.mark.parametrize("spoil", SPOILT)
@pytest.mark.parametrize("name", ["json.json", ".hidden/yaml.yml"])
def test_what_it_declared_is_compared_or_nothing_is_done(
    two: Program, place: Path, spoil: Callable[[Path], None], name: str
) -> None:
    """Every command is refused, naming it, until the file can be read or is gone."""
    file = place / "m" / name
    mended = file.read_text()
    spoil(file)
    for command in COMMANDS:
        code, plan = _told(two, *command)
        assert code == 4, command
        (refusal,) = plan["refusals"]
        assert refusal["address"] == f"Dashboard/{file.stem}"
        assert refusal["place"]["file"] == f"m/{name}"
        assert refusal["text"].startswith(
            f"{place}/m/{name} declared it, is still there and was not read: "
        )
    assert two("drift", "--exclude", f"Dashboard/{file.stem}", "m").code == 0
    assert two("drift", "m/plain.yml").code == 0
    file.unlink()
    code, plan = _told(two, "drift")
    assert (code, plan["orphaned"], plan["refusals"]) == (0, [f"Dashboard/{file.stem}"], [])
    file.write_text(mended)
    code, plan = _told(two, "drift")
    assert (code, plan["orphaned"], plan["notes"]) == (0, [], [])


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("new.json", '{"kind":"Dashboard",', "m/new.json:1:21: warning: not read: not valid YAML"),
        (".new.yml", "a: @x\n", "m/.new.yml:1:4: warning: not read: not valid YAML"),
        (".new.yml", "a: \udc80\n", "m/.new.yml:1:4: warning: not read: byte 0x80"),
    ],
)
def test_what_declared_nothing_so_far_is_told(
    two: Program, place: Path, name: str, text: str, line: str
) -> None:
    """It may be meant for us: each command says so, and goes on."""
    (place / "m" / name).write_bytes(text.encode(errors="surrogateescape"))
    for command in (("plan",), ("apply", "--auto-approve"), ("drift",)):
        code, plan = _told(two, *command)
        (note,) = plan["notes"]
        assert (code, note["place"]["file"]) == (0, f"m/{name}")
        assert line in two(*command, "m").out
    shown = json.loads(two("validate", "--format", "json", "m").out)
    assert (shown["valid"], [each["place"]["file"] for each in shown["problems"]]) == (
        *(True, [f"m/{name}"]),
    )
    assert line in two("validate", "m").out
    assert line in two("graph", "m").err


def test_what_refers_to_what_can_not_be_read(two: Program, place: Path) -> None:
    """That a name leads nowhere is told together with the file that may declare it."""
    (place / "m/api.json").write_text('{"kind": "Project",')
    secret = "apiVersion: v1beta\nkind: ProjectSecret\nmetadata: {name: s, project_id_or_name: api}"
    (place / "m/secret.yml").write_text(f"{secret}\ndata: {{}}\n")
    ran = two("plan", "m")
    assert ran.code == 1
    assert "m/api.json:1:20: warning: not read: not valid YAML" in ran.err
    assert "m/secret.yml:3" in ran.err


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "ui", "kind": "module"}',
        '{\n  // comments are no JSON\n  "kind": "Dashboard",\n}',
        '{"compilerOptions": {"strict": true, /* none */}}',
        "",
        "{",
    ],
)
def test_what_is_another_tools_is_not_told(two: Program, place: Path, text: str) -> None:
    """Not a word of it, in any command."""
    (place / "m/package.json").write_text(text)
    for command in (("plan",), ("apply", "--auto-approve"), ("drift",)):
        code, plan = _told(two, *command)
        assert (code, plan["notes"], plan["refusals"]) == (0, [], [])
    assert two("validate", "m").out == "Valid: 3 objects declared.\n"
