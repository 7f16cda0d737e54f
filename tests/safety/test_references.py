"""A name where an id belongs leads nowhere: it is no name, and stays what it is."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.model import Plan
from tests.safety.conftest import House
from tests.safety.samples import project

_V1 = "/api/v1alpha"
_GONE = "9246a1a3-93b5-4f9c-b4d5-6b1f7a3c2d10"
_TEXT = "api (text, not an id)"
_LOST = f"{_GONE} (an id of nothing that can be seen)"

TARGET = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {{name: prod, project_id_or_name: api{more}}}
spec: {{{spec}}}
"""
DASHBOARD = """\
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: d, title: {title}}}
{spec}
"""
SECRET = """\
apiVersion: v1beta
kind: Secret
metadata: {{name: s}}
data: {{env_vars: [{{name: A, value: {value}}}]}}
{more}
"""
WIDGETS = "spec: {widgets: [{name: w, type: list_pipelines, filters: {project_id: api}}]}"
ALLOWED = "org_config: {projects_access: ALLOWED, project_ids: [api]}"


def of_project(house: House) -> str:
    return str(house.call("GET", f"{_V1}/projects/api")["metadata"]["id"])


def role(house: House, name: str) -> str:
    found = house.embedded.world.db.execute(
        "SELECT id FROM roles WHERE scope = 'project' AND name = ?", (name,)
    )
    return str(found.fetchone()[0])


def rules_of(house: House) -> Any:
    row = house.embedded.world.db.execute("SELECT subject_rules FROM targets").fetchone()
    return json.loads(row[0])


def changed(plan: Plan) -> list[tuple[str, Any, Any]]:
    """Return the fields that change, with what they are before and after."""
    return [(f.path, f.before, f.after) for change in plan.changes for f in change.fields]


def dashboard(house: House, *texts: str) -> None:
    filters = [{"project_id": text, "branch": "main"} for text in texts]
    widgets = [{"name": "w", "type": "list_pipelines", "filters": each} for each in filters]
    body = {"metadata": {"name": "d", "title": "D"}, "spec": {"widgets": widgets}}
    house.call("POST", f"{_V1}/dashboards", json=body)


def filters_of(house: House) -> list[str]:
    (found,) = house.call("GET", f"{_V1}/dashboards")["dashboards"]
    return [widget["filters"]["project_id"] for widget in found["spec"]["widgets"]]


def secret(house: House, *texts: str) -> None:
    data = {"env_vars": [{"name": "A", "value": "1"}]}
    policy = {"projects_access": "ALLOWED", "project_ids": list(texts)}
    body = {"metadata": {"name": "s"}, "data": data, "org_config": policy}
    house.call("POST", "/api/v1beta/secrets", json=body)


def projects_of(house: House) -> list[str]:
    (found,) = house.call("GET", "/api/v1beta/secrets")["secrets"]
    ids: list[str] = found["org_config"]["project_ids"]
    return ids


def target(house: House, *texts: str, **more: Any) -> None:
    """Create a target, its rules as they were written before roles were looked up (C 1.5)."""
    body = {"name": "prod", "project_id": of_project(house), "unique_token": _GONE} | more
    house.call("POST", f"{_V1}/deployment_targets", json=body)
    rules = [{"type": "ROLE", "subject_id": text} for text in texts]
    house.embedded.world.db.execute("UPDATE targets SET subject_rules = ?", (json.dumps(rules),))


@pytest.fixture
def shown(make_house: Callable[..., House]) -> House:
    """An organization that shows secret values, with a project `api`."""
    house = make_house(secrets_exposed_content=True)
    house.write("api.yml", project("api"))
    house.apply()
    return house


@pytest.mark.parametrize(("text", "form"), [("api", _TEXT), (_GONE, _LOST)])
def test_a_filter_by_text_is_no_filter_by_a_project(shown: House, text: str, form: str) -> None:
    """The plan shows what it holds, apply writes the id, and then it is as declared."""
    dashboard(shown, text)
    shown.write("d.yml", DASHBOARD.format(title="D", spec=WIDGETS))
    path = "spec.widgets.w.filters.project_id"
    assert (path, form, "api") in changed(shown.plan())
    shown.apply()
    assert filters_of(shown) == [of_project(shown)]
    assert shown.plan().changes == ()


def test_a_secret_for_text_is_for_nobody(shown: House) -> None:
    """The text and the id of the project of that name are two."""
    secret(shown, "api", of_project(shown))
    shown.write("s.yml", SECRET.format(value=1, more=ALLOWED))
    assert changed(shown.plan()) == [("org_config.project_ids", ["api", _TEXT], ["api"])]
    shown.apply()
    assert projects_of(shown) == [of_project(shown)]
    assert shown.plan().changes == ()


def test_a_rule_for_text_grants_nothing(shown: House) -> None:
    """As it was written before roles were looked up; in any case."""
    target(shown, "ADMIN", "Reader")
    rules = "subject_rules: [{type: ROLE, subject_id: Admin}]"
    shown.write("t.yml", TARGET.format(more="", spec=rules))
    assert changed(shown.plan()) == [
        ("spec.subject_rules.0.subject_id", "ADMIN (text, not an id)", "Admin"),
        (
            "spec.subject_rules.1",
            {"type": "ROLE", "subject_id": "Reader (text, not an id)"},
            None,
        ),
    ]
    shown.apply()
    assert rules_of(shown) == [{"type": "ROLE", "subject_id": role(shown, "Admin")}]
    assert shown.plan().changes == ()


