"""Stories: manifests come, change and go, others meddle, calls fail, and it still holds.

One is about all there is. The others are about one thing each, which happens in them all the time.
"""

from functools import partial

from hypothesis import settings as effort
from hypothesis import strategies as st

from reconciler.kinds import KINDS
from tests.laws.cases import HIDING, HOME, settings
from tests.laws.organization import Key
from tests.laws.stories.manifests import Manifests, Protection, Renames, Rotation
from tests.laws.stories.others import Ledgers, Namesakes, Others
from tests.laws.stories.story import Story, scene
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import Doc, Docs, rules
from tests.laws.strategies.rotation import resembling, sent_again

_NAMES = ("one", "two", "three")
_RENAMABLE = [(kind,) for kind in (*KINDS, "Project", "Project") if KINDS[kind].renamable]
"""What may get another name; a project above all, which takes along all that is in it."""

_LISTS = {
    "env_vars": [{"name": name, "value": "first"} for name in ("A", "B")],
    "files": [{"path": "/x", "content": "c2VjcmV0"}],
}


class OfAll(Manifests, Renames, Protection, Rotation, Others, Namesakes, Ledgers):
    """Objects of every kind, which say whatever such objects say."""


class OfValues(Manifests, Rotation, Others, Ledgers):
    """A few secrets with the same few values, which are hidden."""

    about = st.just(HIDING)
    names = _NAMES[:2]
    settings = settings(secrets_exposed_content=False)
    later = st.none()
    beginning = 3
    ways = ("apply", "apply", "apply", "nothing")

    def manifest(self, key: Key) -> Docs:
        return super().manifest(key).flatmap(lambda doc: resembling(doc, "data", _LISTS))

    def body(self, key: Key) -> Docs:
        return super().body(key).flatmap(lambda body: sent_again(body, "data", _LISTS))


class Alike(Story):
    """Objects of one kind that say the same, but for their names."""

    about = st.sampled_from(_RENAMABLE)
    homes = (HOME,)
    names = _NAMES
    later = st.none()
    beginning = 2

    def manifest(self, key: Key) -> Docs:
        written = WRITINGS[key[0]].manifest(scene(key), _NAMES[0])
        return st.shared(written, key=key[0]).map(partial(_named, key[2]))


class OfNames(Alike, Manifests, Renames, Namesakes):
    """Whose is whose, when names change."""

    settings = settings("DeploymentTarget", secrets_exposed_content=True)
    ways = ("apply", "prune", "prune", "nothing")


class OfProtection(Alike, Manifests, Protection, Ledgers):
    """Much is protected, and nothing is safe but by that."""

    settings = settings("DeploymentTarget", secrets_exposed_content=False)
    ways = ("prune", "rewrite", "apply", "nothing", "nothing")

    def manifest(self, key: Key) -> Docs:
        said = st.sampled_from([{"protect": True}, {"protect": True}, {}])
        doc = super().manifest(key)
        return st.builds(lambda doc, told: doc | {"reconciler": rules(doc) | told}, doc, said)


def _named(name: str, doc: Doc) -> Doc:
    """Return a manifest for another name; a project's says nothing about tasks."""
    said = doc | {"metadata": doc["metadata"] | {"name": name}}
    if doc["kind"] == "Project":
        said["spec"] = {k: v for k, v in doc["spec"].items() if k not in {"tasks", "schedulers"}}
    return said


def _effort(part: int, steps: int) -> effort:
    """Return how many stories there are, and of how many steps."""
    return effort(max_examples=max(5, effort().max_examples // part), stateful_step_count=steps)


TestOfAll, TestOfValues = OfAll.TestCase, OfValues.TestCase
TestOfNames, TestOfProtection = OfNames.TestCase, OfProtection.TestCase
TestOfAll.settings = _effort(4, 15)
TestOfValues.settings = _effort(6, 8)
TestOfNames.settings = _effort(6, 12)
TestOfProtection.settings = _effort(6, 8)
