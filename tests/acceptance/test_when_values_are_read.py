"""A source is read as late as can be: here it has no value, so whatever reads it fails."""

import json
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, seeded
from tests.acceptance.manifests import PROJECT

MANIFESTS = f"""\
{PROJECT}---
apiVersion: v1beta
kind: Secret
metadata: {{name: db}}
data: {{env_vars: [{{name: A, value_from: {{env: GIVEN}}}}]}}
"""
SECRET_OF_TWO = """\
apiVersion: v1beta
kind: Secret
metadata: {name: other}
data:
  env_vars: [{name: A, value_from: {env: GIVEN}}, {name: B, value_from: {env: GIVEN}}]
"""
TARGET = """\
---
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: t, project_id_or_name: api}
spec: {env_vars: [{name: A, value_from: {env: GIVEN}}]}
"""
EVERYWHERE = (
    "m.yml:10:29: error: data.env_vars.A: env GIVEN is not set; "
    "the same for spec.env_vars.A (m.yml:15:29)\n\n1 error in 1 file.\n"
)


def test_before_anything_is_there(local: Program, place: Path) -> None:
    """Nothing to compare with: what would be written is needed by apply, and by any plan."""
    (place / "m.yml").write_text(MANIFESTS + TARGET)
    for command in ("validate", "graph", "drift", "destroy"):
        ran = local(command, *(["--auto-approve"] if command == "destroy" else []), "m.yml")
        assert ran.code == (2 if command == "drift" else 0), ran
    for needing in (("plan",), ("plan", "--out", "plan.json"), ("apply", "--auto-approve")):
        ran = local(*needing, "m.yml")
        assert (ran.code, ran.err.removesuffix("Nothing was changed.\n")) == (1, EVERYWHERE)
    ran = local("apply", "--auto-approve", "--target", "Project/*", "m.yml")
    assert ran.code == 0


def test_what_a_comparison_needs(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A digest of the server, or a hash of the ledger, is worth reading the value for."""
    (place / "m.yml").write_text(MANIFESTS + TARGET)
    monkeypatch.setenv("GIVEN", "nightjar-1")
    applied(local, "m.yml")
    monkeypatch.delenv("GIVEN")
    for command in ("plan", "drift"):
        ran = local(command, "m.yml")
        assert (ran.code, ran.err) == (1, EVERYWHERE)
        ran = local(command, "--no-values", "m.yml")
        assert ran.code == 0
        assert "Secret/db: not known: data.env_vars.A.value\n" in ran.out
        assert "DeploymentTarget/api/t: not known: spec.env_vars.A.value\n" in ran.out
        assert local(command, "--target", "Project/*", "m.yml").code == 0
    (place / "m.yml").write_text(MANIFESTS)
    ran = local("plan", "--ledger", "none", "m.yml")  # the server hides it, and nobody remembers
    assert ran.code == 0
    assert "Secret/db: not known" in ran.out
    assert local("destroy", "--auto-approve", "m.yml").code == 0


def test_all_that_is_missing_is_told_at_once(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is compared, what is written, and what would be assumed of what becomes ours."""
    (place / "m.yml").write_text(MANIFESTS + TARGET)
    monkeypatch.setenv("GIVEN", "nightjar-1")
    seeded(local, place, MANIFESTS + TARGET)
    more = MANIFESTS.replace("GIVEN", "ASSUMED") + TARGET.replace("GIVEN", "COMPARED")
    (place / "m.yml").write_text(f"{more}---\n{SECRET_OF_TWO.replace('GIVEN', 'NEW')}")
    for command in ("plan", "apply", "adopt"):
        ran = local(command, *(["--auto-approve"] if command != "plan" else []), "m.yml")
        named = [name for name in ("ASSUMED", "COMPARED", "NEW") if f"env {name} is not" in ran.err]
        assert (ran.code, len(named)) == (1, 3), ran


def test_a_saved_plan_does_not_tell_which_values_are_equal(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither inside a secret nor of two."""
    monkeypatch.setenv("GIVEN", "nightjar-1")
    (place / "m.yml").write_text(f"{MANIFESTS}---\n{SECRET_OF_TWO}")
    assert local("plan", "--out", "plan.json", "m.yml").code == 0
    steps = json.loads((place / "plan.json").read_text())["steps"]
    hashes = [hashed for step in steps for hashed in step["values"].values()]
    assert len(set(hashes)) == len(hashes) == 3


def test_what_nobody_sees_in_a_value(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command that reads the value says so, in every form, and goes on."""
    (place / "m.yml").write_text(MANIFESTS)
    monkeypatch.setenv("GIVEN", "nightjar-1\n")
    said = "data.env_vars.A: env GIVEN ends in a newline, as part of the value; `trim: true` drops"
    for command in (("apply", "--auto-approve"), ("plan",), ("drift",)):
        ran = local(*command, "m.yml")
        assert ran.code == 0, ran
        assert f"m.yml:10:29: warning: {said}" in ran.out
    told = json.loads(local("plan", "--format", "json", "m.yml").out)
    assert [note["text"].startswith(said) for note in told["notes"]] == [True]
    assert "nightjar" not in json.dumps(told)
    (place / "m.yml").write_text(MANIFESTS.replace("GIVEN}", "GIVEN, trim: true}"))
    ran = local("plan", "--allow-replace", "m.yml")
    assert (ran.code, "warning" in ran.out) == (0, False)


def test_what_nobody_sees_in_a_value_that_stands_there(local: Program, place: Path) -> None:
    """One line with an end of line that YAML's commonest form of it adds; several lines end so."""
    given = {
        "|\n      nightjar-1\n": "ends in a newline, as part of it; in YAML, `|-` leaves out",
        '"nightjar-1\\r\\n"\n': "ends in a newline, as part of it",
        '"\\ufeffnightjar-1"\n': "begins with a byte order mark",
        "|-\n      nightjar-1\n": "",
        "|\n      nightjar-1\n      nightjar-2\n": "",
    }
    head = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: s}\ndata:\n  env_vars:\n"
    for text, words in given.items():
        (place / "m.yml").write_text(f"{head}  - name: A\n    value: {text}")
        for command in ("validate", "plan"):
            ran = local(command, "m.yml")
            said = f"m.yml:7:5: warning: data.env_vars.A: the value {words}"
            assert (ran.code, (said in ran.out + ran.err) == bool(words)) == (0, True), ran
            assert ("warning" in ran.out + ran.err) == bool(words)
