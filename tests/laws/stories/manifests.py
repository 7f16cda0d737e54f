"""What users do in a story: they write manifests and change them, and rotate what those name."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from reconciler.kinds import KINDS
from tests.laws.kept import lists_of
from tests.laws.organization import Key
from tests.laws.stories.story import Story, mostly_sealing
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import rules
from tests.laws.strategies.rotation import keeping, resembling, rotated
from tests.laws.strategies.secrets import SOURCES, values


class Manifests(Story):
    """Manifests come and go."""

    @rule(data=st.data())
    def declare(self, data: st.DataObject) -> None:
        """Write a new manifest, or another for what has one."""
        self.write(data, self.pick(data))
        self.then(data)

    @precondition(lambda self: self.foreign())
    @rule(data=st.data())
    def adopt(self, data: st.DataObject) -> None:
        """Declare what is there and was not declared."""
        key = data.draw(mostly_sealing(self.foreign()))
        self.write(data, key)
        above = WRITINGS[key[0]].values
        if above and data.draw(st.booleans()):
            live = lists_of(self.stage.found()[key])
            self.docs[key] = data.draw(resembling(self.docs[key], above, live))
        self.then(data)

    @precondition(lambda self: self.free())
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        """Take a manifest away."""
        del self.docs[data.draw(st.sampled_from(self.free()))]
        self.then(data)

    @precondition(lambda self: self.removable())
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """Have a manifest say that its object must not exist."""
        key = data.draw(st.sampled_from(self.removable()))
        self.docs[key] = self.docs[key] | {"reconciler": {"absent": True}}
        self.then(data)


class Renames(Story):
    """Users give their objects other names, and leave the line about that where it is."""

    @precondition(lambda self: self._nameable())
    @rule(data=st.data())
    def rename(self, data: st.DataObject) -> None:
        """Have a manifest say that its object has another name from now on."""
        key = data.draw(st.sampled_from(self._nameable()))
        name = data.draw(self.fresh(key[0]))
        new: Key = (*key[:2], name)
        if new not in self.docs:
            doc = dict(self.docs.pop(key))
            self.forget_line(new)
            doc["metadata"] = doc["metadata"] | {"name": name}
            self.docs[new] = doc | {"reconciler": rules(doc) | {"renamed_from": key[2]}}
        self.then(data)

    def _nameable(self) -> list[Key]:
        there = (key for key in self.free() if not rules(self.docs[key]).get("absent"))
        return [key for key in there if KINDS[key[0]].renamable]


class Protection(Story):
    """Users protect what must stay, and lift that."""

    @precondition(lambda self: self.removable())
    @rule(data=st.data())
    def protect(self, data: st.DataObject) -> None:
        """Have a manifest say that its object is protected, or is not, or nothing of that."""
        key = data.draw(st.sampled_from(self.removable()))
        said = {k: v for k, v in rules(self.docs[key]).items() if k == "renamed_from"}
        told = data.draw(st.sampled_from([{"protect": True}, {"protect": False}, {}]))
        self.docs[key] = self.docs[key] | {"reconciler": said | told}
        self.then(data)

    @precondition(lambda self: self._protected())
    @rule(data=st.data())
    def forget_protection(self, data: st.DataObject) -> None:
        """Lose the ledger when a manifest no longer says that its object is protected."""
        key = data.draw(st.sampled_from(self._protected()))
        self.docs[key] = self.docs[key] | {"reconciler": {"absent": data.draw(st.booleans())}}
        self.stage.lose_ledger()
        self.then(data)

    def _protected(self) -> list[Key]:
        return [key for key in self.removable() if rules(self.docs[key]).get("protect")]


class Rotation(Story):
    """Users have other values in their secrets, or leave them to others."""

    @precondition(lambda self: self._sealing())
    @rule(data=st.data())
    def rotate(self, data: st.DataObject) -> None:
        """Write other values into a manifest, at least in part."""
        key = data.draw(st.sampled_from(self._sealing()))
        self.docs[key] = data.draw(rotated(self.docs[key], WRITINGS[key[0]].values))
        self.then(data)

    @precondition(lambda self: self._sealing())
    @rule(data=st.data())
    def keep(self, data: st.DataObject) -> None:
        """Have a manifest leave values to whoever set them."""
        key = data.draw(st.sampled_from(self._sealing()))
        self.docs[key] = data.draw(keeping(self.docs[key], WRITINGS[key[0]].values))
        self.then(data)

    @rule(data=st.data(), name=st.sampled_from(sorted(SOURCES)), value=values())
    def rotate_a_source(self, data: st.DataObject, name: str, value: str) -> None:
        """Have another value in an environment variable and a file."""
        self.stage.sources[name] = value
        self.then(data)

    def _sealing(self) -> list[Key]:
        return [key for key in self.free() if WRITINGS[key[0]].values]
