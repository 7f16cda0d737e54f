"""Places and files as they should not be: refused before anything is done, or done all the same."""

import contextlib
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, seeded
from tests.acceptance.manifests import PROJECT

_ROOT = Path(__file__).parents[2]
PLAIN = """\
apiVersion: v1alpha
kind: Dashboard
metadata:
  name: main
  title: ours  # mine
spec:
  widgets:
    - name: W
      type: list_workflows
"""
SECOND = "---\n# the other\napiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: other}\n"
FORMS = {
    "tabs": PLAIN.replace("  # mine", "\t#\tmine").replace("name: W", "name:\tW"),
    "CR LF": PLAIN.replace("\n", "\r\n"),
    "BOM": f"\ufeff{PLAIN}",
    "no final newline": PLAIN.removesuffix("\n"),
    "several documents": f"{SECOND.removeprefix('---' + chr(10))}---\n{PLAIN}{SECOND}".replace(
        "name: other}", "name: first}", 1
    ),
    "several, marked and ended": f"---\n{PLAIN}...\n{SECOND}...\n",
    "flow style": "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: main, title: ours}\n"
    "spec: {widgets: [ {name: W, type: list_workflows} ]}  # all\n",
    "block scalar": PLAIN.replace("ours  # mine", "|-  # mine\n    ours"),
    "folded": PLAIN.replace("ours  # mine", ">-\n\n    ours\n").replace(
        "name: W", "name: >-\n       W"
    ),
    "JSON": '{"apiVersion": "v1alpha", "kind": "Dashboard", "metadata": {"name": "main", '
    '"title": "ours"},\n "spec": {"widgets": [{"name": "W", "type": "list_workflows"}]}}\n',
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("update", [False, True], ids=["absorb", "update"])
def test_a_file_in_any_form_is_spliced(
    local: Program, place: Path, form: str, *, update: bool
) -> None:
    """A value and an item: every line that says neither is as it was, to the byte."""
    Path("all.yml").unlink()
    Path("m").mkdir()
    file = Path("m/main.json" if form == "JSON" else "m/main.yml")
    file.write_bytes(FORMS[form].encode())
    applied(local, "m")
    widgets = "\n    - {name: N, type: list_pipelines}\n"
    seeded(local, place, PLAIN.replace("ours", "theirs").removesuffix("\n") + widgets)
    absorb = ("drift", "m", "--absorb")
    updated = ("export", "Dashboard/*", "--out", "m", "--update")
    ran = local(*(updated if update else absorb), "--auto-approve")
    assert ran.code == 0, ran

    before, after = FORMS[form].encode().splitlines(True), file.read_bytes().splitlines(True)
    gone = [line for line in before if line not in after]
    assert all(re.search(b"ours|title:|name:.*W|^ *W|^\r?\n$|type|^{", line) for line in gone), gone
    comments = re.findall(rb"#[ \t][a-z ]+", b"".join(before))
    assert re.findall(rb"#[ \t][a-z ]+", b"".join(after)) == comments
    ends = {line[-2:] == b"\r\n" for line in after if line.endswith(b"\n")}
    assert ends == {form == "CR LF"}
    assert file.read_bytes().startswith(b"\xef\xbb\xbf") is (form == "BOM")
    assert after[-1].endswith(b"\n") is before[-1].endswith(b"\n")
    assert local("plan", "--detailed-exitcode", "m").code == 0


@contextmanager
def _as_somebody() -> Iterator[None]:
    """Ask for permissions as a user who is not root, whoever runs the tests."""
    if os.getuid():
        yield
        return
    os.setreuid(65534, 0)
    try:
        yield
    finally:
        os.setreuid(0, 0)


def test_a_directory_that_can_not_be_written(local: Program, place: Path) -> None:
    """No export begins there, and no manifest is spliced."""
    closed = place / "closed"
    closed.mkdir()
    (closed / "main.yml").write_text(PLAIN)
    Path("all.yml").unlink()
    applied(local, "closed")
    seeded(local, place, PLAIN.replace("ours", "theirs"))
    place.chmod(0o755)
    closed.chmod(0o555)
    try:
        with _as_somebody():
            ran = local("export", "--out", "closed/new")
            assert (ran.code, "nothing can be written in" in ran.err) == (1, True), ran
            ran = local("drift", "closed", "--absorb", "--auto-approve")
            assert (ran.code, "nothing can be written in" in ran.err) == (4, True), ran
    finally:
        closed.chmod(0o755)
    assert [path.name for path in closed.iterdir()] == ["main.yml"]
    assert (closed / "main.yml").read_text() == PLAIN


def test_a_link_is_no_place_for_a_tree(local: Program, place: Path) -> None:
    """Whatever it leads to."""
    seeded(local, place, PLAIN)
    (place / "real").mkdir()
    (place / "link").symlink_to("real")
    ran = local("export", "--out", "link")
    assert (ran.code, "is a symbolic link" in ran.err) == (1, True), ran
    assert list((place / "real").iterdir()) == []


def test_a_listing_that_fails_half_way(
    local: Program, place: Path, broken: Callable[..., None]
) -> None:
    """The first page was read, the second was not: nothing looks complete."""
    many = "---\n".join(
        f"apiVersion: v1alpha\nkind: Dashboard\nmetadata: {{name: b{number}}}\n"
        for number in range(101)
    )
    seeded(local, place, f"{PROJECT}---\n{many}")
    broken(action="answer", status=500, path="/api/v1alpha/dashboards", nth=2, times=None)
    for options in ((), ("--update", "--auto-approve")):
        if options:
            (place / "m").mkdir()
            (place / "m/p.yml").write_text(PROJECT)
        ran = local("export", "--out", "m", *options)
        assert (ran.code, "not all could be read, and nothing is written" in ran.err) == (1, True)
    assert [path.name for path in (place / "m").iterdir()] == ["p.yml"]


def test_an_object_that_can_not_be_decoded(
    local: Program, place: Path, broken: Callable[..., None]
) -> None:
    """It is named by the answer that it is in."""
    seeded(local, place, PLAIN)
    body = '{"dashboards": [{"metadata": {"name": 5}, "spec": {}}]}'
    broken(action="answer", status=200, body=body, path="/api/v1alpha/dashboards")
    ran = local("export", "--out", "m")
    assert (ran.code, "Dashboard" in ran.err, Path("m").exists()) == (1, True, False), ran


def test_names_that_collide(local: Program, place: Path) -> None:
    """Two secrets whose safe names are one: each has a file, the same each time."""
    text = 'apiVersion: v1beta\nkind: Secret\nmetadata: {name: "NAME"}\n'
    seeded(local, place, "---\n".join(text.replace("NAME", n) for n in ("a.b", "A.B", "a.B")))
    trees = []
    for out in ("one", "two"):
        assert local("export", "--out", out).code == 0
        trees.append(sorted(str(p.relative_to(out)) for p in Path(out).rglob("*.yml")))
        assert len({name.casefold() for name in trees[-1]}) == 3
    assert trees[0] == trees[1]


def test_a_manifest_that_changes_meanwhile(local: Program, place: Path) -> None:
    """Between the question and the answer: it is refused, and stays as it is."""
    Path("all.yml").unlink()
    file = place / "m.yml"
    file.write_text(PLAIN)
    applied(local, "m.yml")
    seeded(local, place, PLAIN.replace("ours", "theirs"))
    mine = PLAIN.replace("mine", "still mine")
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "reconciler", "--org", "embedded:", "-q"]
    with subprocess.Popen(  # noqa: S603 — the program under test
        [*program, "drift", "m.yml", "--absorb"],
        env=os.environ | {"PYTHONPATH": str(_ROOT), "TERM": "dumb"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        stdin=theirs,
    ) as process:
        os.close(theirs)
        seen = b""
        while b"Only 'yes' does" not in seen:
            seen += os.read(ours, 1000)
        file.write_text(mine)
        os.write(ours, b"yes\n")
        with contextlib.suppress(OSError):  # the terminal is gone with the program
            while more := os.read(ours, 1000):
                seen += more
    os.close(ours)
    assert (process.returncode, b"m.yml is not as it was read" in seen) == (4, True), seen
    assert file.read_text() == mine
