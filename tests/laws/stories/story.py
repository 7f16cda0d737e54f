"""What all stories have: a stage, and the program at work after each thing that happens."""

from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from reconciler import commands
from reconciler.embedded import Edition, Settings
from reconciler.errors import ReconcilerError
from reconciler.kinds import KINDS
from reconciler.model import Plan
from reconciler.model.hidden import ValueState
from tests.laws.cases import HIDING, HOME, OTHER, names, project_doc, scene_of, settings
from tests.laws.fates import FATES
from tests.laws.ground import fields
from tests.laws.organization import Key, Sent
from tests.laws.stage import Stage
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import Docs, Scene, rules
from tests.laws.test_convergence import REFUSED
from tests.laws.touched import key_of
from tests.reliability.lab import URL

_REFUSED = (
    *REFUSED,
    "or drop renamed_from",
    "keeps the live value of",
    "it was renamed outside, and is",
    "the one that had this name is gone",
    "is not ours so far, and may be another's",
    "what has its name is another one than was recorded",
    "it is protected",
)
_DOUBT = "nothing is pruned by a ledger that is not the one it should be"
_UNTOLD = (ValueState.UNKNOWN, ValueState.ASSUMED)

_HOMES = ("", HOME, OTHER)
_FIXED = (("Project", "", HOME), ("Project", "", OTHER))


