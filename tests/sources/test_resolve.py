"""Sources are read where manifests name them, all trouble at once, no value ever told."""

import os
from pathlib import Path

import pytest

from reconciler.errors import InvalidManifests
from reconciler.manifest import load
from reconciler.model import Address, DesiredState, Sealed
from reconciler.sources.resolve import resolve
from tests.sources.declaring import DB, declared, read, remarks, secrets, values, write


def _problems(state: DesiredState, **environ: str) -> list[str]:
    with pytest.raises(InvalidManifests) as raised:
        resolve(state, environ).whole()
    assert "canary" not in str(raised.value)
    return [str(problem) for problem in raised.value.problems]


def test_all_values_in_hand(folder: Path) -> None:
    """Variables and text come as they are, raw bytes as base64; where from is remembered."""
    (folder / "m/sub/text").write_text("two\n")
    (folder / "m/raw").write_bytes(b"\xff\x00")
    state = declared(folder, env_vars=["env: ONE", "file: text"], files=["file: ../raw"])
    resolved = read(state, {"ONE": "1é "})
    assert values(resolved) == ["1é ", "two\n", "/wA="]
    assert repr(secrets(resolved)[0]) == "<secret from env ONE>"
    assert resolved.objects[DB].spec.model_fields_set == state.objects[DB].spec.model_fields_set
    assert read(resolved, {}) == resolved


def test_nothing_to_resolve_is_nothing_changed(folder: Path) -> None:
    """Objects without sources stay the very same."""
    state = declared(folder)
    assert read(state, {}).objects[DB] is state.objects[DB]


def test_everything_missing_at_once(folder: Path) -> None:
    """Each source that has no value is a problem at its place."""
    (folder / "m/blank").write_text(" \n")
    (folder / "m/latin").write_bytes(b"canary \xe9")
    (folder / "m/nul").write_bytes(b"canary\0")
    (folder / "m/empty").touch()
    names = ["../blank", "../latin", "../nul", "nowhere", ".."]
    state = declared(
        folder,
        env_vars=["env: UNSET", "env: BLANK", "env: BYTES", *(f'file: "{n}"' for n in names)],
        files=["file: ../empty"],
    )
    assert _problems(state, BLANK="\t", BYTES="canary\udcff") == [
        "m/sub/db.yml:6:16: error: data.env_vars.V0: env UNSET is not set",
        "m/sub/db.yml:7:16: error: data.env_vars.V1: env BLANK is blank",
        "m/sub/db.yml:8:16: error: data.env_vars.V2: env BYTES is not UTF-8 text",
        "m/sub/db.yml:9:16: error: data.env_vars.V3: file ../blank is blank",
        "m/sub/db.yml:10:16: error: data.env_vars.V4: file ../latin is not UTF-8 text",
        (
            "m/sub/db.yml:11:16: error: data.env_vars.V5: file ../nul has a NUL character, "
            "which no variable can hold"
        ),
        "m/sub/db.yml:12:16: error: data.env_vars.V6: file nowhere does not exist",
        "m/sub/db.yml:13:16: error: data.env_vars.V7: file .. is not a regular file",
        "m/sub/db.yml:15:16: error: data.files.p0: file ../empty is empty",
    ]


def test_nothing_outside_the_manifests_is_read(folder: Path) -> None:
    """Neither by .., nor by an absolute path, nor through a link."""
    (folder / "m/link").symlink_to(folder / "outside")
    (folder / "m/.up").symlink_to("..")
    (folder / "m-not").mkdir()
    (folder / "m-not/x").write_text("canary")
    paths = ["../../outside", str(folder / "outside"), "../link", "../.up/outside", "../../m-not/x"]
    state = declared(folder, env_vars=[f"file: {path}" for path in paths])
    assert _problems(state) == [
        f"m/sub/db.yml:{6 + n}:16: error: data.env_vars.V{n}: "
        f"file {path} is outside the directory of the manifests, m"
        for n, path in enumerate(paths)
    ]
    inside = declared(folder, env_vars=[f"file: {folder / 'm/sub/db.yml'}"])
    assert "kind: Secret" in values(read(inside, {}))[0]


