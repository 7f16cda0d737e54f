"""A manifest may set a key that this version does not know, if Semaphore itself has shown it."""

import json
from typing import Any

import pytest
import yaml

from reconciler.embedded import Action as Misdeed
from reconciler.embedded import Fault
from reconciler.errors import InvalidManifests
from reconciler.model import Plan, Result
from reconciler.planning import saved
from tests.laws.later import VALUE
from tests.safety.conftest import House
from tests.safety.samples import project, secret

_V1 = "/api/v1alpha"
LATER = Fault(action=Misdeed.FUTURE, times=None, seed=10)
SEEDS = (1, 3, 5)
"""Between them their keys have values of every form."""
DASHBOARD: dict[str, Any] = {
    "apiVersion": "v1alpha",
    "kind": "Dashboard",
    "metadata": {"name": "d", "title": "T"},
    "spec": {"widgets": [{"name": "w", "type": "list_pipelines"}]},
}


@pytest.fixture(params=SEEDS)
def later(house: House, request: pytest.FixtureRequest) -> House:
    """There is a dashboard, of a server that has become newer since."""
    write(house, DASHBOARD)
    house.apply()
    house.embedded.faults.add(Fault(action=Misdeed.FUTURE, times=None, seed=request.param))
    return house


def write(house: House, document: dict[str, Any]) -> None:
    """Write a manifest; everything in it is text, as everything in any manifest is."""
    house.write("m.yml", yaml.safe_dump(document, sort_keys=False))


def shown(house: House, path: str = "dashboards/d") -> Any:
    return house.call("GET", f"{_V1}/{path}")


def new_keys(part: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key.startswith("future_")}


def another(value: Any) -> Any:
    """Return another value of the same form."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return "mine"
        case list():
            return ["mine"]
        case dict():
            return {"name": "mine"}
        case _:
            return "mine"


def declaring(live: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest with another value for every key there is."""
    document: dict[str, Any] = json.loads(json.dumps(DASHBOARD))
    parts = [(document, live), (document["metadata"], live["metadata"])]
    parts.append((document["spec"]["widgets"][0], live["spec"]["widgets"][0]))
    for mine, there in parts:
        mine |= {key: another(value) for key, value in new_keys(there).items()}
    return document


def told(plan: Plan) -> dict[str, tuple[Any, Any]]:
    return {f.path: (f.before, f.after) for change in plan.changes for f in change.fields}


def test_it_is_compared_written_and_warned_of(later: House) -> None:
    """In any part; what was there is not shown, and what is not mentioned is kept."""
    live = shown(later)
    document = declaring(live)
    write(later, document)
    planned = later.plan()
    wanted = {
        **{key: document[key] for key in new_keys(document)},
        **{f"metadata.{k}": v for k, v in new_keys(document["metadata"]).items()},
        **{f"spec.widgets.w.{k}": v for k, v in new_keys(document["spec"]["widgets"][0]).items()},
    }
    assert {path: after for path, (_, after) in told(planned).items()}.keys() == wanted.keys()
    assert {before for before, _ in told(planned).values()} == {"<not shown>"}
    assert VALUE not in repr(planned)
    warned = [n for n in planned.notes if "but not checked" in n.text]
    assert len(warned) == len(wanted)
    assert all(note.place.line for note in warned)
    assert {o.result for o in later.apply()} == {Result.DONE}
    after = shown(later)
    for path, value in wanted.items():
        *above, key = path.replace("spec.widgets.w", "widget").split(".")
        part = {"widget": after["spec"]["widgets"][0], "metadata": after["metadata"]}
        there = part[above[0]][key] if above else after[key]
        assert there == (there | value if isinstance(value, dict) else value)
    assert new_keys(after["spec"]) == new_keys(live["spec"])
    assert later.plan().changes == ()
    assert [n for n in later.plan().notes if "but not checked" in n.text] == warned


def test_what_is_so_already_is_no_change(later: House) -> None:
    """Texts are read in the types that Semaphore has there."""
    live = shown(later)
    write(later, DASHBOARD | new_keys(live))
    planned = later.plan()
    assert planned.changes == ()
    assert any("but not checked" in note.text for note in planned.notes)


def test_a_key_that_semaphore_lacks_is_the_mistake_it_always_was(later: House) -> None:
    """With its place and the nearest known one, together with those that are none there either."""
    write(later, DASHBOARD | {"spce": {}} | new_keys(shown(later)))
    with pytest.raises(InvalidManifests) as caught:
        later.plan()
    (problem,) = caught.value.problems
    assert str(problem).endswith("m.yml:10:1: error: unknown key 'spce'; did you mean 'spec'?")
    assert later.writes()[-1].startswith("POST")  # of the beginning


