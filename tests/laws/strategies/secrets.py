"""Secret and ProjectSecret: values in clear, from the environment and from files."""

import base64
import string
from functools import cache

from hypothesis import strategies as st

from tests.laws.strategies.basics import (
    HOSTILE,
    Doc,
    Docs,
    Scene,
    Writing,
    document,
    lists,
    named_or_by_id,
    section,
    sent,
    something,
    texts,
)

CANARY = "c4n4ry"
CANARIES = (CANARY, base64.b64encode(CANARY.encode()).decode())
"""Words that are in generated values, in clear or encoded, and may be in no output."""

SOURCES = {"LAWS_ONE": f"{CANARY} one", "LAWS_TWO": f"{CANARY}\ntwo: 😀\n"}
"""Environment variables, and files of those names, that manifests take values from."""

ENV_NAMES = st.sampled_from(["A", "B", "_", "TOKEN", "a_1", "Z9"])
PATHS = st.sampled_from(["/x", "a.txt", "/etc/a b", "~/.ssh/id", "дом", "x: y", ".env"])

_ACCESS = st.sampled_from(["ALL", "ALLOWED", "NONE"])
_DEBUG = st.sampled_from(["JOB_DEBUG_YES", "JOB_DEBUG_NO"])
_ATTACH = st.sampled_from(["JOB_ATTACH_YES", "JOB_ATTACH_NO"])
_SOURCED = st.sampled_from(sorted(SOURCES))
_NAME = st.text(string.ascii_letters + string.digits + " !\"#$%&'()*+,-.:@_", max_size=10)


@cache
def values() -> st.SearchStrategy[str]:
    """A secret value: recognisable by its canary, or hard to write down."""
    return texts().map(lambda text: f"{CANARY}{text}") | st.sampled_from(HOSTILE)


@cache
def contents() -> st.SearchStrategy[str]:
    """Base64 as ``sem`` writes it, or with line breaks as the ``base64`` program does."""
    encoded = st.binary(max_size=80).map(
        lambda rest: base64.b64encode(CANARY.encode() + rest).decode()
    )
    return encoded | encoded.map(_wrapped)


def _wrapped(text: str) -> str:
    return "".join(f"{text[start : start + 76]}\n" for start in range(0, len(text), 76))


@cache
def sources() -> Docs:
    """Where a value is read from, with its last newline or without."""
    trim = {"trim": st.booleans()}
    return st.one_of(*(sent({where: _SOURCED}, trim) for where in ("env", "file")))


def variable(names: st.SearchStrategy[str]) -> Docs:
    literal = st.fixed_dictionaries({"name": names, "value": values()})
    return literal | literal | st.fixed_dictionaries({"name": names, "value_from": sources()})


def file(paths: st.SearchStrategy[str]) -> Docs:
    literal = st.fixed_dictionaries({"path": paths, "content": contents()})
    return literal | literal | st.fixed_dictionaries({"path": paths, "content_from": sources()})


@cache
def env_vars() -> st.SearchStrategy[list[Doc]]:
    return lists(variable(ENV_NAMES), by="name")


@cache
def files() -> st.SearchStrategy[list[Doc]]:
    return lists(file(PATHS), by="path")


def sent_values() -> Docs:
    """What another client stores: any order, names more than once, anything as content."""
    return st.fixed_dictionaries(
        {"env_vars": lists(sent_variable(ENV_NAMES)), "files": lists(sent_file(PATHS))}
    )


def sent_variable(names: st.SearchStrategy[str]) -> Docs:
    return st.fixed_dictionaries({"name": names, "value": values()})


def sent_file(paths: st.SearchStrategy[str]) -> Docs:
    return st.fixed_dictionaries({"path": paths, "content": contents() | values()})


@cache
def _data(scene: Scene) -> Docs:
    return section(scene, {"env_vars": env_vars(), "files": files()})


@cache
def _policy(scene: Scene) -> Docs:
    project = named_or_by_id("Project", scene.projects)
    rest = {"debug_access": _DEBUG, "attach_access": _ATTACH}
    some = {"projects_access": st.just("ALLOWED"), "project_ids": st.lists(project, min_size=1)}
    others = {"projects_access": _ACCESS.filter("ALLOWED".__ne__), "project_ids": lists(project)}
    return section(scene, rest, some) | section(scene, others | rest).filter(_is_consistent)


def _is_consistent(policy: Doc) -> bool:
    """A list of projects says nothing beside NONE, and is a trap beside nothing at all."""
    return not (policy.get("project_ids") and policy.get("projects_access", "NONE") == "NONE")


def _secret(scene: Scene, name: str) -> Docs:
    optional = {"data": _data(scene), "org_config": _policy(scene)}
    metadata = section(scene, {}, {"name": st.just(name)})
    return document(scene, "Secret", "v1beta", {"metadata": metadata}, optional)


def _project_secret(scene: Scene, name: str) -> Docs:
    where = named_or_by_id("Project", (scene.project,))
    metadata = section(scene, {}, {"name": st.just(name), "project_id_or_name": where})
    return document(scene, "ProjectSecret", "v1", {"metadata": metadata}, {"data": _data(scene)})


def _sent_secret(scene: Scene, name: str) -> Docs:
    ids = lists(named_or_by_id("Project", scene.projects))
    policy = {
        "projects_access": _ACCESS,
        "project_ids": ids,
        "debug_access": _DEBUG,
        "attach_access": _ATTACH,
    }
    return sent(
        {"metadata": st.just({"name": name}), "data": sent_values()},
        {"org_config": sent({}, policy)},
    )


def _sent_project_secret(_scene: Scene, name: str) -> Docs:
    return st.fixed_dictionaries({"metadata": st.just({"name": name}), "data": sent_values()})


SECRET = Writing(
    _NAME.filter(lambda name: bool(name.strip())),
    _secret,
    _sent_secret,
    values="data",
)
PROJECT_SECRET = Writing(something(), _project_secret, _sent_project_secret, values="data")
