"""Project: urls in every spelling, words in any case and order, tasks inside."""

import string
from functools import cache

from hypothesis import strategies as st

from tests.laws.strategies.basics import (
    PATTERNS,
    REFS,
    Doc,
    Docs,
    Scene,
    Writing,
    cased,
    document,
    lists,
    section,
    sent,
    something,
    texts,
)
from tests.laws.strategies.schedules import scheduler, sent_task, task

HOSTS = {
    "github_token": "github.com",
    "github_app": "github.com",
    "bitbucket": "bitbucket.org",
    "gitlab": "gitlab.com",
}
_SPELLINGS = (
    "git@{host}:{path}.git",
    "git@{host}:{path}",
    "git@{host}:/{path}.git",
    "https://{host}/{path}",
    "https://{host}/{path}.git",
    "https://user@{host}/{path}.git",
    "http://{host}/{path}",
    "ssh://git@{host}/{path}.git",
    "git://{host}/{path}.git",
)
_RUN_ON = ("tags", "branches", "pull_requests", "forked_pull_requests", "draft_pull_requests")
_REF = st.sampled_from([*REFS, *(f"/{pattern}/" for pattern in PATTERNS)])
_REFS = ("default_branch", "non_default_branch", "pull_request", "forked_pull_request", "tag")
_WORD = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=6)
_KINDS = st.sampled_from([*HOSTS, *["github_app"] * 4])
"""One of them mostly: a project can't change it, and is to be replaced only with a word."""

_CUSTOM = st.sampled_from([*[True] * 7, False])
"""Without custom permissions the lists of them have to be empty."""

_VISIBILITY = st.sampled_from(["public", "private"])


@st.composite
def remotes(draw: st.DrawFn, kind: str) -> str:
    groups = draw(st.lists(_WORD, min_size=1, max_size=2 if kind == "gitlab" else 1))
    repository = draw(st.sampled_from(["r", "web.site", "x_y-z"]) | _WORD)
    path = "/".join((*groups, repository))
    return draw(st.sampled_from(_SPELLINGS)).format(host=HOSTS[kind], path=path)


@cache
def _pipeline_files() -> st.SearchStrategy[list[Doc]]:
    path = something() | st.just(".semaphore/semaphore.yml")
    levels = cased("block", "pipeline")
    return lists(st.fixed_dictionaries({"path": path, "level": levels}))


@cache
def _repository(scene: Scene, kind: str) -> Docs:
    names = lists(something() | st.sampled_from(["a,b", ",", "x,"]))
    parts = {
        "run_on": lists(cased(*_RUN_ON), 4),
        "pipeline_file": st.just(".semaphore/semaphore.yml") | texts(),
        "status": section(scene, {"pipeline_files": _pipeline_files()}),
        "whitelist": section(scene, {"branches": lists(_REF), "tags": lists(_REF)}),
        "forked_pull_requests": section(
            scene, {"allowed_secrets": names, "allowed_contributors": names}
        ),
    }
    required = {"url": remotes(kind)}
    (parts if kind == "github_token" and not scene.full else required)["integration_type"] = (
        st.just(kind)
    )
    return section(scene, parts, required)


@st.composite
def _project(draw: st.DrawFn, scene: Scene, name: str) -> Doc:
    kind = draw(_KINDS)
    optional = {
        "visibility": _VISIBILITY,
        "custom_permissions": _CUSTOM,
        "debug_permissions": lists(st.sampled_from(["empty", *_REFS])),
        "attach_permissions": lists(st.sampled_from(["empty", *_REFS])),
    }
    entries = draw(st.sampled_from(["tasks", "tasks", "schedulers"]))
    entry = task(scene) if entries == "tasks" else scheduler(scene)
    optional[entries] = lists(entry, by="name")
    spec = section(scene, optional, {"repository": _repository(scene, kind)})
    metadata = section(scene, {"description": texts()}, {"name": st.just(name)})
    parts = {"metadata": metadata, "spec": spec}
    doc: Doc = draw(document(scene, "Project", "v1alpha", parts, {}))
    for key in ("debug_permissions", "attach_permissions"):
        if doc["spec"].get(key) and not doc["spec"].get("custom_permissions"):
            doc["spec"][key] = []
    return doc


@st.composite
def _sent_project(draw: st.DrawFn, _scene: Scene, name: str) -> Doc:
    """What another client creates; it may leave nearly everything out."""
    kind = draw(_KINDS)
    parts = {
        "run_on": lists(st.sampled_from(_RUN_ON), 4),
        "pipeline_file": texts(),
        "status": st.fixed_dictionaries({"pipeline_files": _pipeline_files()}),
        "whitelist": st.fixed_dictionaries({"branches": lists(texts()), "tags": lists(texts())}),
    }
    required = {"url": remotes(kind), "integration_type": st.just(kind)}
    spec = {
        "custom_permissions": _CUSTOM,
        "debug_permissions": lists(st.sampled_from(["empty", *_REFS])),
        "attach_permissions": lists(st.sampled_from(["empty", *_REFS])),
        "tasks": lists(sent_task(), 2, by="name"),
    }
    repository = sent(required, parts)
    body: Doc = {"metadata": {"name": name}}
    body["spec"] = draw(sent({"repository": repository}, spec))
    return body


_NAMES = st.text(string.ascii_letters + string.digits + "_-.", min_size=1, max_size=10)

PROJECT = Writing(
    (_NAMES | st.sampled_from(["api", "API", "web.site"])).filter(
        lambda name: name not in (".", "..")
    ),
    _project,
    _sent_project,
)
