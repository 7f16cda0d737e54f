"""Whatever goes wrong is told without the value it went wrong with."""

import json
import re

import pytest

from tests.canary import organization
from tests.canary.conftest import M, Stage
from tests.canary.needles import awkward, core, several
from tests.canary.organization import API_TOKEN
from tests.canary.servers import FORMS, Talk, exposing
from tests.canary.world import DEBUG, LOUD, World, formats
from tests.sources.vault_server import TOKEN as VAULT_TOKEN
from tests.sources.vault_server import Vault, serving

pytestmark = pytest.mark.timeout(400)  # some dozen processes a test, on a busy machine
ELSEWHERE = """\
    hc_vault:
        - vault_address: {0}
          engine_path: transit
          key_name: k
          created_at: "2026-01-01T00:00:00Z"
          enc: vault:v1:x
    lastmodified"""
HEAD = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: NAME}\n"
V = core("misplaced")
Q = json.dumps(awkward("misplaced, with quotes"), ensure_ascii=False)
PEM = several("misplaced lines")
BAD = {
    "text for data": f"data: {V}",
    "text for env_vars": f"data: {{env_vars: {V}}}",
    "text for a variable": f"data: {{env_vars: [{V}]}}",
    "mapping for env_vars": f"data: {{env_vars: {{TOKEN: {Q}}}}}",
    "name as key": f"data: {{env_vars: [{{TOKEN: {Q}}}]}}",
    "mapping for a value": f"data: {{env_vars: [{{name: A, value: {{inner: {Q}}}}}]}}",
    "list for a value": f"data: {{env_vars: [{{name: A, value: [{Q}]}}]}}",
    "value for a name": f"data: {{env_vars: [{{name: [{Q}], value: x}}]}}",
    "unknown key beside": f"data: {{env_vars: [{{name: A, value: {Q}, valu: {Q}}}]}}",
    "unknown key instead": f"data: {{env_vars: [{{name: A, valeu: {Q}}}]}}",
    "bad name beside": f"data: {{env_vars: [{{name: A-B, value: {Q}}}]}}",
    "same name twice": (f"data: {{env_vars: [{{name: A, value: {Q}}}, {{name: A, value: {V}}}]}}"),
    "same key twice": f"data: {{env_vars: [{{name: A, value: {Q}, value: {V}}}]}}",
    "no base64": f"data: {{files: [{{path: a, content: {Q}}}]}}",
    "no path": f"data: {{files: [{{content: {Q}}}]}}",
    "blank path": f"data: {{files: [{{path: ' ', content: {V}}}]}}",
    "nothing but a value": V,
    "value for a source": f"data: {{env_vars: [{{name: A, value_from: {Q}}}]}}",
    "values for settings": f"data: {{env_vars: [{{name: A, value_from: {{env: [{Q}]}}}}]}}",
    "unknown setting": (
        f"data: {{env_vars: [{{name: A, value_from: {{sops: {{file: x, pass: {Q}}}}}}}]}}"
    ),
    "value and source": (f"data: {{env_vars: [{{name: A, value: {Q}, value_from: {{env: X}}}}]}}"),
    "a tag": f"data: {{env_vars: [{{name: A, value: !secret {Q}}}]}}",
    "open quote": f'data:\n  env_vars:\n  - {{name: A, value: "{V}}}\n',
    "two colons": f"data:\n  env_vars:\n  - name: A\n    value: {V}: {V}\n",
    "bad escape": f'data: {{env_vars: [{{name: A, value: "{V} \\q"}}]}}',
    "lines that are not indented": f"data:\n  files:\n  - path: a\n    content: |\n{PEM}",
    "no space after a colon": f'data:\n  env_vars:\n  - name: A\n    value:"{V}: {V}"\n',
    "no key before a value": f"data:\n  files:\n  - path: a\n      {V}\n      {V}\n",
    "no key between name and value": f"data:\n  env_vars:\n  - name: A\n      {V}\n",
    "control character": f"data: {{env_vars: [{{name: A, value: {V}\x01}}]}}",
    "unknown alias": f"data: {{env_vars: [{{name: A, value: *{V}}}]}}",
    "unknown tag": f"data: {{env_vars: [{{name: A, value: !{V}}}]}}",
    "unknown core tag": f"data: {{env_vars: [{{name: A, value: !!{V}}}]}}",
    "comma": f"data: {{env_vars: [{{name: A, value: {V},{V}}}]}}",
    "value in metadata": f"data: {{}}\nmetadata: {{name: {{inner: {Q}}}}}",
    "value at the top": f"data: {{}}\npassword: {Q}",
    "value in the rules": f"data: {{}}\nreconciler: {Q}",
    "value in a rule": f"data: {{}}\nreconciler: {{protect: {Q}}}",
    "value as the policy": f"data: {{}}\norg_config: {Q}",
}
NOTIFICATION = "apiVersion: v1alpha\nkind: Notification\nmetadata: {name: NAME}\n"
BAD_ENDPOINTS = {
    "text for rules": f"spec: {{rules: {V}}}",
    "text for a rule": f"spec: {{rules: [{V}]}}",
    "text for notify": f"spec: {{rules: [{{notify: {V}}}]}}",
    "text for slack": f"spec: {{rules: [{{notify: {{slack: {Q}}}}}]}}",
    "mapping for an endpoint": (
        f"spec: {{rules: [{{notify: {{slack: {{endpoint: {{a: {Q}}}}}}}}}]}}"
    ),
    "list for an endpoint": f"spec: {{rules: [{{notify: {{slack: {{endpoint: [{Q}]}}}}}}]}}",
    "unknown key of slack": f"spec: {{rules: [{{notify: {{slack: {{endpont: {Q}}}}}}}]}}",
    "endpoint and source": (
        f"spec: {{rules: [{{notify: {{webhook: {{endpoint: {Q}, endpoint_from: {{env: X}}}}}}}}]}}"
    ),
    "endpoint as a source": f"spec: {{rules: [{{notify: {{webhook: {{endpoint_from: {Q}}}}}}}]}}",
    "endpoint beside a mistake": (
        f"spec: {{rules: [{{notify: {{webhook: {{endpoint: {Q}, timeout: long}}}}}}]}}"
    ),
    "no space after endpoint": (
        f'spec:\n  rules:\n  - notify:\n      slack:\n        endpoint:"{V}: {V}"\n'
    ),
    "no key in slack": f"spec:\n  rules:\n  - notify:\n      slack:\n        {V}\n",
    "endpoint in metadata": f"metadata: {{name: {{endpoint: {Q}}}}}",
}


