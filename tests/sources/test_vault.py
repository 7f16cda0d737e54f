"""Values come from Vault over HTTP, either version of its KV engine, by the library hvac."""

import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.network.tunnel import tunnel
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
        "env_vars.V2: vault kv/ci/none does not exist, or is deleted",
        (
            "env_vars.V3: vault elsewhere/x can't be read: Vault refuses it to this token (403): "
            "preflight capability check returned 403"
        ),
    ]


def test_only_known_words_of_vault_are_told(
    folder: Path, vault: Vault, environ: dict[str, str]
) -> None:
    """It may repeat the token, or a value; what can hold neither is told."""
    state = declared(folder, ["vault: {path: kv/a, key: k}"])
    about = "env_vars.V0: vault kv/a can't be read: Vault"
    assert refusals(state, environ | {"VAULT_TOKEN": "canary-wrong"}) == [
        f"{about} refuses it to this token (403): permission denied"
    ]
    for status, errors, told in (
        (400, ("canary", "missing client token"), "calls the request invalid (400): missing "),
        (500, ("1 error occurred: canary",), "failed (500)"),
        (503, ("Vault is sealed",), "is sealed or down for maintenance (503): Vault is sealed"),
        (418, (), "refuses it"),
    ):
        vault.status, vault.errors = status, errors
        (said,) = refusals(state, environ)
        assert said.startswith(f"{about} {told}")
    vault.status = 0
    vault.broken = b"<html>canary</html>"
    assert refusals(state, environ) == [
        "env_vars.V0: vault kv/a#k can't be read: this is no answer of a KV secrets engine"
    ]


def test_no_vault(folder: Path, environ: dict[str, str]) -> None:
    """Nobody answers, or it is not said who should: told once, and no password is shown."""
    state = declared(folder, ["vault: {path: kv/a, key: k}", "vault: {path: kv/b, key: k}"])
    also = "; the same for data.env_vars.V1 (m/sub/db.yml:7:16)"
    for address, why in (
        ("", "needs VAULT_ADDR, which is not set"),
        (
            "http://user:canary@127.0.0.1:1",
            "can't be asked: VAULT_ADDR must not contain a user or a password",
        ),
        ("canary", "can't be asked: VAULT_ADDR is not an address that begins with https://"),
        (
            "http://[canary",
            "can't be asked: VAULT_ADDR is not an address that begins with https://",
        ),
        (
            "http://vault.test:8200",
            "can't be asked: VAULT_ADDR is plain http, which would show the token to the network",
        ),
        (
            "http://127.0.0.1:1",
            "can't be asked: no answer from VAULT_ADDR http://127.0.0.1:1 (ConnectionError)",
        ),
    ):
        told = refusals(state, environ | {"VAULT_ADDR": address})
        assert told == [f"env_vars.V0: vault {why}{also}"]
    assert refusals(state, {"VAULT_ADDR": "http://127.0.0.1:1"}) == [
        f"env_vars.V0: vault needs VAULT_TOKEN, which is not set{also}"
    ]


