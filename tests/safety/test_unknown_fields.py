"""Fields of a later Semaphore, which this version does not know: kept wherever their part stays."""

import asyncio
import json
from typing import Any

import pytest

from reconciler.embedded import Action as Misdeed
from reconciler.embedded import Fault, Moment
from reconciler.model import Result
from reconciler.model.plan import LEFT_DELETED
from tests.laws.later import VALUE, lost
from tests.laws.organization import Holdings, holdings
from tests.safety.conftest import House, at
from tests.safety.samples import documents, project, schedule, secret

_V1 = "/api/v1alpha"
LATER = Fault(action=Misdeed.FUTURE, times=None, seed=1)


def becomes_later(house: House) -> None:
    house.embedded.faults.add(LATER)


def held(house: House) -> Holdings:
    return asyncio.run(holdings(house.embedded, LATER))


def applied(house: House, **options: Any) -> None:
    """Apply, and see that it worked and that nothing is left."""
    outcomes = house.apply(**options)
    assert [(o.change.address, o.detail) for o in outcomes if o.result is not Result.DONE] == []
    assert house.plan(**options).changes == ()


def with_parameters(*names: str, more: str = "") -> str:
    listed = ", ".join(f"{{name: {name}, required: false{more}}}" for name in names)
    return schedule("api", "nightly").rstrip("}\n") + f", parameters: [{listed}]}}\n"


def test_a_schedule_keeps_what_is_new_in_parameters_that_stay(house: House) -> None:
    """Its list of them is replaced; whatever else a definition leaves out stays (A 11)."""
    house.write("p.yml", project("api"))
    house.write("s.yml", with_parameters("a", "b", "c"))
    applied(house)
    becomes_later(house)
    before = held(house)
    house.write("s.yml", with_parameters("c", "d", "a", more=", description: new"))
    applied(house)
    after = held(house)
    assert lost(before, after) == {}
    kept = {item["name"]: item for item in after["Schedule", "api", "nightly"]["parameters"]}
    assert sorted(kept) == ["a", "c", "d"]
    assert [v for k, v in kept["d"].items() if k.startswith("future_")] == [None] * (
        len(kept["d"]) - 7
    )


def test_an_update_of_a_schedule_says_nothing_of_what_is_new(house: House) -> None:
    """Nor of parameters that stay: a strict server would refuse what it does not know (A 10)."""
    house.write("p.yml", project("api"))
    house.write("s.yml", with_parameters("a"))
    applied(house)
    becomes_later(house)
    before = held(house)
    house.write("s.yml", with_parameters("a").replace("0 3", "0 4"))
    applied(house)
    assert lost(before, held(house)) == {}
    rows = house.embedded.world.db.execute("SELECT kept FROM future WHERE kind = 'schedules'")
    assert [json.loads(row[0])["own"] for row in rows] == [{}]


@pytest.mark.parametrize("just_run", [True, False])
def test_a_change_of_a_project_keeps_what_is_new_in_its_tasks(
    make_house: Any, *, just_run: bool
) -> None:
    """Whoever declares them or not, and one without a branch, which is written twice (A 2.2)."""
    house = make_house(just_run=just_run)
    house.write("p.yml", project("api"))
    house.write("s.yml", with_parameters("a", "b"))
    applied(house)
    branchless = {
        "apiVersion": "v1.1",
        "kind": "Schedule",
        "metadata": {"name": "bare"},
        "spec": {
            "project": "api",
            "recurring": False,
            "pipeline_file": "p.yml",
            "parameters": [{"name": "x", "required": True}],
        },
    }
    house.call("POST", f"{_V1}/schedules", json={"yml_definition": json.dumps(branchless)})
    becomes_later(house)
    before = held(house)
    house.write("p.yml", project("api", visibility="public"))
    applied(house)
    after = held(house)
    assert after["Project", "", "api"]["spec"]["visibility"] == "public"
    assert lost(before, after) == {}
    assert after["Schedule", "api", "bare"]["reference"] == "refs/heads/"


