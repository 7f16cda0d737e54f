"""What a law is tried on: an organization in some state, and manifests for it."""

from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from typing import Any

from hypothesis import strategies as st

from reconciler.embedded import Edition, Settings
from reconciler.kinds import KINDS
from tests.laws.organization import Sent
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import Doc, Docs, Scene, Writing
from tests.laws.strategies.rotation import rotated

HOME, OTHER = "home", "Other.repo"
"""The projects that objects live in and refer to."""

HIDING = ("Secret", "ProjectSecret")
"""The kinds whose values most organizations never show again (B 2.7)."""


@dataclass(frozen=True)
class Case:
    """``sent``: what other clients created, in order. ``before``: manifests that were applied
    once; ``docs``: those to apply now, written down in a ``style``. ``ledger``: if there is one.
    """

    settings: Settings
    sent: tuple[Sent, ...]
    before: tuple[Doc, ...]
    docs: tuple[Doc, ...]
    style: int = 0
    parallelism: int = 10
    ledger: bool = False


@cache
def settings(kind: str = "", **fixed: Any) -> st.SearchStrategy[Settings]:
    """Every edition that has the kind, its switches set in any way but for the fixed ones."""
    flags = {
        "secrets_exposed_content": st.booleans(),
        "project_ready_seconds": st.integers(0, 5),
        "target_sync_seconds": st.integers(0, 5),
    }
    optional = dict.fromkeys(
        ("secrets_access_policy", "just_run", "skip_schedulers"), st.booleans()
    )
    # the community edition has no deployment targets
    editions = [e for e in Edition if kind != "DeploymentTarget" or e is not Edition.CE]
    return st.builds(
        lambda edition, chosen: Settings.of(edition, **chosen | fixed),
        st.sampled_from(editions),
        st.fixed_dictionaries(flags, optional=optional),
    )


def project_sent(name: str) -> Sent:
    """A project as another client creates it."""
    repository = {"url": f"git@github.com:acme/{name}.git", "integration_type": "github_app"}
    body = {"metadata": {"name": name}, "spec": {"repository": repository}}
    return Sent("Project", "", name, body)


def project_doc(name: str) -> Doc:
    """The shortest manifest of the same."""
    body = project_sent(name).body
    return {"apiVersion": "v1alpha", "kind": "Project", **body}


def scene_of(kind: str) -> Scene:
    return Scene((HOME, OTHER), HOME if KINDS[kind].project_at else "")


@cache
def names(kind: str, *, least: int = 1, most: int = 4) -> st.SearchStrategy[list[str]]:
    """Different names for objects of a kind; a project has only one of a singleton."""
    if KINDS[kind].singleton:
        return st.just([""])
    taken = (HOME, OTHER)
    free = WRITINGS[kind].names.filter(lambda name: name not in taken)
    return st.lists(free, min_size=least, max_size=most, unique=True)


@st.composite
def cases(draw: st.DrawFn, kind: str) -> Case:
    """Some objects of one kind, in an organization that holds anything.

    Some of them exist, as other clients or other manifests made them; so do some that are not
    declared. The projects they are in exist as well, or are declared with them.
    """
    chosen = draw(settings(kind))
    scene, writing = scene_of(kind), WRITINGS[kind]
    known = draw(names(kind))
    mine = known[: draw(st.integers(1, len(known)))]
    fresh = draw(st.booleans())
    there = [] if fresh else draw(st.lists(st.sampled_from(known), unique=True))
    projects = () if fresh else tuple(map(project_sent, (HOME, OTHER)))
    sent = [Sent(kind, scene.project, name, draw(writing.body(scene, name))) for name in there]
    before = [draw(writing.manifest(scene, name)) for name in mine] if draw(st.booleans()) else []
    docs = [draw(_later(writing, scene, name, doc)) for name, doc in zip_longest(mine, before)]
    parents = tuple(map(project_doc, (HOME, OTHER))) if fresh else ()
    return Case(
        chosen,
        (*projects, *sent),
        (*parents, *before) if before else (),
        (*parents, *docs),
        draw(st.integers(0, 2**32)),
        draw(st.sampled_from([1, 2, 10])),
        draw(st.booleans()),
    )


def _later(writing: Writing, scene: Scene, name: str, doc: Doc | None) -> Docs:
    """Another manifest, or an earlier one with other secret values in it."""
    fresh = writing.manifest(scene, name)
    return fresh | rotated(doc, writing.values) if doc and writing.values else fresh


@st.composite
def organizations(draw: st.DrawFn) -> Case:
    """Objects of every kind at once."""
    found = [draw(cases(kind)) for kind in KINDS]
    chosen = draw(settings("DeploymentTarget"))
    parents = tuple(map(project_doc, (HOME, OTHER)))
    docs = {repr(doc): doc for case in found for doc in (*parents, *case.docs)}
    return replace(found[0], settings=chosen, sent=(), before=(), docs=tuple(docs.values()))