def test_endpoints_in_wrong_places(stage: Stage) -> None:
    """Of a notification, too, no mistake is told with what was written there."""
    world = stage.world
    world.values += [awkward("misplaced, with quotes"), V]
    for name, text in BAD_ENDPOINTS.items():
        head = NOTIFICATION.replace("NAME", name)
        head = head.rpartition("metadata")[0] if text.startswith("metadata") else head
        world.write(f"bad/{name}.yml", f"{head}{text}\n")
    ran = world.run("validate", "../bad", "-vv", **DEBUG)
    missing = [name for name in BAD_ENDPOINTS if f"{name}.yml" not in ran.out]
    assert (ran.code, missing) == (1, [])
    for command in ("validate", "plan", "graph"):
        assert world.run(command, "../bad", "--format", formats(command)[-1], **DEBUG).code == 1
    world.conclude()


def test_values_in_wrong_places(stage: Stage) -> None:
    """Every mistake is found in its file; what was written there is not repeated."""
    world = stage.world
    world.values += [awkward("misplaced, with quotes"), several("misplaced lines"), V]
    for name, text in BAD.items():
        head = "" if name == "nothing but a value" else HEAD.replace("NAME", name)
        head = head if not name.startswith("value in meta") else head.rpartition("metadata")[0]
        world.write(f"bad/{name}.yml", f"{head}{text}\n")
    ran = world.run("validate", "../bad", "-vv", **DEBUG)
    missing = [name for name in BAD if f"{name}.yml" not in ran.out]
    assert (ran.code, missing) == (1, [])
    for form in formats("validate"):
        assert world.run("validate", "../bad", "--format", form).code == 1
    for command in ("plan", "apply", "graph"):
        assert world.run(command, "../bad", **DEBUG).code == 1
    piped = (world.root / "bad/no base64.yml").read_text()
    assert world.run("plan", "-", "--org", "embedded:", stdin=piped).code == 1
    world.conclude()


def _edited_without_sops(world: World) -> bytes:
    """Return an encrypted file in which somebody wrote a value in clear."""
    organization.encrypt(world, "m2/.mishap.yaml", b"a: x\nb: y\n")
    encrypted = (world.root / "m2/.mishap.yaml").read_text()
    return re.sub("a: .*", f"a: {core('unusable')}", encrypted, count=1).encode()


