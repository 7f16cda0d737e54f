"""Long stories: manifests come, change and go, others meddle, calls fail, and it still holds."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from reconciler import commands
from reconciler.embedded import Edition
from reconciler.errors import ReconcilerError
from reconciler.kinds import KINDS
from reconciler.model import Plan
from reconciler.model.hidden import ValueState
from tests.laws.cases import HOME, OTHER, names, project_doc, scene_of, settings
from tests.laws.fates import FATES
from tests.laws.ground import fields
from tests.laws.kept import lists_of
from tests.laws.organization import Key, Sent
from tests.laws.stage import Stage
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import Doc, Scene
from tests.laws.strategies.rotation import keeping, resembling, rotated, sent_again
from tests.laws.strategies.secrets import SOURCES, values
from tests.laws.test_convergence import REFUSED
from tests.laws.test_replacement import HIDING
from tests.laws.touched import key_of
from tests.reliability.lab import URL

_BEGINNING = 6
_STEPS = 15
_STORIES = max(5, effort().max_examples // 3)


_REFUSED = (
    *REFUSED,
    "or drop renamed_from",
    "keeps the live value of",
    "it was renamed outside, and is",
    "the one that had this name is gone",
    "is not ours so far, and may be another's",
    "what has its name is another one than was recorded",
)

_WAYS = st.sampled_from(["apply", "apply", "prune", "rewrite", "trouble", "nothing"])

_DOUBT = "nothing is pruned by a ledger that is not the one it should be"
_UNTOLD = (ValueState.UNKNOWN, ValueState.ASSUMED)

_HOMES = ("", HOME, OTHER)
_FIXED = (("Project", "", HOME), ("Project", "", OTHER))


class Story(RuleBasedStateMachine):
    """What happens on a stage, in any order."""

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Start with two projects, which stay, and some objects of ours and of others."""
        later = data.draw(st.none() | st.integers(0, 99))
        chosen = data.draw(settings(secrets_exposed_content=False) | settings())
        self.stage = Stage(chosen, data.draw(st.integers(0, 2**32)), later)
        self.docs, self.ever = self.stage.docs, set[Key]()
        self.docs.update({("Project", "", name): project_doc(name) for name in (HOME, OTHER)})
        self._apply()
        for _ in range(_BEGINNING):
            data.draw(st.sampled_from([self._declare, self._create]))(data, *self._draw(data))
        self._apply()

    def teardown(self) -> None:
        """Come to a good end, whatever was before."""
        try:
            self._apply(prune=True, rewrite=True, parallelism=10)
            with commands.ledger.reading(self.stage.lab.ledger, URL) as book:
                assert book.verify() == []
        finally:
            self.stage.close()

    @rule(data=st.data())
    def declare(self, data: st.DataObject) -> None:
        """Write a new manifest, or another for what has one."""
        self._declare(data, *self._draw(data))
        self._then(data)

    @precondition(lambda self: self._foreign())
    @rule(data=st.data())
    def adopt(self, data: st.DataObject) -> None:
        """Declare what is there and was not declared."""
        foreign = self._foreign()
        key = data.draw(_mostly_sealing(foreign, foreign))
        self._declare(data, key, _scene(key))
        above = WRITINGS[key[0]].values
        if above and data.draw(st.booleans()):
            live = lists_of(self.stage.found()[key])
            self.docs[key] = data.draw(resembling(self.docs[key], above, live))
        self._then(data)

    @precondition(lambda self: self._free())
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        """Change a manifest: take it away, have it say that its object must not exist, rename
        it and leave the line about that in there, rotate its values or leave them to others.
        """
        key = data.draw(st.sampled_from(self._free()))
        ways: list[Callable[[Key, st.DataObject], None]] = [self._give_up]
        if not KINDS[key[0]].singleton:
            ways.append(self._remove)
        if KINDS[key[0]].renamable and not _rules(self.docs[key]).get("absent"):
            ways.append(self._rename)
        if WRITINGS[key[0]].values:
            ways += [self._rotate, self._keep]
        data.draw(st.sampled_from(ways))(key, data)
        self._then(data)

    @rule(data=st.data(), name=st.sampled_from(sorted(SOURCES)), value=values())
    def rotate_a_source(self, data: st.DataObject, name: str, value: str) -> None:
        """Have another value in an environment variable and a file."""
        self.stage.sources[name] = value
        self._then(data)

    @rule(data=st.data())
    def others_create(self, data: st.DataObject) -> None:
        """Let another client make an object, unless it is there."""
        self._create(data, *self._draw(data))
        self._then(data)

    @rule(data=st.data())
    def others_write(self, data: st.DataObject) -> None:
        """Let another client write an object as ``sem`` does, a secret of ours mostly."""
        there = self._there()
        key = data.draw(_mostly_sealing(there, [key for key in there if key in self.docs]))
        if key[0] == "DeploymentTarget" and data.draw(st.booleans()):
            self.stage.name_a_role(key)
        else:
            self.stage.write(self._sent(data, key))
        self._then(data)

    @precondition(lambda self: self._deletable())
    @rule(data=st.data(), again=st.booleans())
    def others_delete(self, data: st.DataObject, *, again: bool) -> None:
        """Let another client delete an object, and perhaps make one of its name."""
        key = data.draw(st.sampled_from(self._deletable()))
        sent = self._sent(data, key)
        self.stage.delete(key)
        if again:
            self.stage.create(sent)
        self._then(data)

    @precondition(lambda self: self._renamable())
    @rule(data=st.data())
    def others_rename(self, data: st.DataObject) -> None:
        """Let somebody else give an object another name, one that we declare perhaps."""
        key = data.draw(st.sampled_from(self._renamable()))
        known = sorted(other[2] for other in self.ever if other[:2] == key[:2])
        fresh = names(key[0], most=1).map(lambda found: found[0])
        name = data.draw(fresh | st.sampled_from(known) if known else fresh)
        if (*key[:2], name) not in self.stage.found():
            doc = data.draw(WRITINGS[key[0]].manifest(_scene(key), name))
            self.stage.apply_elsewhere(doc | {"reconciler": {"renamed_from": key[2]}})
        self._then(data)

    @rule(data=st.data())
    def others_apply(self, data: st.DataObject) -> None:
        """Let somebody who knows nothing of us write an object, one of ours perhaps."""
        key, scene = self._draw(data)
        self.stage.apply_elsewhere(data.draw(WRITINGS[key[0]].manifest(scene, key[2])))
        self._then(data)

    @rule(data=st.data())
    def ledger(self, data: st.DataObject) -> None:
        """Copy the ledger, lose it, or have an older copy in its place."""
        way = data.draw(st.sampled_from(["lose", "restore", "copy"]))
        if way == "lose":
            self.stage.lose_ledger()
        elif way == "copy" or not self.stage.copies:
            self.stage.keep_copy()
        else:
            self.stage.restore(data.draw(st.sampled_from(self.stage.copies)))
        self._then(data)

    def _then(self, data: st.DataObject) -> None:
        """Let the program run, mostly: it does what is declared, prunes, or has trouble."""
        way = data.draw(_WAYS)
        if way == "trouble":
            fate = replace(data.draw(FATES), nth=data.draw(st.integers(1, 30)))
            with suppress(ReconcilerError):
                self.stage.apply(fate, prune=data.draw(st.booleans()))
        elif way != "nothing":
            parallelism = data.draw(st.sampled_from([1, 10]))
            self._apply(prune=way == "prune", rewrite=way == "rewrite", parallelism=parallelism)

    def _apply(self, *, prune: bool = False, rewrite: bool = False, parallelism: int = 1) -> None:
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
            if key in self._free():
                del self.docs[key]

    def _give_up(self, key: Key, _: st.DataObject) -> None:
        del self.docs[key]

    def _remove(self, key: Key, _: st.DataObject) -> None:
        self.docs[key] = self.docs[key] | {"reconciler": {"absent": True}}

    def _rename(self, key: Key, data: st.DataObject) -> None:
        (name,) = data.draw(names(key[0], most=1))
        new: Key = (*key[:2], name)
        if new not in self.docs:
            doc = self.docs.pop(key)
            self._forget_line(new)
            line = {"reconciler": {"renamed_from": key[2]}}
            self.docs[new] = doc | {"metadata": doc["metadata"] | {"name": name}} | line

    def _rotate(self, key: Key, data: st.DataObject) -> None:
        self.docs[key] = data.draw(rotated(self.docs[key], WRITINGS[key[0]].values))

    def _keep(self, key: Key, data: st.DataObject) -> None:
        self.docs[key] = data.draw(keeping(self.docs[key], WRITINGS[key[0]].values))

    def _declare(self, data: st.DataObject, key: Key, scene: Scene) -> None:
        self._forget_line(key)
        self.docs[key] = data.draw(WRITINGS[key[0]].manifest(scene, key[2]))
        self.ever.add(key)

    def _create(self, data: st.DataObject, key: Key, scene: Scene) -> None:
        if not KINDS[key[0]].singleton and key not in self.stage.found():
            self.stage.create(Sent(*key, data.draw(WRITINGS[key[0]].body(scene, key[2]))))

    def _sent(self, data: st.DataObject, key: Key) -> Sent:
        """Return what another client sends for what is there, with other values at least."""
        body = data.draw(WRITINGS[key[0]].body(_scene(key), key[2]))
        if WRITINGS[key[0]].values and data.draw(st.integers(0, 3)):
            above = "" if key[0] == "DeploymentTarget" else "data"
            body = data.draw(sent_again(body, above, lists_of(self.stage.found()[key])))
        return Sent(*key, body)

    def _forget_line(self, key: Key) -> None:
        """Take away that something else had this name: it is declared itself."""
        for other, doc in self.docs.items():
            if other[:2] == key[:2] and _rules(doc).get("renamed_from") == key[2]:
                self.docs[other] = {k: v for k, v in doc.items() if k != "reconciler"}

    def _draw(self, data: st.DataObject) -> tuple[Key, Scene]:
        """Choose an object: one that is or was declared, or another of some kind."""
        has_targets = self.stage.settings.edition is not Edition.CE
        kinds = [kind for kind in KINDS if has_targets or kind != "DeploymentTarget"]
        kind = data.draw(st.sampled_from([*kinds, *HIDING * 2]))
        project = data.draw(st.sampled_from([HOME, OTHER])) if KINDS[kind].project_at else ""
        known = sorted(key[2] for key in self.ever if key[:2] == (kind, project))
        fresh = names(kind, most=1).map(lambda found: found[0])
        name = data.draw(st.sampled_from(known) | fresh if known else fresh)
        key = (kind, project, name)
        return key, _scene(key)

    def _free(self) -> list[Key]:
        """Return what is declared and may go, or change."""
        return sorted(key for key in self.docs if key not in _FIXED)

    def _there(self) -> list[Key]:
        """Return what others may change."""
        return sorted(k for k in self.stage.found() if k not in _FIXED and k[1] in _HOMES)

    def _deletable(self) -> list[Key]:
        return [key for key in self._there() if not KINDS[key[0]].singleton]

    def _renamable(self) -> list[Key]:
        return [key for key in self._there() if KINDS[key[0]].renamable]

    def _foreign(self) -> list[Key]:
        return [key for key in self._there() if key not in self.docs]


def _mostly_sealing(keys: list[Key], favoured: list[Key]) -> st.SearchStrategy[Key]:
    """One of them, or a favoured one with secret values in it."""
    sealing = [key for key in favoured if WRITINGS[key[0]].values]
    return st.sampled_from([*keys, *sealing * len(keys)])


def _scene(key: Key) -> Scene:
    return replace(scene_of(key[0]), project=key[1])


def _rules(doc: Doc) -> Doc:
    found: Doc = doc.get("reconciler") or {}
    return found


TestStory = Story.TestCase
TestStory.settings = effort(max_examples=_STORIES, stateful_step_count=_STEPS)
