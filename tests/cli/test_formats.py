"""JSON for programs says which format it has, whatever command printed it."""

import json
from pathlib import Path

import pytest

from reconciler.cli.program import run
from reconciler.render.machine import FORMAT_VERSION, PLANS

MANIFEST = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: a}\ndata: {}\n"
CALLS = {
    "validate m.yml": FORMAT_VERSION,
    "plan m.yml": PLANS,
    "apply --auto-approve m.yml": PLANS,
    "drift m.yml": PLANS,
    "ledger show": FORMAT_VERSION,
    "list": FORMAT_VERSION,
    "destroy --auto-approve m.yml": PLANS,
}
"""In this order, one after another in one organization."""


def test_every_document_has_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it promises is in docs/compatibility.md."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yml").write_text(MANIFEST)
    found = {}
    for call in CALLS:
        assert run(["--org", "embedded:", *call.split(), "--format", "json"]) == 0, call
        found[call] = json.loads(capsys.readouterr().out)["format_version"]

    assert found == CALLS
