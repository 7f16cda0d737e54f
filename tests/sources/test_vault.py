"""Values come from Vault over HTTP, either version of its KV engine, by the library hvac."""

import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.sources.declaring import declared, read, refusals, values
from tests.sources.vault_server import TOKEN, Vault, serving


@pytest.fixture
def vault() -> Iterator[Vault]:
    with serving(Vault()) as running:
        yield running


@pytest.fixture
def environ(vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("VAULT_TOKEN", raising=False)
    return {"VAULT_ADDR": vault.address, "VAULT_TOKEN": TOKEN}


def test_either_version(folder: Path, vault: Vault, environ: dict[str, str]) -> None:
    """The mount is asked for its version; a secret is read once, however many keys are used."""
    vault.mounts["deep/mount"] = "2"
    vault.mounts["none"] = ""
    vault.secrets = {
        "kv/data/ci/db": {"data": {"password": "canary", "port": 5432, "n.m": "dots"}},
        "deep/mount/data/a": {"data": {"k": "deep"}},
        "old/ci/db": {"password": "one", "on": True, "inner": {"k": "v"}},
        "none/x": {"k": "unversioned"},
    }
    state = declared(
        folder,
        [
            *(f"vault: {{path: kv/ci/db, key: {key}}}" for key in ("password", "port", "n.m")),
            "vault: {path: /deep/mount/a, key: k}",
            *(f"vault: {{path: old/ci/db, key: {key}}}" for key in ("password", "on", "inner.k")),
            "vault: {path: none/x, key: k}",
        ],
    )
    assert values(read(state, environ)) == [
        *("canary", "5432", "dots", "deep", "one", "true", "v", "unversioned")
    ]
    assert len([path for path, _ in vault.asked if path.endswith("data/ci/db")]) == 1


def test_namespace_and_older_servers(folder: Path, vault: Vault, environ: dict[str, str]) -> None:
    """The namespace goes with every request; a Vault without the question has version 1."""
    vault.mounts = {}
    vault.secrets = {"secret/a": {"k": "v"}}
    state = declared(folder, ["vault: {path: secret/a, key: k}"])
    assert values(read(state, environ | {"VAULT_NAMESPACE": "team"})) == ["v"]
    assert vault.asked == [
        ("/v1/sys/internal/ui/mounts/secret/a", "team"),
        ("/v1/secret/a", "team"),
    ]


def test_what_is_not_there(folder: Path, vault: Vault, environ: dict[str, str]) -> None:
    """Each in plain words, and without anything of a value."""
    vault.secrets = {"kv/data/ci/db": {"data": {"password": "canary", "more": {"k": "canary"}}}}
    paths = ("kv/ci/db", "kv/ci/db", "kv/ci/none", "elsewhere/x")
    keys = ("pasword", "more", "k", "k")
    sources = [f"vault: {{path: {p}, key: {k}}}" for p, k in zip(paths, keys, strict=True)]
    assert refusals(declared(folder, sources), environ) == [
        "env_vars.V0: vault kv/ci/db#pasword does not exist: there is no such key",
        "env_vars.V1: vault kv/ci/db#more is a mapping, not a text",
        "env_vars.V2: vault kv/ci/none#k does not exist, or is deleted",
        "env_vars.V3: vault elsewhere/x#k can't be read: preflight capability check returned 403",
    ]


def test_a_refused_token_is_not_repeated(
    folder: Path, vault: Vault, environ: dict[str, str]
) -> None:
    """Not even where the server repeats it."""
    state = declared(folder, ["vault: {path: kv/a, key: k}"])
    assert refusals(state, environ | {"VAULT_TOKEN": "canary-wrong"}) == [
        "env_vars.V0: vault kv/a#k can't be read: permission denied for ***"
    ]
    vault.broken = b"<html>canary</html>"
    assert refusals(state, environ) == [
        "env_vars.V0: vault kv/a#k can't be read: this is no answer of a KV secrets engine"
    ]


def test_no_vault(folder: Path, environ: dict[str, str]) -> None:
    """Nobody answers, or it is not said who should; a password in the address is not shown."""
    state = declared(folder, ["vault: {path: kv/a, key: k}"])
    about = "env_vars.V0: vault kv/a#k"
    assert refusals(state, {"VAULT_TOKEN": "x"}) == [f"{about} needs VAULT_ADDR, which is not set"]
    assert refusals(state, {"VAULT_ADDR": "http://127.0.0.1:1"}) == [
        f"{about} needs VAULT_TOKEN, which is not set"
    ]
    for address, host in (
        ("http://user:canary@127.0.0.1:1", "127.0.0.1:1 (ConnectionError)"),
        ("canary", "VAULT_ADDR (MissingSchema)"),
        ("http://[canary", "VAULT_ADDR (InvalidURL)"),
    ):
        assert refusals(state, environ | {"VAULT_ADDR": address}) == [
            f"{about} can't be read: no answer from {host}"
        ]


def test_without_hvac(
    folder: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library is optional; who needs it is told how to get it."""
    monkeypatch.setitem(sys.modules, "hvac", None)
    assert refusals(declared(folder, ["vault: {path: kv/a, key: k}"]), environ) == [
        "env_vars.V0: vault kv/a#k needs hvac: pip install 'reconciler[vault]'"
    ]


def test_the_token_is_not_taken_to_plain_http(
    folder: Path, vault: Vault, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A standby that redirects is followed; not where it would show the token to the network."""
    vault.secrets = {"kv/data/a": {"data": {"k": "v"}}}
    state = declared(folder, ["vault: {path: kv/a, key: k}"])
    with serving(Vault(moved=vault.address)) as standby:
        assert values(read(state, environ | {"VAULT_ADDR": standby.address})) == ["v"]
    vault.asked.clear()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "ca.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with serving(Vault(moved=vault.address), tls) as standby:
        assert refusals(state, environ | {"VAULT_ADDR": standby.address}) == [
            "env_vars.V0: vault kv/a#k can't be read: Vault redirects to an address without https"
        ]
    assert vault.asked == []