def test_what_nobody_mentions_stays(shown: House) -> None:
    """A change of something else sends text, lost ids and ids as they are."""
    there = [of_project(shown), "api", _GONE, "api (text, not an id)"]
    dashboard(shown, *there)
    secret(shown, *there)
    shown.write("d.yml", DASHBOARD.format(title="Other", spec=""))
    shown.write("s.yml", SECRET.format(value=2, more=""))
    assert [path for path, _, _ in changed(shown.plan())] == [
        "metadata.title",
        "data.env_vars.A.value",
    ]
    shown.apply()
    assert filters_of(shown) == there
    assert projects_of(shown) == there
    assert shown.plan().changes == ()


def test_what_an_item_does_not_mention_stays(shown: House) -> None:
    """A widget whose branch is declared keeps the text that it filters by."""
    dashboard(shown, "api")
    widget = "{name: w, type: list_pipelines, filters: {branch: other}}"
    shown.write("d.yml", DASHBOARD.format(title="D", spec=f"spec: {{widgets: [{widget}]}}"))
    assert [path for path, _, _ in changed(shown.plan())] == ["spec.widgets.w.filters.branch"]
    shown.apply()
    assert filters_of(shown) == ["api"]
    assert shown.plan().changes == ()


@pytest.mark.parametrize("text", ["Admin", _GONE, "Nobody"])
def test_a_rule_that_would_not_stay_is_asked_for(shown: House, text: str) -> None:
    """Semaphore looks all rules up in any update, so a rule that grants nothing would grant."""
    target(shown, text)
    shown.write("t.yml", TARGET.format(more=", description: new", spec=""))
    (refusal,) = shown.plan().refusals
    assert "spec.subject_rules.0.subject_id is " + text in refusal.text
    assert "declare spec.subject_rules as it is to be" in refusal.text
    assert rules_of(shown) == [{"type": "ROLE", "subject_id": text}]
    rules = "subject_rules: [{type: ROLE, subject_id: Reader}]"
    shown.write("t.yml", TARGET.format(more=", description: new", spec=rules))
    shown.apply()
    assert rules_of(shown) == [{"type": "ROLE", "subject_id": role(shown, "Reader")}]


def test_a_switch_touches_no_rule(shown: House) -> None:
    """It has its own request."""
    target(shown, "Admin")
    shown.write("t.yml", TARGET.format(more="", spec="active: false"))
    (outcome,) = shown.apply()
    assert outcome.result == "done"
    assert rules_of(shown) == [{"type": "ROLE", "subject_id": "Admin"}]
    assert shown.plan().changes == ()


def test_text_orders_nothing(shown: House) -> None:
    """A project that is deleted is not needed by what only holds its name as text."""
    dashboard(shown, "api")
    shown.write("d.yml", DASHBOARD.format(title="Other", spec=""))
    shown.write("api.yml", project("api") + "reconciler: {absent: true}\n")
    outcomes = shown.apply()
    assert [outcome.result for outcome in outcomes] == ["done", "done"]
    assert filters_of(shown) == ["api"]


def test_a_form_that_a_plan_shows_is_no_name(shown: House) -> None:
    """Copied from a plan into a manifest it is refused with its place, and with no name like it."""
    shown.write("d.yml", DASHBOARD.format(title="D", spec=WIDGETS.replace("api", f"'{_TEXT}'")))
    (refusal,) = shown.plan().refusals
    assert str(refusal.place).endswith("d.yml:4:60")
    assert refusal.text == (
        f"it names {_TEXT!r}, which leads to no Project, and nothing is made that leads nowhere: "
        "remove that, or write what is meant"
    )


@pytest.mark.parametrize(("text", "said"), [("api", _TEXT), (_GONE, _GONE)], ids=["text", "id"])
def test_what_was_cleaned_up_outside_is_one_objects_matter(
    shown: House, text: str, said: str
) -> None:
    """The rest is compared, and nothing that leads nowhere is made."""
    dashboard(shown, text)
    secret(shown, of_project(shown))
    shown.write("d.yml", DASHBOARD.format(title="D", spec=WIDGETS.replace("api", f"'{said}'")))
    shown.write("s.yml", SECRET.format(value=2, more=""))
    house_id = shown.call("GET", f"{_V1}/dashboards")["dashboards"][0]["metadata"]["id"]
    body = {"metadata": {"name": "d", "title": "D"}, "spec": {"widgets": []}}
    shown.call("PATCH", f"{_V1}/dashboards/{house_id}", json=body)
    plan = shown.plan()
    assert [str(change.address) for change in plan.changes] == ["Dashboard/d", "Secret/s"]
    (refusal,) = plan.refusals
    assert str(refusal.address) == "Dashboard/d"
    assert "what is there does not have that any more" in refusal.text
    assert "drift --absorb" in refusal.text
