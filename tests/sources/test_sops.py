"""Encrypted files are decrypted by the real sops, with a real key, once each."""

import base64
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sources.conftest import spying
from tests.sources.declaring import declared, read, refusals, values

REST = "the rest may quote the file, run `sops decrypt` to see it"
Encrypt = Callable[[str, bytes], None]
CLEAR = """\
db:
  password: "canary: 1é"
  port: 5432
  ready: true
  nothing: null
  hosts: [one, two]
tls.crt: cert
""".encode()


def test_keys_and_whole_files(folder: Path, encrypt: Encrypt, sops_environ: dict[str, str]) -> None:
    """A key of any depth, a key with a dot, an item, a number and a flag; or all of the file."""
    encrypt("all.yaml", CLEAR)  # among the manifests, and no manifest
    encrypt("raw.bin", b"\xff\x00canary")
    encrypt("plain.env", b"TOKEN=canary\n")
    keys = ("db.password", "db.port", "db.ready", "db.hosts.1", "tls.crt")
    state = declared(
        folder,
        env_vars=[
            *(f"sops: {{file: ../all.yaml, key: {key}}}" for key in keys),
            "sops: {file: ../plain.env, key: TOKEN}",
        ],
        files=["sops: {file: ../raw.bin}", "sops: {file: ../all.yaml, key: tls.crt}"],
    )
    raw = base64.b64encode(b"\xff\x00canary").decode()
    cert = base64.b64encode(b"cert").decode()
    assert values(read(state, sops_environ)) == [
        *("canary: 1é", "5432", "true", "two", "cert", "canary"),
        *(raw, cert),
    ]


def test_one_decryption_for_many_keys(
    folder: Path, encrypt: Encrypt, sops_environ: dict[str, str]
) -> None:
    """However many keys are used, from however many places, a file is decrypted once."""
    encrypt("all.yaml", CLEAR)
    noted = spying(folder, sops_environ)
    sources = [
        f"sops: {{file: {name}, key: {key}}}"
        for name in ("../all.yaml", "../sub/../all.yaml", str(folder / "m/all.yaml"))
        for key in ("db.password", "db.port")
    ]
    assert len(values(read(declared(folder, sources), sops_environ))) == 6
    assert len(list(noted.glob("*-cmdline"))) == 1


def test_nothing_secret_in_the_process_table(
    folder: Path, encrypt: Encrypt, sops_environ: dict[str, str]
) -> None:
    """Neither arguments nor environment of sops hold a value or our token, but what it needs."""
    encrypt("all.yaml", CLEAR)
    noted = spying(folder, sops_environ)
    sops_environ["SECRET"] = "canary-env"
    sops_environ["AWS_SECRET_ACCESS_KEY"] = "its own"
    named = ["env: SECRET", "env: AWS_SECRET_ACCESS_KEY"]
    read(declared(folder, [*named, "sops: {file: ../all.yaml, key: db.port}"]), sops_environ)
    (arguments,) = noted.glob("*-cmdline")
    (variables,) = noted.glob("*-environ")
    told = variables.read_bytes().split(b"\0")
    assert b"canary" not in arguments.read_bytes() + variables.read_bytes()
    assert {b"UNRELATED=kept", b"AWS_SECRET_ACCESS_KEY=its own"} < set(told)
    assert not any(line.startswith((b"SECRET=", b"SEMAPHORE_API_TOKEN=")) for line in told)


def test_what_has_no_value(folder: Path, encrypt: Encrypt, sops_environ: dict[str, str]) -> None:
    """Keys that lead nowhere, or to more than a text."""
    encrypt("all.yaml", CLEAR)
    encrypt("raw.bin", b"\xff\x00canary")
    keys = ("db.pasword", "db", "db.hosts", "db.nothing", "db.hosts.7", "db.port.x")
    sources = [f"sops: {{file: ../all.yaml, key: {key}}}" for key in keys]
    state = declared(folder, [*sources, "sops: {file: ../raw.bin}"])
    missing = "does not exist: there is no such key"
    assert refusals(state, sops_environ) == [
        f"env_vars.V0: sops ../all.yaml#db.pasword {missing}",
        "env_vars.V1: sops ../all.yaml#db is a mapping, not a text",
        "env_vars.V2: sops ../all.yaml#db.hosts is a list, not a text",
        "env_vars.V3: sops ../all.yaml#db.nothing is null, not a text",
        f"env_vars.V4: sops ../all.yaml#db.hosts.7 {missing}",
        f"env_vars.V5: sops ../all.yaml#db.port.x {missing}",
        "env_vars.V6: sops ../raw.bin is not UTF-8 text",
    ]