def test_sources_without_a_usable_value(stage: Stage) -> None:
    """What was read and can't be used is not quoted: not text, too large, the wrong token."""
    world = stage.world
    world.values += [core("unusable"), awkward("unusable")]
    sources = {
        "latin": ("file: .latin", core("unusable").encode() + b"\xff"),
        "nul": ("file: .nul", core("unusable").encode() + b"\0"),
        "large": ("file: .large", core("unusable").encode() * 500_000),
        "outside": ("file: ../home/outside", b""),
        "clear.json": (
            "sops: {file: .clear.json, key: a}",
            json.dumps([awkward("unusable")]).encode(),
        ),
        "odd.yaml": ("sops: {file: .odd.yaml}", f"sops: {core('unusable')}\n".encode()),
        "broken.yaml": ("sops: {file: .broken.yaml}", f"a: &x [*{core('unusable')}".encode()),
        "mishap.yaml": ("sops: {file: .mishap.yaml, key: a}", _edited_without_sops(world)),
        "vault": ("vault: {path: kv/ci/db, key: nothing}", b""),
        "forbidden": ("vault: {path: elsewhere/db, key: nothing}", b""),
        "unset": ("env: NOT_SET", b""),
        "surrogate": ("env: CANARY_LATIN", b""),
    }
    text = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: bad}\ndata:\n  env_vars:\n"
    for name, (source, content) in sources.items():
        text += f"  - {{name: {name.partition('.')[0]}, value_from: {{{source}}}}}\n"
        world.write(f"m2/.{name}", content)  # hidden: these are no manifests
    world.write("m2/bad.yml", text)
    world.write("home/outside", core("unusable"))
    world.environ["CANARY_LATIN"] = core("unusable") + "\udcff"
    world.environ.pop("CANARY_ENV")
    wrong = core("wrong Vault token")
    world.values.append(wrong)
    for variables in ({}, {"VAULT_TOKEN": wrong}):
        ran = world.run("apply", "../m2", "--org", "embedded:", "-vv", **LOUD, **variables)
        assert ran.code == 1
        names = [name.partition(".")[0] for name in sources]
        silent = [name for name in names if f"data.env_vars.{name}: " not in ran.err]
        assert not silent, ran.err
    world.conclude()


def test_an_encrypted_file_that_names_a_server_of_its_own(stage: Stage) -> None:
    """As it may come with a pull request, which is planned before anybody has looked at it."""
    world = stage.world
    organization.encrypt(world, "m2/.f.yaml", b"k: x\n")
    encrypted = (world.root / "m2/.f.yaml").read_text()
    text = HEAD.replace("NAME", "s") + "data:\n  env_vars:\n"
    text += "  - {name: A, value_from: {sops: {file: .f.yaml, key: k}}}\n"
    world.write("m2/s.yml", text)
    world.write("home/.vault-token", VAULT_TOKEN)
    for name in ("SOPS_AGE_KEY", "CANARY_ENV"):
        world.environ.pop(name)
    stage.vault.asked.clear()
    with serving(Vault()) as theirs:
        keys = ELSEWHERE.format(theirs.address)
        world.write("m2/.f.yaml", encrypted.replace("    lastmodified", keys))
        for address in (stage.vault.address, ""):
            planning = ("plan", "--out", "plan.json", "../m2", "--org", "embedded:", "-vv")
            ran = world.run(*planning, **LOUD, VAULT_ADDR=address)
            assert ran.code == 1
            assert "sops got no token of Vault" in ran.err
            assert theirs.headers.get("X-Vault-Token") == ("withheld" if not address else None)
    world.conclude()


def test_a_server_that_repeats_everything(stage: Stage) -> None:
    """Its words are told without what we sent, in whatever form it sends them back."""
    world = stage.world
    world.environ["SEMAPHORE_API_TOKEN"] = API_TOKEN
    talk = Talk()
    with exposing(world, talk) as org:
        for number, (form, status) in enumerate(FORMS.items()):
            talk.form, talk.status = form, status
            verbose = ("--format", "json") if number % 2 else ("-vv",)
            ran = world.run("apply", M, "--org", org, "--auto-approve", *verbose, **DEBUG)
            assert ran.code in (1, 3), ran.err
    world.conclude()