def _with_a_task_of_others(make_house: Any) -> Any:
    """Return a house whose next apply updates a project with a task that nobody declares."""
    house = make_house()
    house.write("p.yml", project("api"))
    applied(house)
    bare = {
        "apiVersion": "v1.1",
        "kind": "Schedule",
        "metadata": {"name": "bare"},
        "spec": {"project": "api", "recurring": False, "pipeline_file": "p.yml"},
    }
    house.call("POST", f"{_V1}/schedules", json={"yml_definition": json.dumps(bare)})
    house.write("p.yml", project("api", visibility="public"))
    return house


def test_a_task_of_others_that_could_not_be_put_back(make_house: Any) -> None:
    """The update of its project moved it to another branch: that is told, and no success."""
    house = _with_a_task_of_others(make_house)
    fault = Fault(action=Misdeed.ANSWER, status=403, method="POST", path="*/schedules", times=None)
    house.embedded.faults.add(fault)
    (outcome,) = house.apply()
    assert outcome.result is Result.FAILED
    assert "that changed, too: Schedule/api/bare, and giving it back failed" in outcome.detail


def test_a_task_of_others_after_an_update_without_an_answer(make_house: Any) -> None:
    """It is done, and what it did to the task is undone."""
    house = _with_a_task_of_others(make_house)
    fault = Fault(action=Misdeed.RESET, when=Moment.AFTER, method="PATCH", times=None)
    house.embedded.faults.add(fault)
    (outcome,) = house.apply()
    assert outcome.result is Result.DONE
    assert held(house)["Schedule", "api", "bare"]["reference"] == "refs/heads/"


def test_items_without_a_name_keep_what_is_new_wherever_they_go(house: House) -> None:
    """They are known by what they say, also when the list gets longer or shorter."""
    rules = ["{selector: '/a', age: 1 day}", "{selector: '/b', age: 1 day}"]

    def policy(*listed: str) -> str:
        return (
            "apiVersion: v1alpha\nkind: ArtifactsRetentionPolicy\n"
            "metadata: {project_id_or_name: api}\n"
            f"spec: {{job_level_retention_policies: [{', '.join(listed)}]}}\n"
        )

    house.write("p.yml", project("api"))
    house.write("r.yml", policy(*rules))
    applied(house)
    becomes_later(house)
    before = held(house)
    house.write("r.yml", policy(rules[1], "{selector: '/c', age: 2 days}", rules[0]))
    applied(house)
    assert lost(before, held(house)) == {}
    house.write("r.yml", policy(rules[0]))
    applied(house)
    after = held(house)
    assert lost(before, after) == {}
    (left,) = after["ArtifactsRetentionPolicy", "api", ""]["job_level_retention_policies"]
    assert VALUE in json.dumps(left) or None not in left.values()


def test_a_secret_made_anew_has_what_was_new_in_the_old_one(house: House) -> None:
    """As it was in the moment before it went, not as it was planned."""
    house.write("s.yml", secret("s", rules="reconciler: {replace: allow}\n"))
    applied(house)
    becomes_later(house)
    before = held(house)
    house.write("s.yml", secret("s", "v2", rules="reconciler: {replace: allow}\n"))
    applied(house)
    after = held(house)
    assert before["Secret", "", "s"]["metadata"]["id"] != after["Secret", "", "s"]["metadata"]["id"]
    assert lost(before, after) == {}