def test_without_hvac(
    folder: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library is optional; who needs it is told how to get it."""
    monkeypatch.setitem(sys.modules, "hvac", None)
    assert refusals(declared(folder, ["vault: {path: kv/a, key: k}"]), environ) == [
        "env_vars.V0: vault needs hvac: pip install 'semaphore-reconciler[vault]'"
    ]


ELSEWHERE = (
    "env_vars.V0: vault can't be asked: it redirects elsewhere, as a standby does, and its token "
    "goes to VAULT_ADDR alone; let that name the active node, or what stands before all nodes"
)


def test_the_token_follows_no_redirect_to_another_server(
    folder: Path, vault: Vault, environ: dict[str, str]
) -> None:
    """Another port is another server, and so is the same one without TLS."""
    vault.secrets = {"kv/data/a": {"data": {"k": "v"}}}
    state = declared(folder, ["vault: {path: kv/a, key: k}"])
    with serving(Vault(moved=vault.address)) as standby:
        assert refusals(state, environ | {"VAULT_ADDR": standby.address}) == [ELSEWHERE]
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with serving(Vault(), tls) as standby:
        standby.moved = standby.address.replace("https:", "http:")
        trusting = {"VAULT_ADDR": standby.address, "SSL_CERT_FILE": str(folder / "ca.pem")}
        assert refusals(state, environ | trusting) == [ELSEWHERE]
    assert vault.asked == []


def test_a_redirect_at_the_same_server_is_followed(
    folder: Path, vault: Vault, environ: dict[str, str]
) -> None:
    """It moves a path, not the token."""
    vault.moved = "/v1/moved"
    vault.broken = b'{"data": {"path": "kv/", "options": null, "k": "v"}}'
    state = declared(folder, ["vault: {path: kv/a, key: k}"])
    assert values(read(state, environ)) == ["v"]


@pytest.mark.parametrize("trust", ["SSL_CERT_FILE", "SSL_CERT_DIR", "VAULT_CACERT", "VAULT_CAPATH"])
def test_trust(folder: Path, environ: dict[str, str], trust: str) -> None:
    """A certificate is trusted if the environment says so, as for everything else."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    state = declared(folder, ["vault: {path: kv/a, key: k}"])
    with serving(Vault(secrets={"kv/data/a": {"data": {"k": "v"}}}), tls) as secure:
        environ["VAULT_ADDR"] = secure.address
        (said,) = refusals(state, environ)
        assert said.endswith(
            f"the certificate of {secure.address} is not trusted (set SSL_CERT_FILE to the "
            "certificate of the authority that signed it)"
        )
        there = folder if trust in ("SSL_CERT_DIR", "VAULT_CAPATH") else folder / "ca.pem"
        assert values(read(state, environ | {trust: str(there)})) == ["v"]
        assert refusals(state, environ | {trust: str(folder / "none.pem")}) == [
            f"env_vars.V0: vault can't be asked: {trust} names no readable certificates"
        ]
        trustme.CA().cert_pem.write_to_path(folder / "other.pem")
        (said,) = refusals(state, environ | {"SSL_CERT_FILE": str(folder / "other.pem")})
        assert said.endswith("trusted are only the certificates from SSL_CERT_FILE)")


def test_no_other_credential_is_sent(
    folder: Path, vault: Vault, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not what ~/.netrc has for the host; and what is on this machine is asked directly."""
    (folder / ".netrc").write_text("machine 127.0.0.1 login me password canary\n")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    vault.secrets = {"kv/data/a": {"data": {"k": "v"}}}
    assert values(read(declared(folder, ["vault: {path: kv/a, key: k}"]), environ)) == ["v"]
    assert vault.headers["X-Vault-Token"] == TOKEN
    assert "Authorization" not in vault.headers


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "the proxy http://127.0.0.1:PORT can't be reached: no connection"),
        (
            b"HTTP/1.1 407 x\r\n\r\n",
            "the proxy http://127.0.0.1:PORT wants a login: 407 Proxy Authentication Required",
        ),
        (
            b"HTTP/1.1 502 x\r\n\r\n",
            "the proxy http://127.0.0.1:PORT made no tunnel: 502 Bad Gateway",
        ),
    ],
)
def test_the_proxy_of_the_environment(
    answer: bytes, words: str, folder: Path, environ: dict[str, str]
) -> None:
    """What fails is named, with where it is from; and exceptions are those of everything else."""
    state = declared(folder, ["vault: {path: kv/a, key: k}"])
    with tunnel(answer) as (port, seen):
        environ |= {
            "VAULT_ADDR": "https://vault.example:8200",
            "HTTPS_PROXY": f"http://me:hunter2@127.0.0.1:{port}",
        }
        (said,) = refusals(state, environ)
        assert said == (
            f"env_vars.V0: vault can't be asked: {words.replace('PORT', str(port))} (the proxy is "
            "from HTTPS_PROXY; NO_PROXY says what is asked without one)"
        )
        asked = len(seen)
        assert not answer or seen[0].startswith(b"CONNECT vault.example:8200 ")
        (said,) = refusals(state, environ | {"NO_PROXY": "10.0.0.0/8 *.example:8200"})
        assert "no answer from VAULT_ADDR https://vault.example:8200 (ConnectionError)" in said
        assert len(seen) == asked
    environ["HTTPS_PROXY"] = "http://me:hunter2@:port"
    (said,) = refusals(state, environ)
    assert "vault can't be asked: HTTPS_PROXY is not the address of a proxy" in said
    assert "hunter2" not in said
