"""SelfHostedAgentType, Dashboard and ArtifactsRetentionPolicy."""

import string
from dataclasses import replace
from functools import cache

from hypothesis import strategies as st

from tests.laws.strategies.basics import (
    ById,
    Doc,
    Docs,
    Scene,
    Writing,
    cased,
    document,
    labels,
    lists,
    named_or_by_id,
    section,
    sent,
    something,
    texts,
)

_AGENT, _STS = "assignment_origin_agent", "assignment_origin_aws_sts"
_HOLD = st.just(0) | st.integers(60, 2**31 - 1)
_LEVELS = tuple(f"{level}_level_retention_policies" for level in ("project", "workflow", "job"))
_OF_PIPELINES = ("project_id", "branch", "pipeline_file")
_FILTERS = {
    "list_workflows": ("project_id", "branch", "github_uid"),
    "list_pipelines": _OF_PIPELINES,
    "duration_pipelines": _OF_PIPELINES,
    "ratio_pipelines": _OF_PIPELINES,
}


@cache
def _aws(scene: Scene) -> Docs:
    required = {
        "account_id": st.sampled_from(["0123456789", "1e10", "123456"]),
        "role_name_patterns": something(),
    }
    return section(scene, {}, required)


def _agent_type(scene: Scene, name: str) -> Docs:
    own = {"assignment_origin": cased(_AGENT), "release_after": _HOLD}
    sts = {"assignment_origin": cased(_STS), "aws": _aws(scene)}
    empty = {"aws": section(scene, {"account_id": st.just(""), "role_name_patterns": st.just("")})}
    settings = section(scene, {**own, **empty}, {"assignment_origin": own["assignment_origin"]})
    settings |= section(scene, {"release_after": _HOLD}, sts) | section(scene, own)
    parts = {"metadata": st.just({"name": name})}
    spec = section(scene, {"agent_name_settings": settings})
    return document(scene, "SelfHostedAgentType", "v1alpha", parts, {"spec": spec})


def _sent_agent_type(scene: Scene, name: str) -> Docs:
    own = sent({}, {"release_after": _HOLD})
    sts = st.fixed_dictionaries({"assignment_origin": st.just(_STS), "aws": _aws(scene)})
    settings = sent({}, {"agent_name_settings": own | sts})
    return st.fixed_dictionaries({"metadata": st.just({"name": name}), "spec": settings})


@cache
def _widget(scene: Scene) -> Docs:
    """Of another client ``project_id`` may be any text: the server resolves none of it."""
    values = {key: texts() for key in ("branch", "github_uid", "pipeline_file")}
    values["project_id"] = named_or_by_id("Project", scene.projects)

    def of(sort: str) -> Docs:
        filters = section(scene, {key: values[key] for key in _FILTERS[sort]})
        return section(scene, {"name": labels(), "filters": filters}, {"type": st.just(sort)})

    return st.sampled_from(sorted(_FILTERS)).flatmap(of)


def _dashboard(scene: Scene, name: str) -> Docs:
    metadata = section(scene, {"title": texts()}, {"name": st.just(name)})
    spec = section(scene, {"widgets": lists(_widget(scene))})
    return document(scene, "Dashboard", "v1alpha", {"metadata": metadata}, {"spec": spec})


def _sent_dashboard(scene: Scene, name: str) -> Docs:
    full = replace(scene, full=True)
    metadata = sent({"name": st.just(name)}, {"title": texts()})
    spec = sent({}, {"widgets": lists(_widget(full))})
    return st.fixed_dictionaries({"metadata": metadata, "spec": spec})


@cache
def _rule() -> Docs:
    count = st.integers(1, 12)
    unit = st.sampled_from(["day", "week", "month", "year"])
    age = st.tuples(count, unit, st.sampled_from(["", "s"])).map(lambda a: f"{a[0]} {a[1]}{a[2]}")
    return st.fixed_dictionaries({"selector": something().filter(_short), "age": age})


def _short(selector: str) -> bool:
    return len(selector.encode()) <= 100


@cache
def _levels(scene: Scene) -> Docs:
    return section(scene, {level: lists(_rule()) for level in _LEVELS})


def _policy(scene: Scene, _name: str) -> Docs:
    where = named_or_by_id("Project", (scene.project,))
    metadata = st.fixed_dictionaries({"project_id_or_name": where})
    parts = {"metadata": metadata, "spec": _levels(scene)}
    return document(scene, "ArtifactsRetentionPolicy", "v1alpha", parts, {})


def _sent_policy(scene: Scene, _name: str) -> Docs:
    levels = st.fixed_dictionaries({level: lists(_rule()) for level in _LEVELS})
    project: Doc = {"project_id": ById("Project", scene.project)}
    return levels.filter(lambda body: any(body.values())).map(lambda body: body | project)


AGENT_TYPE = Writing(
    st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=8).map("s1-".__add__),
    _agent_type,
    _sent_agent_type,
)
DASHBOARD = Writing(
    st.from_regex(r"(?!-)[a-z0-9-]{1,10}", fullmatch=True), _dashboard, _sent_dashboard
)
RETENTION = Writing(st.just(""), _policy, _sent_policy)