def test_no_way_to_the_organization(stage: Stage) -> None:
    """Refused, unknown, untrusted, insecure, with a password in the address, a token elsewhere."""
    world = stage.world
    password = core("password in an address")
    world.values.append(password)
    contexts = (
        f"active-context: a\ncontexts:\n  a: {{host: a.invalid, auth: {{token: {API_TOKEN}}}}}\n"
    )
    world.write("home/.sem.yaml", contexts)
    tokened = {"SEMAPHORE_API_TOKEN": API_TOKEN}
    briefly = ("-vv", "--timeout", "1")
    for org in ("https://127.0.0.1:1", "http://127.0.0.1:1", "http://a.invalid", "b.invalid"):
        ran = world.run("plan", M, "--org", org, *briefly, **DEBUG, **tokened)
        assert ran.code == 1, ran.err
    assert world.run("plan", M, "--org", "b.invalid", *briefly).code == 1
    assert world.run("plan", M, *briefly, **LOUD).code == 1
    for address in (f"https://user:{password}@127.0.0.1:1", f"http://{password}@127.0.0.1:1/"):
        somewhere = {"SEMAPHORE_ORGANIZATION_URL": address}
        assert world.run("plan", M, *briefly, **somewhere, **tokened).code == 1
    with exposing(world) as org:
        tls = org.replace("http:", "https:")
        assert world.run("plan", M, "--org", tls, *briefly, **DEBUG, **tokened).code == 1
    world.conclude()


def test_settings_that_hold_a_token(stage: Stage) -> None:
    """A token where none belongs, or one that is no token, is refused and not repeated."""
    world = stage.world
    for number, text in enumerate(
        (
            f'token = "{API_TOKEN}"\n',
            f'organization = "https://x:{API_TOKEN}@127.0.0.1:1"\n',
            f'parallelism = "{API_TOKEN}"\n',
            f"color = {API_TOKEN}\n",
        )
    ):
        world.write(f"settings/{number}.toml", text)
        run = ("plan", M, "--config", f"../settings/{number}.toml", "-vv")
        assert world.run(*run, **DEBUG, SEMAPHORE_API_TOKEN="x").code == 1
    host = "host: h.invalid"
    for text in (
        f"contexts: {API_TOKEN}\n",
        f"contexts: {{a: {{{host}, auth: {API_TOKEN}}}}}\nactive-context: a\n",
        f"contexts: {{a: {{{host}, auth: {{token: [{API_TOKEN}]}}}}}}\nactive-context: a\n",
        f"contexts: {{a: {{auth: {{token: {API_TOKEN}: x\n",
    ):
        world.write("home/.sem.yaml", text)
        assert world.run("plan", M, "-vv", **DEBUG).code == 1
    world.write("home/.sem.yaml", "")
    for token in (f"{API_TOKEN} {API_TOKEN}", f"{API_TOKEN}\n{API_TOKEN}", f"{API_TOKEN}é"):
        org = ("--org", "https://127.0.0.1:1")
        assert world.run("plan", M, *org, "-vv", **DEBUG, SEMAPHORE_API_TOKEN=token).code == 1
    world.conclude()


def test_cut_off_and_broken(stage: Stage) -> None:
    """Ctrl-C while a secret is being written, a lost connection, and a bug with a value in hand."""
    world, org = stage.world, f"embedded:{stage.world.embedded}"
    hang = [{"action": "hang", "method": "POST", "path": "*/secrets", "times": None}]
    ledger = world.root / "work/.reconciler/ledger.db"
    ran = world.interrupt(
        *("apply", M, "--org", org, "-vv", "--auto-approve", "--timeout", "5"),
        when=ledger.exists,
        **DEBUG,
        RECONCILER_EMBEDDED_FAULTS=json.dumps(hang),
    )
    assert ran.code in (3, 130), ran.err
    lost = [
        {"action": action, "when": "after", "method": "POST", "times": None}
        for action in ("reset", "truncate")
    ]
    ran = world.run(
        *("apply", M, "--org", org, "--auto-approve", "--timeout", "10"),
        **DEBUG,
        RECONCILER_EMBEDDED_FAULTS=json.dumps(lost),
    )
    assert ran.code in (0, 1, 3), ran.err
    stage.turn("second")
    world.write("site/sitecustomize.py", BUG)
    path = f"{world.root / 'site'}:{world.environ['PYTHONPATH']}"
    change = ("apply", M, "--org", org, "-vv", "--auto-approve", "--allow-replace")
    ran = world.run(*change, **LOUD, PYTHONPATH=path)
    assert "this is a bug in reconciler" in ran.err
    world.conclude()


BUG = """\
from reconciler.model import Sealed

reveal = Sealed.reveal

def broken(self):
    text = reveal(self)
    if "cNr" in text:
        raise RuntimeError(text) from ValueError([text])
    return text

Sealed.reveal = broken
"""
