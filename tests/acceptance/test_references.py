"""Text, JSON and exit code about names that somebody put where ids belong."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.acceptance.conftest import Program, applied
from tests.acceptance.manifests import DASHBOARD, PROJECT, SCHEDULE

TEXT = "api (text, not an id)"
HIDDEN = """\
apiVersion: v1beta
kind: Secret
metadata: {name: s}
data: {env_vars: [{name: A, value: nightjar-1}]}
"""
ALLOWED = "org_config: {projects_access: ALLOWED, project_ids: [api]}\n"
TARGET = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: prod, project_id_or_name: api}
spec: {subject_rules: [{type: ROLE, subject_id: Admin}]}
"""


def outside(place: Path, statement: str, *values: str) -> None:
    """Change the local Semaphore's database."""
    with closing(sqlite3.connect(place / ".reconciler/embedded.db")) as db, db:
        db.execute(statement, values)


def id_of_the_project(place: Path) -> str:
    with closing(sqlite3.connect(place / ".reconciler/embedded.db")) as db:
        return str(db.execute("SELECT id FROM projects").fetchone()[0])


def test_drift(local: Program, place: Path) -> None:
    """A filter that somebody made a name is shown as what it is, and undone by an apply."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{DASHBOARD}")
    applied(local, "m.yml")
    id_ = id_of_the_project(place)
    outside(place, "UPDATE dashboards SET content = replace(content, ?, 'api')", id_)
    ran = local("drift", "m.yml")
    assert ran.code == 2
    assert f'spec.widgets.W.filters.project_id  api → "{TEXT}"\n' in ran.out
    found = json.loads(local("drift", "--format", "json", "m.yml").out)
    assert f'"{TEXT}"' in json.dumps(found)
    assert "changed outside" in json.dumps(found)
    applied(local, "m.yml")
    assert local("drift", "m.yml").code == 0


def test_a_rule_that_no_update_leaves_as_it_is(local: Program, place: Path) -> None:
    """Refused with the same words and code in every form, until it is said what is meant."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{TARGET}")
    applied(local, "m.yml")
    rules = json.dumps([{"type": "ROLE", "subject_id": "Admin"}])
    outside(place, "UPDATE targets SET subject_rules = ?", rules)
    other = TARGET.replace("api}", "api, url: 'https://example.com'}").replace("spec:", "#")
    (place / "m.yml").write_text(f"{PROJECT}---\n{other}")
    ran = local("plan", "--detailed-exitcode", "m.yml")
    assert ran.code == 4
    assert "spec.subject_rules.0.subject_id is Admin (text, not an id)" in ran.out
    found = json.loads(local("plan", "--format", "json", "m.yml").out)
    assert "declare spec.subject_rules as it is to be" in json.dumps(found)
    assert local("apply", "--auto-approve", "m.yml").code == 4


def test_a_replacement_that_was_cut_short(
    local: Program, place: Path, broken: Callable[..., None]
) -> None:
    """What the next run gives back to a secret is what it had: the text, and no id."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{HIDDEN}{ALLOWED}")
    applied(local, "m.yml")
    outside(
        place,
        "UPDATE secrets SET project_ids = replace(project_ids, ?, 'api')",
        id_of_the_project(place),
    )
    (place / "m.yml").write_text(f"{PROJECT}---\n{HIDDEN.replace('1}', '2}')}")
    apply = ("apply", "--auto-approve", "--allow-replace", "m.yml")
    broken(action="answer", status=422, method="POST", path="*/secrets")
    assert local(*apply).code == 3
    broken()
    assert local(*apply).code == 0
    with closing(sqlite3.connect(place / ".reconciler/embedded.db")) as db:
        assert '["api"]' in str(db.execute("SELECT project_ids FROM secrets").fetchone()[0])


def test_an_id_and_the_login_of_somebody_else(local: Program, place: Path) -> None:
    """Semaphore goes by the id; that the login is of another is never as declared."""
    rule = "{type: ROLE, subject_id: Admin}"
    by_login = TARGET.replace(rule, "{type: USER, git_login: embedded-user}")
    (place / "m.yml").write_text(f"{PROJECT}---\n{by_login}")
    applied(local, "m.yml")
    with closing(sqlite3.connect(place / ".reconciler/embedded.db")) as db:
        (rules,) = db.execute("SELECT subject_rules FROM targets").fetchone()
    (there,) = json.loads(rules)
    for login, code in (("embedded-user", 0), ("maja-k", 2)):
        both = f"{{type: USER, subject_id: {there['subject_id']}, git_login: {login}}}"
        (place / "m.yml").write_text(f"{PROJECT}---\n{TARGET.replace(rule, both)}")
        assert local("plan", "--detailed-exitcode", "m.yml").code == code
        assert local("drift", "m.yml").code == code
    ran = local("apply", "--auto-approve", "m.yml")
    assert (ran.code, "reads back differently: spec.subject_rules" in ran.out) == (3, True), ran


def test_what_was_cleaned_up_outside_is_absorbed(local: Program, place: Path) -> None:
    """Drift tells of it and of all else, and apply refuses that one until it is written down."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{DASHBOARD}---\n{SCHEDULE}")
    applied(local, "m.yml")
    id_ = id_of_the_project(place)
    outside(place, "UPDATE dashboards SET content = replace(content, ?, 'api')", id_)
    assert local("drift", "--absorb", "--auto-approve", "m.yml").code == 0
    assert TEXT in (place / "m.yml").read_text()
    applied(local, "m.yml")
    outside(place, "UPDATE dashboards SET content = replace(content, '\"api\"', ?)", f'"{id_}"')
    outside(place, "UPDATE schedules SET at = '5 5 * * *'")
    assert local("plan", "m.yml").code == 4
    ran = local("drift", "m.yml")
    assert ran.code == 2
    assert f"m.yml:10:60: Dashboard/main: it names {TEXT!r}, which leads to no Project" in ran.out
    assert "5 5 * * *" in ran.out
    assert "did you mean" not in ran.out + ran.err
    assert local("drift", "--absorb", "--auto-approve", "m.yml").code == 0
    assert TEXT not in (place / "m.yml").read_text()
    assert local("plan", "--detailed-exitcode", "m.yml").code == 0
