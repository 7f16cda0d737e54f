"""DeploymentTarget: who may deploy what, by names, logins and ids."""

import string
from dataclasses import replace
from functools import cache

from hypothesis import strategies as st

from tests.laws.strategies.basics import (
    PATTERNS,
    ById,
    Doc,
    Docs,
    Scene,
    Writing,
    cased,
    document,
    lists,
    named_or_by_id,
    section,
    sent,
    something,
    texts,
)
from tests.laws.strategies.secrets import env_vars, files, sent_values

LOGIN = "embedded-user"
ROLES = ("Admin", "Contributor", "Reader")

_BOOKMARKS = ("bookmark_parameter1", "bookmark_parameter2", "bookmark_parameter3")


@cache
def _subject_rule(scene: Scene) -> Docs:
    def rule(sort: str, **more: st.SearchStrategy[str]) -> Docs:
        return section(scene, {}, {"type": cased(sort), **more})

    user = st.just(ById("User", LOGIN))
    role = st.sampled_from(ROLES)
    return st.one_of(
        rule("ANY"),
        rule("AUTO"),
        rule("ANY", subject_id=texts()),
        rule("ROLE", subject_id=role | role.map(str.lower) | role.map(str.upper)),
        rule("ROLE", subject_id=role.map(lambda name: ById("Role", name))),
        rule("USER", git_login=st.just(LOGIN)),
        rule("USER", subject_id=user),
        rule("USER", subject_id=user, git_login=st.sampled_from(["", LOGIN])),
    )


@cache
def _group_rule(scene: Scene) -> Docs:
    """What Semaphore keeps and never looks at, and no manifest may say."""
    return section(scene, {}, {"type": cased("GROUP"), "subject_id": something()})


@cache
def _object_rule(scene: Scene) -> Docs:
    sort = {"type": cased("BRANCH", "TAG", "PR")}
    anything = section(scene, {"match_mode": cased("ALL"), "pattern": texts()}, sort)
    exact = {**sort, "match_mode": cased("EXACT"), "pattern": something()}
    regex = {**sort, "match_mode": cased("REGEX"), "pattern": st.sampled_from(PATTERNS)}
    return anything | section(scene, {}, exact) | section(scene, {}, regex)


@cache
def _spec(scene: Scene) -> Docs:
    parts = {
        "subject_rules": lists(_subject_rule(scene)),
        "object_rules": lists(_object_rule(scene)),
        "env_vars": env_vars(),
        "files": files(),
        "active": st.booleans(),
        **dict.fromkeys(_BOOKMARKS, texts()),
    }
    return section(scene, parts)


@st.composite
def _target(draw: st.DrawFn, scene: Scene, name: str) -> Doc:
    where = draw(st.sampled_from(["project_id_or_name", "project_id"]))
    named = {"name": st.just(name), where: named_or_by_id("Project", (scene.project,))}
    metadata = section(scene, {"description": texts(), "url": texts()}, named)
    parts = {"metadata": metadata}
    doc: Doc = draw(document(scene, "DeploymentTarget", "v1alpha", parts, {"spec": _spec(scene)}))
    return doc


@st.composite
def _sent_target(draw: st.DrawFn, scene: Scene, name: str) -> Doc:
    full = replace(scene, full=True)
    optional = {
        "subject_rules": lists(_subject_rule(full) | _group_rule(full)),
        "object_rules": lists(_object_rule(full)),
        "description": texts(),
        "url": texts(),
        "bookmark_parameter1": texts(),
    }
    body: dict[str, object] = draw(sent({}, optional))
    fixed = {"name": name, "project_id": ById("Project", scene.project)}
    return body | draw(sent_values()) | fixed


TARGET = Writing(
    st.text(string.ascii_letters + string.digits + "_.-", min_size=1, max_size=8),
    _target,
    _sent_target,
    values="spec",
)
