"""A server repeats in its refusal a value that was never sent to it in this run."""

from http import HTTPStatus
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program
from tests.acceptance.hosted import home, listed_at, run
from tests.acceptance.renaming import PROJECT
from tests.embedded.servers import Server

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
    + [("Notification", how) for how in ("absent", "pruned")],
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
    if how == "pruned":
        (place / "m.yml").write_text(HOME)
    command = ("destroy",) if how == "destroyed" else ("apply", "--prune")
    ran = run(reconciler, acme, *command, "--auto-approve")
    assert (ran.code, "422 in use: " in ran.out + ran.err) == (3, True), ran
    for told in (ran, run(reconciler, acme, "ledger", "show")):
        assert VALUE not in told.out + told.err
    assert all(VALUE.encode() not in file.read_bytes() for file in place.rglob("ledger*"))