def test_of_what_does_not_exist_nothing_was_shown(later: House) -> None:
    """Another object's keys prove nothing."""
    key, value = next(iter(new_keys(shown(later)).items()))
    write(later, DASHBOARD | {"metadata": {"name": "e"}, key: value})
    with pytest.raises(InvalidManifests, match=f"unknown key '{key}'"):
        later.plan()


def test_what_is_of_another_form_has_its_place(later: House) -> None:
    """Nobody but Semaphore says what it is."""
    live = new_keys(shown(later)["metadata"])
    wrong = {key: "x" if isinstance(value, list | dict) else ["x"] for key, value in live.items()}
    document = DASHBOARD | {"metadata": DASHBOARD["metadata"] | wrong}
    write(later, document)
    with pytest.raises(InvalidManifests) as caught:
        later.plan()
    written = (later.manifests / "m.yml").read_text().splitlines()
    for problem, key in zip(caught.value.problems, sorted(wrong), strict=True):
        assert written[problem.place.line - 1].startswith(f"  {key}:")
    assert all("as it is in Semaphore" in problem.text for problem in caught.value.problems)


def test_beside_a_secret_value_nothing_is_asked(later: House) -> None:
    """What looks like a key may be a part of the value."""
    text = secret("s").replace("value: 'v1'", "value: 'v1', future_zone: x")
    later.write("s.yml", text)
    reads = len(later.embedded.journal.entries())
    with pytest.raises(InvalidManifests, match="unknown key 'future_zone' in data"):
        later.plan()
    assert len(later.embedded.journal.entries()) == reads


def test_of_what_must_not_exist_every_key_is_known(later: House) -> None:
    """Once it is gone there would be nothing to hold the key against."""
    write(later, DASHBOARD | new_keys(shown(later)) | {"reconciler": {"absent": True}})
    with pytest.raises(InvalidManifests, match="unknown key 'future_"):
        later.plan()


def test_what_is_destroyed_needs_no_keys(later: House) -> None:
    """They are neither compared nor written, and the second time there is nothing."""
    write(later, DASHBOARD | new_keys(shown(later)))
    assert [o.result for o in later.apply(destroy=True)] == [Result.DONE]
    assert later.plan(destroy=True).changes == ()


def test_a_schedule_says_what_it_is_told_to(house: House) -> None:
    """In its definition, and as an entry of its project; nothing else of what is new is said."""
    house.write("p.yml", project("api"))
    schedule: dict[str, Any] = {
        "apiVersion": "v1.2",
        "kind": "Schedule",
        "metadata": {"name": "n"},
        "spec": {
            "project": "api",
            "recurring": False,
            "pipeline_file": "p.yml",
            "reference": {"type": "BRANCH", "name": "main"},
        },
    }
    write(house, schedule)
    house.apply()
    house.embedded.faults.add(LATER)
    id_ = house.call("GET", f"{_V1}/projects/api")["metadata"]["id"]
    (live,) = house.call("GET", f"{_V1}/schedules", params={"project_id": id_})
    key, *others = new_keys(live)
    schedule["spec"][key] = another(live[key])
    write(house, schedule)
    (change,) = house.plan().changes
    assert [field.path for field in change.fields] == [f"spec.{key}"]
    assert {o.result for o in house.apply()} == {Result.DONE}
    (after,) = house.call("GET", f"{_V1}/schedules", params={"project_id": id_})
    wanted = schedule["spec"][key]
    assert after[key] == (after[key] | wanted if isinstance(wanted, dict) else wanted)
    assert {k: after[k] for k in others} == {k: live[k] for k in others}
    assert house.plan().changes == ()
    (house.manifests / "m.yml").unlink()
    entry = {"name": "n", "scheduled": False, "pipeline_file": "p.yml", "branch": "main"}
    document = yaml.safe_load(project("api"))
    document["spec"]["tasks"] = [entry | {key: live[key]}]
    house.write("p.yml", yaml.safe_dump(document))
    (change,) = house.plan().changes
    assert [field.path for field in change.fields] == [f"spec.{key}"]


def test_a_reviewed_plan_is_for_the_values_that_were_reviewed(later: House) -> None:
    """They are a part of what is declared, and of what a plan's name stands for."""
    key, value = next(iter(new_keys(shown(later)).items()))
    digests, names = set(), set()
    for number, mine in enumerate((another(value), value)):
        write(later, DASHBOARD | {"metadata": DASHBOARD["metadata"] | {"title": "N"}, key: mine})
        digests.add(saved.manifests_digest(later.request({}).state))
        names.add(saved.fingerprint(later.plan(), "o", b"key"))
        assert len(digests) == len(names) == number + 1