def test_sops_itself_fails(folder: Path, encrypt: Encrypt, sops_environ: dict[str, str]) -> None:
    """Its own words are passed on, without what they quote; for every key of the file."""
    encrypt("all.yaml", CLEAR)
    (folder / "m/clear.json").write_text("{}")
    (folder / "m/.odd.yaml").write_text("sops: canary\n")
    names = ("all.yaml", "all.yaml", "clear.json", ".odd.yaml", "nowhere.yaml")
    state = declared(folder, [f"sops: {{file: ../{n}, key: k{i}}}" for i, n in enumerate(names)])
    del sops_environ["SOPS_AGE_KEY"]
    said = refusals(state, sops_environ)
    why = "can't be decrypted: Failed to get the data key required to decrypt the SOPS file. Group"
    assert said[0].startswith(f"env_vars.V0: sops ../all.yaml {why}")
    assert said[0].endswith("; the same for data.env_vars.V1 (m/sub/db.yml:7:16)")
    assert all(len(words) < 500 for words in said)
    why = "can't be decrypted:"
    assert said[1:] == [
        f"env_vars.V2: sops ../clear.json {why} sops metadata not found",
        f"env_vars.V3: sops ../.odd.yaml {why} Error unmarshalling input yaml: yaml: {REST}",
        "env_vars.V4: sops ../nowhere.yaml does not exist",
    ]


TREE = "Error decrypting tree: Error walking tree: Could not decrypt value"


@pytest.mark.parametrize(
    "mishap",
    [
        ("x.yaml", r"password: .*", "password: canary canary", f"{TREE}: {REST}"),
        ("x.yaml", r"(password: .*)type:str", r"\1type:int", f"{TREE}: {REST}"),
        ("x.yaml", r"mac: .*", "mac: canary", f"Cannot decrypt MAC: {REST}"),
        ("x.yaml", r"other: .*\n", "", f"MAC mismatch: {REST}"),
        ("x.yaml", r"lastmodified: .*", "lastmodified: canary", REST),
        ("x.yaml", r"\Z", "a: *canary\n", f"Error unmarshalling input yaml: yaml: {REST}"),
        ("x.json", r'"password": "[^"]*"', '"password": "canary"', f"{TREE}: {REST}"),
        ("x.env", r"password=.*", "canary", REST),
        ("x.ini", r"password .*", "canary", REST),
    ],
)
def test_a_file_edited_without_sops(
    folder: Path, encrypt: Encrypt, sops_environ: dict[str, str], mishap: tuple[str, str, str, str]
) -> None:
    """A value in clear, or with another type: sops quotes it, we do not."""
    clear = {
        "x.yaml": "password: canary\nother: x\n",
        "x.json": '{"password": "canary"}',
        "x.env": "password=canary\n",
        "x.ini": "[a]\npassword = canary\n",
    }
    name, found, instead, why = mishap
    encrypt(f".{name}", clear[name].encode())  # hidden, for it is no manifest
    path = folder / "m" / f".{name}"
    path.write_text(re.sub(found, instead, path.read_text(), count=1))
    state = declared(folder, [f"sops: {{file: ../.{name}, key: password}}"])
    about = f"env_vars.V0: sops ../.{name} can't be decrypted"
    assert refusals(state, sops_environ) == [f"{about}: {why}"]


def test_what_the_program_prints_is_never_told(folder: Path, sops_environ: dict[str, str]) -> None:
    """A failure is told in the words of standard error alone; what is no JSON is not quoted."""
    (folder / "m/x.bin").touch()
    program = folder / "bin/sops"
    program.parent.mkdir()
    sops_environ["PATH"] = str(program.parent)
    for script, why in (
        ("echo canary; exit 3", "can't be decrypted: sops says nothing"),
        ("echo no key, canary >&2; exit 3", f"can't be decrypted: {REST}"),
        (
            "printf 'Failed to get the data key\\n\\033[31m `canary` \"canary\"\\n' >&2; exit 3",
            "can't be decrypted: Failed to get the data key [31m … …",
        ),
        ("echo '{canary'", "has no keys; leave out `key` to take the whole file"),
    ):
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)
        state = declared(folder, ["sops: {file: ../x.bin, key: k}"])
        assert refusals(state, sops_environ) == [f"env_vars.V0: sops ../x.bin {why}"]


def test_a_program_that_can_not_be_run(folder: Path, sops_environ: dict[str, str]) -> None:
    """Missing is told with where to get it, broken with the system's words."""
    (folder / "m/x.bin").touch()
    state = declared(folder, ["sops: {file: ../x.bin}"])
    (missing,) = refusals(state, sops_environ | {"PATH": str(folder)})
    assert "needs the program sops, 3.9 or newer, which is not in PATH (https://" in missing
    program = folder / "sops"
    program.write_text("#!/nowhere/at/all\n")
    program.chmod(0o700)
    (broken,) = refusals(state, sops_environ | {"PATH": str(folder)})
    assert broken.endswith("can't be decrypted: sops can't be run: No such file or directory")


def test_no_file_outside_is_handed_to_sops(folder: Path, sops_environ: dict[str, str]) -> None:
    """Neither by .., nor through a link; and a pipe is not waited for."""
    (folder / "m/link.bin").symlink_to(folder / "outside")
    os.mkfifo(folder / "m/pipe.bin")
    noted = spying(folder, sops_environ)
    state = declared(
        folder,
        [f"sops: {{file: {p}}}" for p in ("../../outside", "../link.bin", "../pipe.bin")],
    )
    assert refusals(state, sops_environ) == [
        "env_vars.V0: sops ../../outside is outside the directory of the manifests, m",
        "env_vars.V1: sops ../link.bin is outside the directory of the manifests, m",
        "env_vars.V2: sops ../pipe.bin is not a regular file",
    ]
    assert not list(noted.iterdir())
