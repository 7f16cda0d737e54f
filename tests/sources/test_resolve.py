"""Sources are read where manifests name them, all trouble at once, no value ever told."""

import os
from pathlib import Path

import pytest

from reconciler.errors import InvalidManifests
from reconciler.manifest import load
from reconciler.model import Address, DesiredState
from reconciler.sources import resolve

SECRET = """\
apiVersion: v1beta
kind: Secret
metadata: {name: db}
data:
  env_vars:
%s  files:
%s"""
DB = Address("Secret", "", "db")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with manifests in ``m`` and something secret outside."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m/sub").mkdir(parents=True)
    (tmp_path / "outside").write_text("canary")
    return tmp_path


def _state(folder: Path, *, env_vars: list[str] = [], files: list[str] = []) -> DesiredState:  # noqa: B006 — never changed
    """Load a secret from m/sub/s.yml whose items have these sources."""
    variables = [f"  - {{name: V{n}, value_from: {{{s}}}}}\n" for n, s in enumerate(env_vars)]
    contents = [f"  - {{path: p{n}, content_from: {{{s}}}}}\n" for n, s in enumerate(files)]
    text = SECRET % ("".join(variables) or "  - {name: A, value: a}\n", "".join(contents))
    (folder / "m/sub/s.yml").write_text(text)
    return load(["m"]).state


def _values(state: DesiredState) -> list[str]:
    data = getattr(state.objects[DB].spec, "data")  # noqa: B009 — the kind's model is not typed here
    return [v.value.reveal() for v in data.env_vars] + [f.content.reveal() for f in data.files]


def _problems(state: DesiredState, **environ: str) -> list[str]:
    with pytest.raises(InvalidManifests) as raised:
        resolve(state, environ)
    assert "canary" not in str(raised.value)
    return [str(problem) for problem in raised.value.problems]


def test_all_values_in_hand(folder: Path) -> None:
    """Variables and text come as they are, raw bytes as base64; where from is remembered."""
    (folder / "m/sub/text").write_text("two\n")
    (folder / "m/raw").write_bytes(b"\xff\x00")
    state = _state(folder, env_vars=["env: ONE", "file: text"], files=["file: ../raw"])
    resolved = resolve(state, {"ONE": "1é "})
    assert _values(resolved) == ["1é ", "two\n", "/wA="]
    assert repr(getattr(resolved.objects[DB].spec, "data").env_vars[0].value) == (  # noqa: B009
        "<secret from env ONE>"
    )
    assert resolved.objects[DB].spec.model_fields_set == state.objects[DB].spec.model_fields_set
    assert resolve(resolved, {}) == resolved


def test_nothing_to_resolve_is_nothing_changed(folder: Path) -> None:
    """Objects without sources stay the very same."""
    state = _state(folder)
    assert resolve(state, {}).objects[DB] is state.objects[DB]


def test_everything_missing_at_once(folder: Path) -> None:
    """Each source that has no value is a problem at its place."""
    (folder / "m/blank").write_text(" \n")
    (folder / "m/latin").write_bytes(b"canary \xe9")
    (folder / "m/nul").write_bytes(b"canary\0")
    (folder / "m/empty").touch()
    names = ["../blank", "../latin", "../nul", "nowhere", ".."]
    state = _state(
        folder,
        env_vars=["env: UNSET", "env: BLANK", "env: BYTES", *(f'file: "{n}"' for n in names)],
        files=["file: ../empty"],
    )
    assert _problems(state, BLANK="\t", BYTES="canary\udcff") == [
        "m/sub/s.yml:6:16: error: data.env_vars.V0: env UNSET is not set",
        "m/sub/s.yml:7:16: error: data.env_vars.V1: env BLANK is blank",
        "m/sub/s.yml:8:16: error: data.env_vars.V2: env BYTES is not UTF-8 text",
        "m/sub/s.yml:9:16: error: data.env_vars.V3: file ../blank is blank",
        "m/sub/s.yml:10:16: error: data.env_vars.V4: file ../latin is not UTF-8 text",
        (
            "m/sub/s.yml:11:16: error: data.env_vars.V5: file ../nul has a NUL character, "
            "which no variable can hold"
        ),
        "m/sub/s.yml:12:16: error: data.env_vars.V6: file nowhere does not exist",
        "m/sub/s.yml:13:16: error: data.env_vars.V7: file .. can't be read: Is a directory",
        "m/sub/s.yml:15:16: error: data.files.p0: file ../empty is empty",
    ]


def test_nothing_outside_the_manifests_is_read(folder: Path) -> None:
    """Neither by .., nor by an absolute path, nor through a link."""
    (folder / "m/link").symlink_to(folder / "outside")
    (folder / "m/.up").symlink_to("..")
    (folder / "m-not").mkdir()
    (folder / "m-not/x").write_text("canary")
    paths = ["../../outside", str(folder / "outside"), "../link", "../.up/outside", "../../m-not/x"]
    state = _state(folder, env_vars=[f"file: {path}" for path in paths])
    assert _problems(state) == [
        f"m/sub/s.yml:{6 + n}:16: error: data.env_vars.V{n}: "
        f"file {path} is outside the directory of the manifests, m"
        for n, path in enumerate(paths)
    ]
    inside = _state(folder, env_vars=[f"file: {folder / 'm/sub/s.yml'}"])
    assert "kind: Secret" in _values(resolve(inside, {}))[0]


def test_a_file_named_alone_opens_only_its_own_directory(folder: Path) -> None:
    """The directory given on the command line is the limit; for a file it is the file's own."""
    (folder / "m/text").write_text("x")
    _state(folder, env_vars=["file: ../text"])
    (problem,) = _problems(load(["m/sub/s.yml"]).state)
    assert "is outside the directory of the manifests" in problem


def test_what_can_not_be_read(folder: Path) -> None:
    """Pipes are not waited for, large files not swallowed, links in a circle not followed."""
    os.mkfifo(folder / "m/pipe")
    with (folder / "m/big").open("wb") as file:
        file.truncate(6 * 2**20 + 1)
    (folder / "m/.loop").symlink_to(".loop")
    files = [f"file: ../{name}" for name in ("pipe", "big", ".loop")]
    state = _state(folder, env_vars=["env: BIG"], files=files)
    assert _problems(state, BIG="x" * (6 * 2**20 + 1)) == [
        "m/sub/s.yml:6:16: error: data.env_vars.V0: env BIG is larger than 6 MiB",
        "m/sub/s.yml:8:16: error: data.files.p0: file ../pipe is not a regular file",
        "m/sub/s.yml:9:16: error: data.files.p1: file ../big is larger than 6 MiB",
        (
            "m/sub/s.yml:10:16: error: data.files.p2: "
            "file ../.loop can't be read: Too many levels of symbolic links"
        ),
    ]


def test_absent_objects_need_no_values(folder: Path) -> None:
    """What must not exist is not asked for its secrets."""
    _state(folder, env_vars=["env: UNSET"])
    with (folder / "m/sub/s.yml").open("a") as file:
        file.write("reconciler: {absent: true}\n")
    state = load(["m"]).state
    assert resolve(state, {}) == state
