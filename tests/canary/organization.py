"""Manifests whose every secret value is a canary, and the places the values come from."""

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.canary.needles import awkward, core, several
from tests.canary.world import World
from tests.sources.declaring import PROGRAMS, RECIPIENT
from tests.sources.vault_server import TOKEN as VAULT_TOKEN
from tests.sources.vault_server import Vault, serving

API_TOKEN = core("API token")
VERSIONS = ("first", "second")
"""The values there are: each one is exchanged for another later."""
_LONG = ("lines", "whole", "content")


def _raw(name: str) -> bytes:
    return b"\xff\x00" + core(name).encode() + b"\x01\xfe"


def values() -> list[str | bytes]:
    """Return every value of every version."""
    short = (
        *("literal", "env", "sops", "vault", "target", "project", "target file"),
        *("slack", "webhook", "hook file"),
    )
    return [
        API_TOKEN,
        VAULT_TOKEN,
        *(awkward(f"{version} {name}") for version in VERSIONS for name in short),
        *(several(f"{version} {name}") for version in VERSIONS for name in _LONG),
        *(_raw(f"{version} raw") for version in VERSIONS),
    ]


def _quoted(name: str) -> str:
    """Return a value as YAML has it in double quotes."""
    return json.dumps(awkward(name), ensure_ascii=False)


def _coded(name: str) -> str:
    return base64.b64encode(several(name).encode()).decode()


MANIFESTS = """\
apiVersion: v1beta
kind: Secret
metadata: {{name: everything}}
data:
  env_vars:
  - {{name: LITERAL, value: {literal}}}
  - {{name: ENV, value_from: {{env: CANARY_ENV}}}}
  - {{name: LINES, value_from: {{file: values/lines.txt}}}}
  - {{name: SOPS, value_from: {{sops: {{file: values/all.yaml, key: db.password}}}}}}
  - {{name: VAULT, value_from: {{vault: {{path: kv/ci/db, key: password}}}}}}
  files:
  - {{path: /literal, content: {content}}}
  - {{path: /raw, content_from: {{file: values/raw.bin}}}}
  - {{path: /whole, content_from: {{sops: {{file: values/whole.bin}}}}}}
---
apiVersion: v1alpha
kind: Project
metadata: {{name: api}}
spec:
  repository: {{url: "git@github.com:org/api.git", integration_type: github_app}}
---
apiVersion: v1
kind: ProjectSecret
metadata: {{name: db, project_id_or_name: api}}
data:
  env_vars:
  - {{name: PROJECT, value: {project}}}
  - {{name: ENV, value_from: {{env: CANARY_ENV}}}}
  files:
  - {{path: raw, content_from: {{file: values/raw.bin}}}}
---
apiVersion: v1alpha
kind: Notification
metadata: {{name: red}}
spec:
  rules:
  - name: main
    filter: {{projects: [api]}}
    notify:
      slack: {{endpoint: {slack}, channels: ["#red"]}}
      webhook: {{endpoint_from: {{vault: {{path: kv/ci/db, key: password}}}}}}
  - name: {version}
    notify: {{webhook: {{endpoint: {webhook}}}}}
  - notify:
      slack: {{endpoint_from: {{file: values/hook.txt}}}}
      webhook: {{endpoint_from: {{env: CANARY_ENV}}}}
"""
TARGET = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {{name: production, project_id_or_name: api}}
spec:
  env_vars:
  - {{name: TARGET, value: {target}}}
  - {{name: SOPS, value_from: {{sops: {{file: values/all.yaml, key: target}}}}}}
  files:
  - {{path: raw, content_from: {{file: values/raw.bin}}}}
  - {{path: env, content_from: {{env: CANARY_ENV}}}}
"""
AGENTS = """\
apiVersion: v1alpha
kind: SelfHostedAgentType
metadata: {name: s1-linux}
"""


def write(world: World, version: str) -> None:
    """Write the manifests and everything they name, with the values of a version."""
    names = ("literal", "project", "target", "slack", "webhook")
    texts = {name: _quoted(f"{version} {name}") for name in names}
    text = MANIFESTS.format(version=version, content=_coded(f"{version} content"), **texts)
    world.write("m/organization.yml", text)
    world.write("m/agents.yml", AGENTS)
    world.write("m/target.yml", TARGET.format(**texts))
    world.write("m/values/lines.txt", several(f"{version} lines"))
    world.write("m/values/hook.txt", awkward(f"{version} hook file"))
    world.write("m/values/raw.bin", _raw(f"{version} raw"))
    clear = {
        "db": {"password": awkward(f"{version} sops")},
        "target": awkward(f"{version} target file"),
    }
    encrypt(world, "m/values/all.yaml", json.dumps(clear).encode())
    encrypt(world, "m/values/whole.bin", several(f"{version} whole").encode())
    world.environ["CANARY_ENV"] = awkward(f"{version} env")


def encrypt(world: World, name: str, clear: bytes) -> None:
    done = subprocess.run(  # noqa: S603 — the real program on the test's own files
        [f"{PROGRAMS}/sops", "encrypt", "--age", RECIPIENT, "--filename-override", name],
        input=clear,
        capture_output=True,
        check=True,
        env=world.environ,
    )
    world.write(name, done.stdout)


@contextmanager
def vault(world: World) -> Iterator[Vault]:
    """Serve the values of both versions; the first one at first."""
    with serving(Vault()) as running:
        world.environ |= {"VAULT_ADDR": running.address, "VAULT_TOKEN": VAULT_TOKEN}
        turn(running, "first")
        yield running


def turn(running: Vault, version: str) -> None:
    running.secrets = {"kv/data/ci/db": {"data": {"password": awkward(f"{version} vault")}}}