def test_what_is_sent_is_what_there_is_right_before(house: House) -> None:
    """What is new and changes after the plan is no reason to refuse, and not put back."""
    house.write("d.yml", dashboard("old"))
    applied(house)
    becomes_later(house)
    house.write("d.yml", dashboard("new"))

    async def raced() -> None:
        async with house.session() as session:
            from reconciler import commands  # noqa: PLC0415

            planned = await commands.plan(session, house.request({}))
            shown = await session.http.call("GET", f"{_V1}/dashboards/d")
            body = shown.data | {key: "since" for key in shown.data if key.startswith("future_")}
            await session.http.call("PATCH", f"{_V1}/dashboards/d", body=body, repeatable=True)
            outcomes = await house.carry_out(session, planned)
            assert [outcome.result for outcome in outcomes] == [Result.DONE]

    asyncio.run(raced())
    after = held(house)["Dashboard", "", "d"]
    assert after["metadata"]["title"] == "new"
    assert {value for key, value in after.items() if key.startswith("future_")} == {"since"}


def dashboard(title: str) -> str:
    return (
        "apiVersion: v1alpha\nkind: Dashboard\n"
        f"metadata: {{name: d, title: {title}}}\n"
        "spec: {widgets: [{name: w, type: list_pipelines}]}\n"
    )


def test_what_is_lost_with_a_secret_that_could_not_be_made_anew_is_named(house: House) -> None:
    """By its keys: its values are written down nowhere."""
    house.write("s.yml", secret("s", rules="reconciler: {replace: allow}\n"))
    applied(house)
    becomes_later(house)
    house.write("s.yml", secret("s", "v2", rules="reconciler: {replace: allow}\n"))
    refused = Fault(action=Misdeed.ANSWER, method="POST", path="*/secrets", status=403, times=None)
    house.embedded.faults.add(refused)
    (outcome,) = house.apply()
    assert outcome.result is Result.FAILED
    assert "fields that this version does not know: data.env_vars[].future_" in outcome.left
    assert VALUE not in outcome.left
    house.embedded.faults.clear()
    becomes_later(house)
    planned = house.plan()
    assert [change.reason for change in planned.changes] == [LEFT_DELETED]
    told = [note.text for note in planned.notes if "wrote nothing down" in note.text]
    assert len(told) == 1
    assert "what this version does not know: data.future_" in told[0]
    assert VALUE.encode() not in (house.root / "ledger.db").read_bytes()


def test_what_was_lost_can_be_declared_again(house: House) -> None:
    """Semaphore shows it no longer, but its form was written down."""
    house.write("s.yml", secret("s", rules="reconciler: {replace: allow}\n"))
    applied(house)
    becomes_later(house)
    shown = held(house)["Secret", "", "s"]["metadata"]
    flag = next(key for key in shown if key.startswith("future_"))
    house.write("s.yml", secret("s", "v2", rules="reconciler: {replace: allow}\n"))
    house.embedded.faults.add(
        Fault(action=Misdeed.ANSWER, method="POST", path="*/secrets", status=403, times=None)
    )
    house.apply()
    house.embedded.faults.clear()
    becomes_later(house)
    text = secret("s", "v2", rules="reconciler: {replace: allow}\n")
    value = json.dumps(shown[flag])
    house.write("s.yml", text.replace("{name: s}", f"{{name: s, {flag}: {value}}}"))
    applied(house)
    assert held(house)["Secret", "", "s"]["metadata"][flag] == shown[flag]


def test_the_plan_says_once_for_each_kind_what_is_new(house: House) -> None:
    """Where, in order, and that it is kept; nothing of it is a change."""
    two = documents(project("api"), project("web"), schedule("api", "a"), schedule("web", "b"))
    house.write("all.yml", two)
    applied(house)
    assert house.plan().notes == ()
    becomes_later(house)
    planned = house.plan()
    assert planned.changes == ()
    texts = [str(note) for note in planned.notes]
    assert len(texts) == 2
    assert texts[0].startswith(
        "live: warning: Project: Semaphore has fields that this version does not know: future_"
    )
    fields = texts[0].partition("know: ")[2].partition(";")[0].split(", ")
    assert fields == sorted(fields)
    assert any(field.startswith("spec.repository.status.pipeline_files[].") for field in fields)
    assert all(field.rpartition(".")[2].startswith("future_") for field in fields)
    assert at("Project/api") in planned.unchanged