def test_a_file_named_alone_opens_only_its_own_directory(folder: Path) -> None:
    """The directory given on the command line is the limit; for a file it is the file's own."""
    (folder / "m/text").write_text("x")
    declared(folder, env_vars=["file: ../text"])
    (problem,) = _problems(load(["m/sub/db.yml"]).state)
    assert "is outside the directory of the manifests" in problem


def test_what_can_not_be_read(folder: Path) -> None:
    """Pipes are not waited for, large files not swallowed, links in a circle not followed."""
    os.mkfifo(folder / "m/pipe")
    with (folder / "m/big").open("wb") as file:
        file.truncate(6 * 2**20 + 1)
    (folder / "m/.loop").symlink_to(".loop")
    files = [f"file: ../{name}" for name in ("pipe", "big", ".loop")]
    state = declared(folder, env_vars=["env: BIG"], files=files)
    assert _problems(state, BIG="x" * (6 * 2**20 + 1)) == [
        "m/sub/db.yml:6:16: error: data.env_vars.V0: env BIG is larger than 6 MiB",
        "m/sub/db.yml:8:16: error: data.files.p0: file ../pipe is not a regular file",
        "m/sub/db.yml:9:16: error: data.files.p1: file ../big is larger than 6 MiB",
        (
            "m/sub/db.yml:10:16: error: data.files.p2: "
            "file ../.loop can't be read: Too many levels of symbolic links"
        ),
    ]


def test_absent_objects_need_novalues(folder: Path) -> None:
    """What must not exist is not asked for its secrets."""
    declared(folder, env_vars=["env: UNSET"])
    with (folder / "m/sub/db.yml").open("a") as file:
        file.write("reconciler: {absent: true}\n")
    state = load(["m"]).state
    assert read(state, {}) == state


def test_the_bytes_of_any_source_can_be_a_file(folder: Path) -> None:
    """What a file holds is encoded, wherever its bytes come from."""
    state = declared(folder, files=["env: RAW"])
    assert values(read(state, {"RAW": "\udcff"}))[1] == "/w=="


def test_only_what_is_asked_for_is_read(folder: Path) -> None:
    """Values of other objects stay sealed, and their sources may be missing."""
    write(folder, ["env: HERE"])
    write(folder, ["env: MISSING"], name="other")
    state = load(["m"]).state
    other = Address("Secret", "", "other")
    resolved = read(state, {"HERE": "x"}, only=lambda address, _: address == DB)
    assert values(resolved) == ["x"]
    assert secrets(resolved, other)[0].source is not None
    assert resolved.objects[other] is state.objects[other]


def test_what_is_missing_is_told_once(folder: Path) -> None:
    """One variable that many values need is one problem, with the place of each in order."""
    write(folder, ["env: UNSET", "env: SET", "env: UNSET"], ["env: UNSET"], name="other")
    (folder / "m/top.yml").write_text((folder / "m/sub/other.yml").read_text().replace("oth", "t"))
    other = "data.env_vars.V2 (m/sub/other.yml:8:16), data.files.p0 (m/sub/other.yml:10:16)"
    top = ("V0 (m/top.yml:6:16)", "V2 (m/top.yml:8:16)")
    assert _problems(load(["m"]).state, SET="canary") == [
        (
            "m/sub/other.yml:6:16: error: data.env_vars.V0: env UNSET is not set; the same for "
            f"{other}, data.env_vars.{top[0]}, data.env_vars.{top[1]}, "
            "data.files.p0 (m/top.yml:10:16)"
        )
    ]


def test_the_last_newline(folder: Path) -> None:
    """``trim`` drops one newline and a byte order mark, of variables and files, and no more."""
    contents = {
        "lf": b"x\n",
        "crlf": b"x\r\n",
        "two": b"x\n\n",
        "bom": b"\xef\xbb\xbfx",
        "cr": b"x\r",
        "bare": b" x ",
    }
    for name, content in contents.items():
        (folder / "m" / name).write_bytes(content)
    trimmed = [f"file: ../{name}, trim: true" for name in contents]
    assert values(read(declared(folder, trimmed, ["file: ../crlf, trim: yes"]), {})) == [
        *("x", "x", "x\n", "x", "x\r", " x ", "eA==")
    ]
    for source in ("file: ../two", "file: ../two, trim: false", "trim: no, file: ../two"):
        assert values(read(declared(folder, [source]), {})) == ["x\n\n"]
    (folder / "m/nothing").write_bytes(b"\xef\xbb\xbf\r\n")
    state = declared(folder, ["file: ../nothing", "file: ../nothing, trim: true"])
    assert _problems(state) == [
        (
            "m/sub/db.yml:6:16: error: data.env_vars.V0: file ../nothing is blank; "
            "the same for data.env_vars.V1 (m/sub/db.yml:7:16)"
        )
    ]


