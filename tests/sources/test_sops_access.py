"""What sops may log in with, however a file is written that says where it is to go."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests.sources.conftest import spying
from tests.sources.declaring import declared, read, refusals, values
from tests.sources.vault_server import TOKEN, Vault, serving

CLEAR = {
    "yaml": "k: canary\n",
    "groups.yaml": "k: canary\n",
    "json": '{"k": "canary"}',
    "env": "k=canary\n",
    "ini": "[a]\nk = canary\n",
    "bin": "canary",
}
END = "    lastmodified"
VAULTS = """\
    hc_vault:
        - vault_address: {0}
          engine_path: transit
          key_name: k
          created_at: "2026-01-01T00:00:00Z"
          enc: vault:v1:x
"""
AZURE = """\
    azure_kv:
        - vault_url: {0}
          name: k
          version: v
          created_at: "2026-01-01T00:00:00Z"
          enc: YWJj
"""


class Stage(NamedTuple):
    """A place for files, and two Vaults: VAULT_ADDR names ours; a token is also at home."""

    folder: Path
    encrypt: Callable[[str, bytes], None]
    environ: dict[str, str]
    ours: Vault
    theirs: Vault

    def file(self, form: str, change: Callable[[str], str]) -> Path:
        """Make an encrypted file and change it; hidden, for it is no manifest."""
        self.encrypt(f".f.{form}", CLEAR[form].encode())
        path = self.folder / f"m/.f.{form}"
        path.write_text(change(path.read_text()))
        return path

    def refusal(self, form: str) -> str:
        """Return what is said of the file if only Vault can open it."""
        state = declared(self.folder, [f"sops: {{file: ../.f.{form}}}"])
        (said,) = refusals(state, without(self.environ, "SOPS_AGE_KEY"))
        return said


def without(environ: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in environ.items() if key != name}


@pytest.fixture
def stage(
    folder: Path, encrypt: Callable[[str, bytes], None], sops_environ: dict[str, str]
) -> Iterator[Stage]:
    (folder / ".vault-token").write_text("canary-at-home")
    with serving(Vault()) as ours, serving(Vault()) as theirs:
        environ = {"VAULT_ADDR": ours.address, "VAULT_TOKEN": TOKEN, "VAULT_NAMESPACE": "n"}
        yield Stage(folder, encrypt, sops_environ | environ, ours, theirs)


def _grouped(text: str, address: str) -> str:
    """Exchange the one key of a file for two groups of keys, of which Vault has one."""
    age = re.search(r"    age:\n(?:        .*\n)+", text)
    assert age
    groups = "".join(
        "        - " + "".join(f"        {line}\n" for line in each.splitlines()).lstrip()
        for each in (age[0], VAULTS.format(address))
    )
    return text.replace(age[0], f"    shamir_threshold: 2\n    key_groups:\n{groups}")


def _naming(text: str, form: str, address: str) -> str:
    """Return an encrypted file that can also be opened by a Vault."""
    keys = yaml.safe_load(VAULTS.format(address))["hc_vault"]
    if form in ("json", "bin"):
        data = json.loads(text)
        return json.dumps(data | {"sops": data["sops"] | {"hc_vault": keys}})
    if form in ("env", "ini"):
        prefix = "sops_hc_vault" if form == "env" else "hc_vault"
        return text + "".join(f"{prefix}__list_0__map_{k}={v}\n" for k, v in keys[0].items())
    if form == "groups.yaml":
        return _grouped(text, address)
    return text.replace(END, f"{VAULTS.format(address)}{END}")


@pytest.mark.parametrize("form", CLEAR)
def test_the_token_of_vault_stays_at_vault(stage: Stage, form: str) -> None:
    """A file that names another Vault than VAULT_ADDR reaches nobody, and it is said why."""
    ours, theirs = stage.ours, stage.theirs
    path = stage.file(form, lambda text: _naming(text, form, theirs.address))
    assert stage.refusal(form).startswith(
        f"env_vars.V0: sops ../.f.{form} can't be decrypted: sops got no token of Vault: the file "
        f"names {theirs.address}, and VAULT_ADDR {ours.address}; Failed to get the data key"
    )
    assert theirs.asked == []
    assert ours.headers.get("X-Vault-Token") == "withheld"
    path.write_text(path.read_text().replace(theirs.address, ours.address))
    stage.environ["VAULT_ADDR"] = f"{ours.address}/"
    assert "got no token" not in stage.refusal(form)
    assert ours.headers["X-Vault-Token"] == TOKEN


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "Vault needs VAULT_ADDR, which is not set;"),
        ("http://vault.test:8200", "Vault can't be asked: VAULT_ADDR is plain http, which would"),
    ],
)
def test_no_vault_that_may_get_it(stage: Stage, address: str, why: str) -> None:
    """Without a VAULT_ADDR that can be trusted no token leaves, nor the one at home."""
    stage.file("yaml", lambda text: _naming(text, "yaml", stage.theirs.address))
    for environ in (stage.environ, without(stage.environ, "VAULT_TOKEN")):
        environ["VAULT_ADDR"] = address
        said = stage._replace(environ=environ).refusal("yaml")
        assert f"can't be decrypted: sops got no token of Vault: {why}" in said
        assert stage.theirs.headers["X-Vault-Token"] == "withheld"
        assert "X-Vault-Namespace" not in stage.theirs.headers


HIDING = {
    "a key in base64": ("yaml", "vault_address", "!!binary dmF1bHRfYWRkcmVzcw=="),
    "an escape": ("yaml", "vault_address", r'"vault\\x5faddress"'),
    "another case": ("json", '"vault_address"', '"VAULT_address"'),
    "a long s": ("json", '"sops"', '"ſops"'),
    "a continued line": ("ini", r":(?=[0-9]+\n)", ":\\\\\n"),
    "quotes": ("ini", "hc_vault__list_0__map_vault_address", r"`\g<0>`"),
}


@pytest.mark.parametrize("trick", HIDING)
def test_no_spelling_takes_the_token_elsewhere(stage: Stage, trick: str) -> None:
    """What sops reads and others overlook: it goes where VAULT_ADDR says all the same."""
    form, found, instead = HIDING[trick]

    def hidden(text: str) -> str:
        named = _naming(text, form, stage.theirs.address)
        changed = re.sub(found, instead, named)
        assert changed != named
        return changed

    stage.file(form, hidden)
    assert "can't be decrypted" in stage.refusal(form)
    assert (stage.theirs.asked, len(stage.ours.asked)) == ([], 1)


@pytest.mark.parametrize(
    ("place", "before"), [(r"\A", "a: {b: c}\n"), (" vault_address", " more: [a]\n         ")]
)
def test_what_stands_before_it_hides_nothing(stage: Stage, place: str, before: str) -> None:
    """A mapping or a list that is over: the address is found behind it."""

    def later(text: str) -> str:
        named = _naming(text, "yaml", stage.theirs.address)
        return re.sub(place, lambda found: before + found[0], named, count=1)

    assert yaml.safe_load(stage.file("yaml", later).read_text())["sops"]["hc_vault"]
    assert f"the file names {stage.theirs.address}" in stage.refusal("yaml")


def test_other_keys_open_a_file_that_names_a_strange_vault(stage: Stage) -> None:
    """Only what is needed from Vault is missing then."""
    stage.file("yaml", lambda text: _naming(text, "yaml", stage.theirs.address))
    state = declared(stage.folder, ["sops: {file: ../.f.yaml, key: k}"])
    assert values(read(state, stage.environ)) == ["canary"]


def test_a_file_opened_by_vault(stage: Stage) -> None:
    """With the token of VAULT_ADDR's Vault, which follows no redirect to another server."""
    ours, environ = stage.ours, stage.environ
    key = f"{ours.address}/v1/transit/keys/k"
    command = ["sops", "encrypt", "--hc-vault-transit", key, "--filename-override", "f.yaml"]
    made = subprocess.run(  # noqa: S603 — the real program on the test's own file
        command, input=b"k: canary\n", env=environ, capture_output=True, check=True
    )
    (stage.folder / "m/.f.yaml").write_bytes(made.stdout)
    state = declared(stage.folder, ["sops: {file: ../.f.yaml, key: k}"])
    assert values(read(state, environ)) == ["canary"]
    ours.moved = stage.theirs.address
    assert "can't be decrypted" in stage.refusal("yaml")
    assert stage.theirs.asked == []
    ours.moved = ""
    (stage.folder / ".vault-token").write_text(TOKEN)
    assert values(read(state, without(environ, "VAULT_TOKEN"))) == ["canary"]
    (said,) = refusals(state, environ | {"VAULT_TOKEN": "canary-wrong"})
    assert "Failed to get the data key" in said


def test_a_login_of_azure_goes_to_azure(stage: Stage) -> None:
    """Or to hosts that the environment names; for another one sops is not even run."""
    noted = spying(stage.folder, stage.environ)
    state = declared(stage.folder, ["sops: {file: ../.f.yaml, key: k}"])

    def file(address: str) -> None:
        stage.file("yaml", lambda text: text.replace(END, f"{AZURE.format(address)}{END}"))

    for address in (
        "https://evil.test",
        "https://vault.azure.net.evil.test",
        "http://a.vault.azure.net",
    ):
        file(address)
        (said,) = refusals(state, stage.environ)
        assert said == (
            f"env_vars.V0: sops ../.f.yaml is not decrypted: it names {address} as a key vault "
            "of Azure, where no login goes; if it is one of yours, add its host to "
            "RECONCILER_SOPS_HOSTS"
        )
    assert not list(noted.iterdir())
    for address, hosts in (
        ("https://mine.vault.azure.net", ""),
        ("https://evil.test:8443/", "x, Evil.test"),
    ):
        file(address)
        stage.environ["RECONCILER_SOPS_HOSTS"] = hosts
        assert values(read(state, stage.environ)) == ["canary"]
