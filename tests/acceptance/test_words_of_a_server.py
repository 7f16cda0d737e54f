"""A server repeats in its refusal a value that was never sent to it in this run."""

import gzip
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program
from tests.acceptance.hosted import home, listed_at, run
from tests.acceptance.jobs import LEDGER, Project, stored
from tests.acceptance.renaming import PROJECT
from tests.embedded.servers import Server, served

VALUE = "quagga-5e0c-" + "zQxWvUtSrQpO"
ADDRESS = f"https://hooks.example.com/{VALUE}"
HOME = PROJECT.replace("NAME", "home")
TEXTS = {
    "Notification": """apiVersion: v1alpha
kind: Notification
metadata: {name: n}
spec: {rules: [{name: r, filter: {projects: [home]}, notify: {slack: {endpoint: "VALUE"}}}]}
""",
    "Secret": """apiVersion: v1beta
kind: Secret
metadata: {name: s}
data: {env_vars: [{name: A, value: VALUE}]}
""",
    "ProjectSecret": """apiVersion: v1
kind: ProjectSecret
metadata: {name: s, project_id_or_name: home}
data: {env_vars: [{name: A, value: VALUE}]}
""",
}


@pytest.mark.parametrize(
    ("kind", "how"),
    [(kind, "destroyed") for kind in TEXTS]
    + [("Notification", how) for how in ("absent", "pruned", "unlisted")],
)
def test_a_value_that_was_only_read(
    reconciler: Program,
    acme: Server,
    place: Path,
    kind: str,
    how: str,
) -> None:
    """On Semaphore, or in a manifest: it is masked like one that was sent, in the ledger, too."""
    declared = f"{HOME}---\n{TEXTS[kind].replace('VALUE', ADDRESS)}"
    (place / "m.yml").write_text(declared)
    assert run(reconciler, acme, "apply", "--auto-approve").code == 0
    assert home(acme).status_code == HTTPStatus.OK
    body = f'{{"message": "in use: {ADDRESS}"}}'
    refused = {"action": "answer", "status": 422, "body": body, "times": None}
    acme.fault("/acme", path=f"{listed_at(acme, kind)}/*", method="DELETE", **refused)
    if how == "absent":
        (place / "m.yml").write_text(f"{declared}reconciler: {{absent: true}}\n")
    if how == "unlisted":  # so that it is read alone
        empty = {"action": "answer", "status": 200, "body": '{"notifications": []}', "times": None}
        acme.fault("/acme", path=listed_at(acme, kind), method="GET", **empty)
    if how in ("pruned", "unlisted"):
        (place / "m.yml").write_text(HOME)
    command = ("destroy",) if how == "destroyed" else ("apply", "--prune")
    ran = run(reconciler, acme, *command, "--auto-approve")
    assert (ran.code, "422 in use: " in ran.out + ran.err) == (3, True), ran
    for told in (ran, run(reconciler, acme, "ledger", "show")):
        assert VALUE not in told.out + told.err
    assert all(VALUE.encode() not in file.read_bytes() for file in place.rglob("ledger*"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("served"), "--db", ":memory:") as found:
        yield found


def test_a_push_is_refused(project: Project) -> None:
    """A ledger among artifacts is pushed by a connection of its own: all of a run know the same."""
    name = f"s-{project.name}"
    text = TEXTS["Secret"].replace("name: s}", f"name: {name}}}").replace("value: VALUE", "{}")
    text = text.replace("{}", "value_from: {env: T}") + "reconciler: {replace: allow}\n"
    assert project.job(text).apply(T="one").code == 0
    job = project.job(text)
    token = job.variables["SEMAPHORE_ARTIFACT_TOKEN"]
    said: dict[str, Any] = {"action": "answer", "status": 403, "body": f"log: {VALUE} {token[:40]}"}
    project.server.fault(method="POST", path="/api/v1/artifacts", nth=2, **said)
    ran = job.apply(T=VALUE)
    assert (ran.code, "403 log: " in ran.out + ran.err) == (3, True), ran
    said["body"] = f"log: {token[:40]}"  # which this run will have sent, and no value yet
    project.server.fault(method="GET", path="*/secrets", **said)
    ran2 = job.run("plan", *LEDGER, "m.yml", T=VALUE)
    assert ran2.code == 1
    for each in (ran, ran2, job.run("ledger", "show", *LEDGER)):
        assert VALUE not in each.out + each.err
        assert token[:40] not in each.out + each.err
    assert VALUE.encode() not in gzip.decompress(stored(job))