def test_what_nobody_sees_in_a_variable(folder: Path) -> None:
    """It is told at its place, once for each source, with what to do; not of files' contents."""
    (folder / "m/lf").write_bytes(b"canary\n")
    (folder / "m/dos").write_bytes(b"\xef\xbb\xbfcanary\r\ncanary\r\n")
    (folder / "m/two").write_bytes(b"canary\n\n")
    (folder / "m/fine").write_bytes(b"canary\ncanary")
    keep = "`trim: false` says that it belongs there"
    drop = f"`trim: true` drops it, {keep}"
    state = declared(
        folder,
        [
            "file: ../lf",
            "file: ../dos",
            "file: ../fine",
            "env: BOM",
            "file: ../lf",
            "file: ../two",
            "file: ../lf, trim: true",
            "file: ../dos, trim: true",
            "file: ../dos, trim: false",
        ],
        ["file: ../lf", "file: ../dos"],
    )
    assert remarks(state, {"BOM": "\ufeffcanary"}) == [
        (
            "db.yml:6:16: warning: data.env_vars.V0: file ../lf ends in a newline, as part of the "
            f"value; {drop}; the same for data.env_vars.V4 (m/sub/db.yml:10:16)"
        ),
        (
            "db.yml:7:16: warning: data.env_vars.V1: file ../dos begins with a byte order mark "
            f"and has carriage returns and ends in a newline, as part of the value; {keep}"
        ),
        (
            "db.yml:9:16: warning: data.env_vars.V3: env BOM begins with a byte order mark, as "
            f"part of the value; {drop}"
        ),
        (
            "db.yml:11:16: warning: data.env_vars.V5: file ../two ends in a newline, as part of "
            f"the value; {keep}"
        ),
        (
            "db.yml:13:16: warning: data.env_vars.V7: file ../dos has carriage returns, as part of "
            f"the value; {keep}"
        ),
    ]


TOKEN = Sealed("canary-token")
LOGIN = "holds what the program itself logs in with, which is no secret's value"


def test_what_the_program_logs_in_with_is_no_value(folder: Path) -> None:
    """Whatever the variable is called that holds it, or the file, and whatever is around it."""
    (folder / "m/netrc").write_text("machine x password canary-token\n")
    state = declared(folder, ["env: COPY", "env: KEY", "env: TOY"], ["file: ../netrc"])
    environ = {
        "COPY": "canary-token",
        "KEY": "canary AGE-SECRET-KEY",
        "SOPS_AGE_KEY": "AGE-SECRET-KEY",
        "TOY": "root",
        "VAULT_TOKEN": "root",
    }
    with pytest.raises(InvalidManifests) as raised:
        resolve(state, environ, token=TOKEN).whole()
    assert [problem.text for problem in raised.value.problems] == [
        f"data.env_vars.V0: env COPY {LOGIN}",
        f"data.env_vars.V1: env KEY {LOGIN}",
        f"data.files.p0: file ../netrc {LOGIN}",
    ]


def test_a_placeholder_from_a_source(folder: Path) -> None:
    """What an export or a CI's log shows in place of a value is no value, and no file either."""
    (folder / "m/shown").write_text("<secret from server>\n")
    sources = ["file: ../shown", "env: STARS"]
    text = "is what stands for a value that is not shown, and no value"
    for variables, files in ((sources, []), ([], sources)):
        found = _problems(declared(folder, variables, files), STARS="***")
        assert [problem.partition(": error: data.")[2].partition(": ")[2] for problem in found] == [
            f"{source} {text}" for source in ("file ../shown", "env STARS")
        ]
