"""What others do in a story, who know nothing of manifests; and what happens to the ledger."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from reconciler.kinds import KINDS
from tests.laws.kept import lists_of
from tests.laws.organization import Key, Sent
from tests.laws.stories.story import Story, mostly_sealing
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import rules
from tests.laws.strategies.rotation import sent_again


class Others(Story):
    """Others make, write and delete objects."""

    @rule(data=st.data())
    def others_create(self, data: st.DataObject) -> None:
        """Let another client make an object, unless it is there."""
        self.create(data, self.pick(data))
        self.then(data)

    @precondition(lambda self: self.there())
    @rule(data=st.data())
    def others_write(self, data: st.DataObject) -> None:
        """Let another client write an object as ``sem`` does, a secret of ours mostly."""
        there = self.there()
        ours = [key for key in there if key in self.docs]
        key = data.draw(mostly_sealing(there, ours))
        if key[0] == "DeploymentTarget" and data.draw(st.booleans()):
            self.stage.name_a_role(key)
        else:
            self.stage.write(self._sent(data, key))
        self.then(data)

    @precondition(lambda self: self._deletable())
    @rule(data=st.data(), again=st.booleans())
    def others_delete(self, data: st.DataObject, *, again: bool) -> None:
        """Let another client delete an object, and perhaps make one of its name."""
        key = data.draw(st.sampled_from(self._deletable()))
        sent = self._sent(data, key)
        self.stage.delete(key)
        if again:
            self.stage.create(sent)
        self.then(data)

    @rule(data=st.data())
    def others_apply(self, data: st.DataObject) -> None:
        """Let somebody who has manifests of their own write an object, one of ours perhaps."""
        self.stage.apply_elsewhere(data.draw(self.manifest(self.pick(data))))
        self.then(data)

    def _sent(self, data: st.DataObject, key: Key) -> Sent:
        """Return what another client sends for what is there, with other values at least."""
        body = data.draw(self.body(key))
        if WRITINGS[key[0]].values and data.draw(st.integers(0, 3)):
            above = "" if key[0] == "DeploymentTarget" else "data"
            body = data.draw(sent_again(body, above, lists_of(self.stage.found()[key])))
        return Sent(*key, body)

    def _deletable(self) -> list[Key]:
        return [key for key in self.there() if not KINDS[key[0]].singleton]


class Namesakes(Story):
    """Others give objects other names, and have the names that ours had."""

    @precondition(lambda self: self._renamable())
    @rule(data=st.data())
    def others_rename(self, data: st.DataObject) -> None:
        """Let somebody else give an object another name, one that we declare perhaps."""
        renamable = self._renamable()
        ours = [key for key in renamable if key in self.docs]
        key = data.draw(st.sampled_from([*renamable, *ours]))
        known = sorted(other[2] for other in self.ever if other[:2] == key[:2])
        fresh = self.fresh(key[0])
        name = data.draw(fresh | st.sampled_from(known) if known else fresh)
        new: Key = (*key[:2], name)
        if new not in self.stage.found():
            doc = data.draw(self.manifest(new))
            self.stage.apply_elsewhere(doc | {"reconciler": {"renamed_from": key[2]}})
        self.then(data)

    @precondition(lambda self: self._given_up())
    @rule(data=st.data())
    def others_take_a_name(self, data: st.DataObject) -> None:
        """Let another client make an object by the name that one of ours had before."""
        self.create(data, data.draw(st.sampled_from(self._given_up())))
        self.then(data)

    def _renamable(self) -> list[Key]:
        return [key for key in self.there() if KINDS[key[0]].renamable]

    def _given_up(self) -> list[Key]:
        lines = ((key, rules(doc).get("renamed_from")) for key, doc in self.docs.items())
        before = {(*key[:2], name) for key, name in lines if name}
        return sorted(before - self.docs.keys() - self.stage.found().keys())


class Ledgers(Story):
    """Ledgers get lost, and older ones come back."""

    @rule(data=st.data())
    def ledger(self, data: st.DataObject) -> None:
        """Copy the ledger, lose it, or have an older copy in its place."""
        way = data.draw(st.sampled_from(["lose", "lose", "restore", "copy"]))
        if way == "lose":
            self.stage.lose_ledger()
        elif way == "copy" or not self.stage.copies:
            self.stage.keep_copy()
        else:
            self.stage.restore(data.draw(st.sampled_from(self.stage.copies)))
        self.then(data)
