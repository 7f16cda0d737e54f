"""Sources are read where manifests name them, all trouble at once, no value ever told."""

import os
from pathlib import Path

import pytest

from reconciler.errors import InvalidManifests
from reconciler.manifest import load
from reconciler.model import Address, DesiredState
from reconciler.sources import resolve
from tests.sources.declaring import DB, declared, secrets, values, write


def _problems(state: DesiredState, **environ: str) -> list[str]:
    with pytest.raises(InvalidManifests) as raised:
        resolve(state, environ)
    assert "canary" not in str(raised.value)
    return [str(problem) for problem in raised.value.problems]


def test_all_values_in_hand(folder: Path) -> None:
    """Variables and text come as they are, raw bytes as base64; where from is remembered."""
    (folder / "m/sub/text").write_text("two\n")
    (folder / "m/raw").write_bytes(b"\xff\x00")
    state = declared(folder, env_vars=["env: ONE", "file: text"], files=["file: ../raw"])
    resolved = resolve(state, {"ONE": "1é "})
    assert values(resolved) == ["1é ", "two\n", "/wA="]
    assert repr(secrets(resolved)[0]) == "<secret from env ONE>"
    assert resolved.objects[DB].spec.model_fields_set == state.objects[DB].spec.model_fields_set
    assert resolve(resolved, {}) == resolved


def test_nothing_to_resolve_is_nothing_changed(folder: Path) -> None:
    """Objects without sources stay the very same."""
    state = declared(folder)
    assert resolve(state, {}).objects[DB] is state.objects[DB]


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
        "m/sub/db.yml:13:16: error: data.env_vars.V7: file .. can't be read: Is a directory",
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
    assert "kind: Secret" in values(resolve(inside, {}))[0]


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
    assert resolve(state, {}) == state


def test_the_bytes_of_any_source_can_be_a_file(folder: Path) -> None:
    """What a file holds is encoded, wherever its bytes come from."""
    state = declared(folder, files=["env: RAW"])
    assert values(resolve(state, {"RAW": "\udcff"}))[1] == "/w=="


def test_only_what_is_asked_for_is_read(folder: Path) -> None:
    """Values of other objects stay sealed, and their sources may be missing."""
    write(folder, ["env: HERE"])
    write(folder, ["env: MISSING"], name="other")
    state = load(["m"]).state
    other = Address("Secret", "", "other")
    resolved = resolve(state, {"HERE": "x"}, only=lambda address: address == DB)
    assert values(resolved) == ["x"]
    assert secrets(resolved, other)[0].source is not None
    assert resolved.objects[other] is state.objects[other]


def test_one_read_for_one_reference(folder: Path) -> None:
    """However often a source is named, it is asked once; another folder is another file."""
    asked: list[str] = []

    class Environ(dict[str, str]):
        def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]  # as it is used
            asked.append(key)
            return super().get(key, default)

    state = declared(folder, env_vars=["env: ONE", "env: TWO", "env: ONE"])
    assert values(resolve(state, Environ(ONE="1", TWO="2"))) == ["1", "2", "1"]
    assert sorted(asked) == ["ONE", "TWO"]
