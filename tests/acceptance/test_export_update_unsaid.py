"""export --update: what is there and not the default is said afterwards, wherever it was not."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance.conftest import Program, seeded

PLAIN = """\
apiVersion: v1alpha
kind: Project
metadata: {name: shop}
spec: {repository: {url: "git@github.com:acme/shop.git", integration_type: github_app}}
---
apiVersion: v1.2
kind: Schedule
metadata: {name: nightly}
spec:
  project: shop
  recurring: true
  at: "0 3 * * *"
  reference: {type: BRANCH, name: main}
  pipeline_file: a.yml
---
apiVersion: v1alpha
kind: Dashboard
metadata: {name: main}
spec: {widgets: [{name: W, type: list_workflows}, {name: X, type: list_pipelines}]}
---
apiVersion: v1beta
kind: Secret
metadata: {name: s}
"""
PUBLIC = "visibility: public"
CHANGES = (
    ("{name: shop}", '{name: shop, description: "sells"}'),
    ("{repository:", f"{{{PUBLIC}, repository:"),
    ('.git", ', '.git", run_on: [tags], whitelist: {tags: [v1]}, '),
    ("a.yml\n", "a.yml\n  paused: true\n  parameters: [{name: P, required: false}]\n"),
    ("list_workflows", "list_workflows, filters: {branch: main}"),
    (
        "{name: s}\n",
        "{name: s}\ndata: {env_vars: [{name: A, value: x}]}\norg_config: {projects_access: NONE}\n",
    ),
)
MINE = """\
kind: Project
apiVersion: v1alpha
metadata:
    name: shop          # the only one
spec: {repository: { url: "git@github.com:acme/shop.git", integration_type: github_app }}  # ours
RULES"""
MINE_UPDATED = """\
kind: Project
apiVersion: v1alpha
metadata:
    name: shop          # the only one
    description: sells
spec: {visibility: public, repository: { url: "git@github.com:acme/shop.git", run_on: [tags], \
whitelist: {tags: [v1]}, integration_type: github_app }}  # ours
RULES"""
UPDATE = ("export", "--out", "m", "--update", "--auto-approve")


def _said(folder: str) -> dict[str, Any]:
    return {
        str(path.relative_to(folder)): yaml.safe_load(path.read_text())
        for path in Path(folder).rglob("*.yml")
    }


@pytest.fixture
def changed(local: Program, place: Path) -> Program:
    """A tree that was exported, of an organization in which all has left its defaults since."""
    seeded(local, place, PLAIN)
    assert local("export", "--out", "m").code == 0
    text = PLAIN
    for before, after in CHANGES:
        assert before in text
        text = text.replace(before, after)
    seeded(local, place, f"{text}reconciler: {{replace: allow}}\n")
    return local


def test_it_says_what_a_new_export_says(changed: Program) -> None:
    """Of every kind, in parts and in items; a plan is empty, and the next update has nothing."""
    assert changed(*UPDATE).code == 0
    assert changed("export", "--out", "fresh").code == 0

    assert _said("m") == _said("fresh")
    assert "public" in Path("m/projects/shop/project.yml").read_text()
    assert changed("plan", "--detailed-exitcode", "m").code == 0
    again = changed(*UPDATE, "--format", "json")
    assert (again.code, json.loads(again.out)["updated"]["files"]) == (0, [])


@pytest.mark.parametrize(
    ("rules", "unsaid"), [("", ""), ("reconciler: {ignore: [spec.visibility]}\n", f"{PUBLIC}, ")]
)
def test_it_stands_beside_what_is_there(changed: Program, rules: str, unsaid: str) -> None:
    """In its style, and all else is as it was; what is left to others is not said."""
    file = Path("m/projects/shop/project.yml")
    file.write_text(MINE.replace("RULES", rules))
    ran = changed(*UPDATE, "--format", "json")
    assert ran.code == 0, ran

    assert file.read_text() == MINE_UPDATED.replace("RULES", rules).replace(unsaid, "", 1)
    objects = {o["address"]: o["fields"] for o in json.loads(ran.out)["updated"]["objects"]}
    assert ("spec.visibility" in objects["Project/shop"]) is not bool(unsaid)


def test_what_can_not_be_inserted_is_said(changed: Program) -> None:
    """An anchor that others share is meant for all of them: exit code 3, and the place."""
    file = Path("m/organization/dashboards/main.yml")
    widgets = (
        "[{name: W, type: list_workflows, filters: &f {}}, "
        "{name: X, type: list_pipelines, filters: *f}]"
    )
    file.write_text(
        "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: main}\n"
        f"spec: {{widgets: {widgets}}}\n"
    )
    before = file.read_bytes()
    ran = changed("export", "Dashboard/*", "--out", "m", "--update", "--auto-approve")
    assert (ran.code, "others share" in ran.out, file.read_bytes()) == (3, True, before), ran