class Story(RuleBasedStateMachine):
    """``about``: the kinds of objects that it draws; ``homes``: the projects they are in, if they
    are in one; ``names``: theirs, unless they have any.

    ``beginning``: how many objects there are before; ``ways``: what the program is let do, after
    each thing that happens.
    """

    about: ClassVar[st.SearchStrategy[tuple[str, ...]]] = st.just((*KINDS, *HIDING * 2))
    homes: ClassVar[tuple[str, ...]] = (HOME, OTHER)
    names: ClassVar[tuple[str, ...]] = ()
    settings: ClassVar[st.SearchStrategy[Settings]] = (
        settings(secrets_exposed_content=False) | settings()
    )
    later: ClassVar[st.SearchStrategy[int | None]] = st.none() | st.integers(0, 99)
    beginning: ClassVar[int] = 6
    ways: ClassVar[tuple[str, ...]] = ("apply", "prune", "rewrite", "trouble", "nothing", "apply")

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Start with two projects, which stay, and some objects of ours and of others."""
        self.kinds, later = data.draw(self.about), data.draw(self.later)
        self.stage = Stage(data.draw(self.settings), data.draw(st.integers(0, 2**32)), later)
        self.docs, self.ever = self.stage.docs, set[Key]()
        self.docs.update({("Project", "", name): project_doc(name) for name in (HOME, OTHER)})
        self.run()
        for _ in range(self.beginning):
            data.draw(st.sampled_from([self.write, self.create]))(data, self.pick(data))
        self.run()

    def teardown(self) -> None:
        """Come to a good end, whatever was before."""
        try:
            self.run(prune=True, rewrite=True, parallelism=10)
            with commands.ledger.reading(self.stage.lab.ledger, URL) as book:
                assert book.verify() == []
        finally:
            self.stage.close()

    # what is written and sent

    def manifest(self, key: Key) -> Docs:
        return WRITINGS[key[0]].manifest(scene(key), key[2])

    def body(self, key: Key) -> Docs:
        return WRITINGS[key[0]].body(scene(key), key[2])

    def pick(self, data: st.DataObject) -> Key:
        """Choose an object: one that is or was declared, or another of some kind."""
        has_targets = self.stage.settings.edition is not Edition.CE
        kinds = [kind for kind in self.kinds if has_targets or kind != "DeploymentTarget"]
        kind = data.draw(st.sampled_from(kinds))
        project = data.draw(st.sampled_from(self.homes)) if KINDS[kind].project_at else ""
        known = sorted(key[2] for key in self.ever if key[:2] == (kind, project))
        fresh = self.fresh(kind)
        return kind, project, data.draw(st.sampled_from(known) | fresh if known else fresh)

    def fresh(self, kind: str) -> st.SearchStrategy[str]:
        if self.names and not KINDS[kind].singleton:
            return st.sampled_from(self.names)
        return names(kind, most=1).map(lambda found: found[0])

    def write(self, data: st.DataObject, key: Key) -> None:
        """Write a manifest."""
        self.forget_line(key)
        self.docs[key] = data.draw(self.manifest(key))
        self.ever.add(key)

    def create(self, data: st.DataObject, key: Key) -> None:
        """Let another client make an object, unless it is there."""
        if not KINDS[key[0]].singleton and key not in self.stage.found():
            self.stage.create(Sent(*key, data.draw(self.body(key))))

    def forget_line(self, key: Key) -> None:
        """Take away that something else had this name: it is declared itself."""
        for other, doc in self.docs.items():
            if other[:2] == key[:2] and rules(doc).get("renamed_from") == key[2]:
                self.docs[other] = {k: v for k, v in doc.items() if k != "reconciler"}

    def free(self) -> list[Key]:
        """Return what is declared and may go, or change."""
        return sorted(key for key in self.docs if key not in _FIXED)

    def there(self) -> list[Key]:
        """Return what others may change."""
        found = (key for key in self.stage.found() if key[0] in self.kinds and key[1] in _HOMES)
        return sorted(key for key in found if key not in _FIXED)

    def removable(self) -> list[Key]:
        return [key for key in self.free() if not KINDS[key[0]].singleton]

    def foreign(self) -> list[Key]:
        return [key for key in self.there() if key not in self.docs]

    # what the program does

    def then(self, data: st.DataObject) -> None:
        """Let the program run, mostly: it does what is declared, prunes, or has trouble."""
        way = data.draw(st.sampled_from(self.ways))
        if way == "trouble":
            fate = replace(data.draw(FATES), nth=data.draw(st.integers(1, 30)))
            with suppress(ReconcilerError):
                self.stage.apply(fate, prune=data.draw(st.booleans()))
        elif way != "nothing":
            parallelism = data.draw(st.sampled_from([1, 10]))
            self.run(prune=way == "prune", rewrite=way == "rewrite", parallelism=parallelism)

    def run(self, *, prune: bool = False, rewrite: bool = False, parallelism: int = 1) -> None:
        """Reach what is declared and touch nothing else; then there is nothing left to do."""
        globs = ("*",) if rewrite else ()
        first = self.stage.apply(prune=prune, rewrite=globs, parallelism=parallelism)
        if any(_DOUBT in refusal.text for refusal in first.plan.refusals):
            assert self.stage.doubted
            self.stage.accept_ledger()
            first = self.stage.apply(prune=prune, rewrite=globs, parallelism=parallelism)
        refused = [refusal.text for refusal in first.plan.refusals]
        assert [text for text in refused if not any(known in text for known in _REFUSED)] == []
        assert first.failures == []
        if refused:
            self._obey(first.plan)
            return
        self.stage.check(first.plan)
        written = len(self.stage.lab.writes())
        again = self.stage.apply(prune=prune, parallelism=parallelism)
        assert fields(again.plan) == []
        assert self.stage.lab.writes()[written:] == []
        self.stage.check(again.plan)
        assert not rewrite or [v for v in again.plan.hidden if v.state in _UNTOLD] == []

    def _obey(self, plan: Plan) -> None:
        """Take away what is refused, so that the story goes on."""
        for refusal in plan.refusals:
            key = key_of(refusal.address) if refusal.address else None
            if key in self.free():
                del self.docs[key]


def scene(key: Key) -> Scene:
    return replace(scene_of(key[0]), project=key[1])


def mostly_sealing(keys: list[Key], favoured: list[Key] | None = None) -> st.SearchStrategy[Key]:
    """One of them, or of the favoured ones one with secret values in it."""
    sealing = [key for key in favoured or keys if WRITINGS[key[0]].values]
    return st.sampled_from([*keys, *sealing * len(keys)])
