"""A secret value that ``ignore`` leaves to others, in what is new or has to be made anew."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document
from tests.acceptance.manifests import NOTIFICATION, PROJECT, PROJECT_SECRET, SECRET, TARGET

NEW = {
    "DeploymentTarget": (TARGET, "spec.env_vars.KEY"),
    "Notification": (
        NOTIFICATION.replace("[api]", "[]"),
        "spec.rules.failures.notify.slack.endpoint",
    ),
    "ProjectSecret": (PROJECT_SECRET, "data.env_vars.PASSWORD"),
    "Secret": (SECRET, "data.env_vars.PASSWORD"),
}


def left(kind: str) -> str:
    text, path = NEW[kind]
    return f"{text}reconciler: {{ignore: [{path}]}}\n"


@pytest.mark.parametrize("kind", sorted(NEW))
def test_what_is_new_is_written_and_said(local: Program, place: Path, kind: str) -> None:
    """Nobody else has put a value there: the manifest's is written, and the plan says so."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{left(kind)}")
    looked = document(local, "plan", "m.yml")
    (change,) = (each for each in looked["changes"] if each["kind"] == kind)
    assert change["writes_secret"]
    assert [path.startswith(NEW[kind][1]) for path in change["secrets_written"]] == [True]
    assert looked["fingerprint"] == ""  # under no key, whoever reads it could guess the value
    assert "✎" in local("plan", "m.yml").out
    applied(local, "m.yml")


@pytest.mark.parametrize("kind", ["DeploymentTarget", "ProjectSecret"])
def test_what_goes_with_its_project_is_refused(local: Program, place: Path, kind: str) -> None:
    """What others put there can't be read, and the manifest's value is not what was there."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{left(kind)}")
    applied(local, "m.yml")
    anew = PROJECT.replace("{url", "{integration_type: github_app, url")
    (place / "m.yml").write_text(f"{anew}reconciler: {{replace: allow}}\n---\n{left(kind)}")
    looked = document(local, "plan", "m.yml")
    (refusal,) = looked["refusals"]
    assert refusal["address"].startswith(kind)
    assert f"what `ignore` leaves to others: {NEW[kind][1]}" in refusal["text"]
    assert "take that out there first" in refusal["text"]
    (place / "m.yml").write_text(f"{anew}reconciler: {{replace: allow}}\n---\n{NEW[kind][0]}")
    applied(local, "m.yml")
