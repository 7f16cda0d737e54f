"""Schedule, in three versions, and the tasks and schedulers of a project."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.laws.strategies.basics import (
    Doc,
    Docs,
    Draws,
    Scene,
    Writing,
    cased,
    lists,
    named_or_by_id,
    section,
    sent,
    something,
    texts,
)

_CRONS = (
    *("0 3 * * *", "*/15 * * * *", "@daily", "@HOURLY", "0 0 * * MON", "5,10 1-5 1 JAN 0"),
    *("* * * * * 2030", "0", "1-30/5 * * * sun", "0 0 L * *", "0 0 5W * *", "0 0 * * MON#2"),
)
_CRON = st.sampled_from(_CRONS)
_TYPES = ("BRANCH", "TAG", "PR")
_BRANCHES = st.sampled_from(
    ["main", "feature/x", "refs/tags/v1", "refs/pull/7/head", "yes", "1.10"]
)
_VALUES = {"^v[0-9]+$": "v1", "a|b": "b", "[a-z]{2,3}": "xyz", r"\d+\.\d+": "1.10"}


@cache
def _parameter(scene: Scene) -> Docs:
    common = {"description": texts(), "options": lists(texts()), "required": st.booleans()}
    name = {"name": st.sampled_from(["X", "Y", "yes", "a b", "Ж"])}
    free = {**common, "default_value": texts(), "validate_input_format": st.just(False)}
    loose = section(scene, {**free, "regex_pattern": st.just("")}, name)
    strict = st.sampled_from(sorted(_VALUES)).flatmap(
        lambda pattern: section(
            scene,
            {**common, "default_value": st.just(_VALUES[pattern])},
            {
                **name,
                "validate_input_format": st.just(True),
                "regex_pattern": st.just(pattern),
            },
        )
    )
    return loose | strict


@cache
def _parameters(scene: Scene) -> st.SearchStrategy[list[Doc]]:
    return lists(_parameter(scene), 2, by="name")


@cache
def _reference() -> Docs:
    name = something().filter(lambda text: not text.startswith("refs/"))
    return st.fixed_dictionaries({"type": cased(*_TYPES), "name": name})


def _manual_or_recurring(key: str, rest: Draws) -> tuple[Draws, Draws]:
    """The required keys of the two sorts: what recurs needs a time."""
    manual = {**rest, key: st.just(False)}
    return manual, {**rest, key: st.just(True), "at": _CRON}


@cache
def scheduler(scene: Scene) -> Docs:
    """An entry of a project's ``schedulers``."""
    required = {"name": something(), "pipeline_file": something(), "at": _CRON}
    optional = {"status": st.sampled_from(["ACTIVE", "INACTIVE"]), "branch": _BRANCHES}
    return section(scene, optional, required)


@cache
def task(scene: Scene) -> Docs:
    """An entry of a project's ``tasks``."""
    manual, recurring = _manual_or_recurring(
        "scheduled", {"name": something(), "pipeline_file": something()}
    )
    optional: dict[str, Any] = {
        "description": texts(),
        "status": st.sampled_from(["ACTIVE", "INACTIVE"]),
        "parameters": _parameters(scene),
    }
    either = {"branch": _BRANCHES}, {"reference": _reference()}
    at = {"at": _CRON | st.just("")}
    unsaid = {key: drawn for key, drawn in recurring.items() if key != "scheduled"}
    return st.one_of(
        *(section(scene, optional | named | at, manual) for named in either),
        *(section(scene, optional | named, recurring) for named in either),
        section(scene, optional, unsaid),
    )


@cache
def sent_task() -> Docs:
    """A task as another client may send it, references in every shape (A 2.2)."""
    required = {"name": something(), "pipeline_file": something(), "at": _CRON}
    optional: dict[str, Any] = {
        "branch": _BRANCHES | st.just("refs/heads/main"),
        "scheduled": st.booleans(),
        "description": texts(),
        "status": st.sampled_from(["ACTIVE", "INACTIVE"]),
        "parameters": st.lists(
            st.fixed_dictionaries({"name": something(), "required": st.booleans()}), max_size=2
        ),
    }
    return sent(required, optional)


def _schedule(scene: Scene, name: str) -> Docs:
    newer = _third(scene, name), _second(scene, name)
    return st.one_of(*newer, *newer, _first(scene, name))


def _definition(scene: Scene, version: str, name: str, spec: Docs) -> Docs:
    optional = {} if version == "v1.0" else {"description": texts()}
    metadata = section(scene, optional, {"name": st.just(name)})
    head = {"apiVersion": st.just(version), "kind": st.just("Schedule")}
    return st.fixed_dictionaries({**head, "metadata": metadata, "spec": spec})


def _common(scene: Scene) -> dict[str, Any]:
    where = named_or_by_id("Project", (scene.project,))
    return {"project": where, "pipeline_file": something()}


def _first(scene: Scene, name: str) -> Docs:
    required = {**_common(scene), "branch": _BRANCHES, "at": _CRON}
    return _definition(scene, "v1.0", name, section(scene, {"paused": st.booleans()}, required))


def _second(scene: Scene, name: str) -> Docs:
    manual, recurring = _manual_or_recurring("recurring", _common(scene))
    optional = {
        "paused": st.booleans(),
        "parameters": _parameters(scene),
        "branch": _BRANCHES,
    }
    at = {"at": _CRON | st.just("")}
    spec = section(scene, optional | at, manual) | section(scene, optional, recurring)
    return _definition(scene, "v1.1", name, spec)


def _third(scene: Scene, name: str) -> Docs:
    common = {**_common(scene), "reference": _reference()}
    manual, recurring = _manual_or_recurring("recurring", common)
    optional = {"paused": st.booleans(), "parameters": _parameters(scene)}
    at = {"at": _CRON | st.just("")}
    spec = section(scene, optional | at, manual) | section(scene, optional, recurring)
    return _definition(scene, "v1.2", name, spec)


def _sent_schedule(scene: Scene, name: str) -> Docs:
    """A definition, to be sent as YAML; that of another client may name no branch at all."""
    required = {
        "project": st.just(scene.project),
        "recurring": st.booleans(),
        "pipeline_file": something(),
        "at": _CRON,
    }
    optional = {
        "branch": _BRANCHES | st.just("refs/heads/main"),
        "paused": st.booleans(),
        "parameters": st.lists(
            st.fixed_dictionaries({"name": something(), "required": st.booleans()}), max_size=2
        ),
    }
    spec = sent(required, optional)
    metadata = sent({"name": st.just(name)}, {"description": texts()})
    head = {"apiVersion": st.just("v1.1"), "kind": st.just("Schedule")}
    return st.fixed_dictionaries({**head, "metadata": metadata, "spec": spec})


SCHEDULE = Writing(something(), _schedule, _sent_schedule)
