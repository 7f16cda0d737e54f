"""What the ledger has of secret values tells who reads it nothing, and us whether they are same."""

import hmac
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.ledger import opened
from reconciler.model import Record
from reconciler.model.plan import CHANGED_HERE
from tests.acceptance.conftest import Program, applied, document

LEDGER = Path(".reconciler/ledger.db")
ORGANIZATION = "embedded:"
SECRET = """apiVersion: v1beta
kind: Secret
metadata: {name: NAME}
data:
  env_vars: [{name: A, value_from: {env: A}}, {name: B, value_from: {env: B}}]
  files: [{path: f, content_from: {env: A}}]
reconciler: {replace: allow}
---
"""
PROJECT = """apiVersion: v1alpha
kind: Project
metadata: {name: NAME}
spec: {repository: {url: "git@github.com:acme/api.git", integration_type: github_app}}
---
apiVersion: v1
kind: ProjectSecret
metadata: {name: own, project_id_or_name: NAME}
data: {env_vars: [{name: A, value_from: {env: A}}]}
reconciler: {replace: allow}
---
"""


@pytest.fixture(autouse=True)
def values(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def let(**named: str) -> None:
        for name, value in named.items():
            monkeypatch.setenv(name, f"nightjar-{value}")

    let(A="4711", B="4711")
    return let


@pytest.fixture(params=["", "hummingbird" * 4], ids=["in the file", "set"])
def key(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is kept in the file, or it is one that is set."""
    monkeypatch.setenv("RECONCILER_LEDGER_KEY", request.param)


def told() -> list[str]:
    """All hashes in the file, of all that ever was, each time it was written down."""
    with closing(sqlite3.connect(LEDGER)) as db:
        bodies = [json.loads(body) for (body,) in db.execute("SELECT body FROM events")]

    def within(body: Any) -> list[str]:
        if not isinstance(body, dict):
            return []
        here = [h for n in ("secrets", "assumed", "begun") for h in body.get(n, {}).values()]
        return here + [h for inner in body.values() for h in within(inner)]

    return [hashed for body in bodies for hashed in within(body)]


@pytest.mark.usefixtures("key")
def test_equal_values_are_not_seen_to_be(
    local: Program, place: Path, values: Callable[..., None]
) -> None:
    """Not in one secret, not in two, and not when a value comes back after another."""
    manifest = SECRET.replace("NAME", "one") + SECRET.replace("NAME", "two")
    (place / "m.yml").write_text(manifest + PROJECT.replace("NAME", "api"))
    for value in ("4711", "4712", "4711"):
        values(A=value)
        applied(local, "m.yml")
    found = told()
    assert len(found) == 3 * 2 * 7  # runs, intent and result, values
    assert len({part for hashed in found for part in hashed.split(":")[2:]}) == len(found)


def in_older_form(told: Record, values: dict[str, str], key: bytes, name: str) -> Record:
    """The record as a version had it that made hashes without salt."""

    def older(hashes: Any) -> dict[str, str]:
        made = {p: hmac.new(key, values[p].encode(), "sha256").hexdigest() for p in hashes}
        return {path: f"{name}:{one}" if name else one for path, one in made.items()}

    return replace(told, secrets=older(told.secrets), assumed=older(told.assumed))


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("adopted", [False, True])
def test_a_ledger_of_before_goes_on(
    local: Program, place: Path, values: Callable[..., None], *, adopted: bool
) -> None:
    """It knows what is same and what changed; and is written down in today's form, once."""
    values(B="4712")
    (place / "m.yml").write_text(SECRET.replace("NAME", "one"))
    if adopted:
        assert local("apply", "--auto-approve", "--ledger", "none", "m.yml").code == 0
    assert local("apply", "--auto-approve", "m.yml").code == 0
    clear = {"data.env_vars.A.value": "nightjar-4711", "data.env_vars.B.value": "nightjar-4712"}
    clear["data.files.f.content"] = "bmlnaHRqYXItNDcxMQ=="
    with opened(LEDGER, ORGANIZATION, create=True) as book:
        memory = book.memory()
        (record,) = memory.records.values()
        old = in_older_form(record, clear, memory.hashes.key, memory.hashes.name)
        with book.run({"command": "apply"}, "ada") as run:
            run.remember((old,))
    before = told()
    told_as = "assumed" if adopted else "unchanged"
    same = document(local, "plan", "--prune", "m.yml")
    assert (len(same[told_as]), same["changes"], same["unknown"]) == (3 if adopted else 1, [], [])
    values(A="5000")
    changed = document(local, "plan", "m.yml")
    (change,) = changed["changes"]
    causes = {field["path"]: field["cause"] for field in change["fields"]}
    assert causes == dict.fromkeys(("data.env_vars.A.value", "data.files.f.content"), CHANGED_HERE)
    values(A="4711")
    assert local("apply", "--auto-approve", "m.yml").code == 0
    assert [hashed.count(":") for hashed in told()[len(before) :]] == [2, 2, 2]
    size = len(told())
    assert document(local, "plan", "m.yml")[told_as] == same[told_as]
    assert local("apply", "--auto-approve", "m.yml").code == 0
    assert len(told()) == size


@pytest.mark.usefixtures("key")
def test_what_was_renamed_is_known(
    local: Program, place: Path, values: Callable[..., None]
) -> None:
    """By the salt that was made under its old name; nothing is written down anew for it."""
    (place / "m.yml").write_text(PROJECT.replace("NAME", "api"))
    applied(local, "m.yml")
    before = told()
    renamed = PROJECT.replace("NAME", "web").replace(
        "\n---\napiVersion: v1\n", "\nreconciler: {renamed_from: api}\n---\napiVersion: v1\n"
    )
    (place / "m.yml").write_text(renamed)
    applied(local, "m.yml")
    applied(local, "m.yml")
    assert told() == before
    values(A="5000")
    changed = document(local, "plan", "m.yml")
    (change,) = changed["changes"]
    assert [f["cause"] for f in change["fields"]] == [CHANGED_HERE]
    applied(local, "m.yml")
