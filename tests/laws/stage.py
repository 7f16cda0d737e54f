"""Where a story happens: an organization, manifests, a ledger, and who works on them."""

import asyncio
import os
import sqlite3
from collections.abc import Coroutine, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from reconciler import commands
from reconciler.commands import Request
from reconciler.embedded import Action as Fate
from reconciler.embedded import Fault, Settings
from reconciler.model import DesiredState, Plan
from reconciler.sources.resolve import resolve
from tests.laws.ground import Run, check
from tests.laws.held import Holder
from tests.laws.hidden_values import Values
from tests.laws.kept import moved
from tests.laws.later import lost
from tests.laws.organization import Client, Holdings, Key, Sent, holdings
from tests.laws.ours import Ours
from tests.laws.outside import Outsider
from tests.laws.scratch import scratch
from tests.laws.strategies.basics import Doc
from tests.laws.strategies.secrets import SOURCES
from tests.laws.touched import changed, planned
from tests.laws.writing import write
from tests.reliability.lab import URL, Lab


@dataclass(frozen=True)
class Copy:
    """A copy of the ledger, what it takes for ours, and what it has of hidden values."""

    file: bytes
    ours: Ours
    values: Values


class Stage(commands.Hooks):
    """``docs``: what is declared; ``sources``: what its secrets are read from.

    ``ours``, ``values``: what the ledger that there is takes for ours, and has of hidden values.
    ``doubted``: it may be another than the one seen last. ``version``: the later one that the
    organization is of, if it is.
    """

    def __init__(self, settings: Settings, style: int, later: int | None) -> None:
        self._folder = scratch()
        self._random = Random(style)
        self._plans: list[Plan] = []
        self._found: Holdings | None = None
        self.settings = settings
        self.version = None
        self.lab = Lab(Path(self._folder.name), settings=settings)
        if later is not None:
            self.version = Fault(action=Fate.FUTURE, times=None, seed=later)
            self.lab.always = (self.version,)
            self.lab.add()
        self.docs: dict[Key, Doc] = {}
        self.sources = dict(SOURCES)
        self.ours, self.values = Ours(), Values()
        self.copies: list[Copy] = []
        self.doubted = False

    def close(self) -> None:
        self.lab.close()
        self._folder.cleanup()

    def found(self) -> Holdings:
        """Return what is held now."""
        if self._found is None:
            self._found = asyncio.run(holdings(self.lab.embedded))
        return self._found

    # what others do

    def create(self, sent: Sent) -> None:
        self._others(Client(self.lab.embedded).create(sent))

    def write(self, sent: Sent) -> None:
        self._others(Outsider(self.lab.embedded, self.found()).write(sent))

    def delete(self, key: Key) -> None:
        self._others(Outsider(self.lab.embedded, self.found()).delete(key))

    def name_a_role(self, key: Key) -> None:
        self._others(Outsider(self.lab.embedded, self.found()).name_a_role(key))

    def apply_elsewhere(self, doc: Doc) -> None:
        """Let somebody apply a manifest who has another ledger, which is none."""
        request = Request(state=self._load([doc]), allow_replace=True)
        self._others(self._work(request, "none", 1))

    def _others(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do it some time later: some things are told apart by the second they were made in.

        By then every project is listed.
        """
        self.lab.embedded.clock.advance(2 + self.settings.project_ready_seconds)
        asyncio.run(work)
        self._found = None

    # the ledger

    def keep_copy(self) -> None:
        if self._ledger.exists():
            self.copies.append(Copy(_bytes_of(self._ledger), self.ours, self.values))

    def lose_ledger(self) -> None:
        believed = not self.doubted
        for file in self._ledger.parent.glob(f"{self._ledger.name}*"):
            file.unlink()
            self.doubted = True
        guarded = self.ours.protected if believed else self.ours.guarded
        self.ours, self.values = Ours(guarded=guarded), Values()

    def restore(self, copy: Copy) -> None:
        self.lose_ledger()
        self._ledger.write_bytes(copy.file)
        self._ledger.chmod(0o600)
        self.ours = replace(copy.ours, guarded=self.ours.guarded)
        self.values = copy.values

    def accept_ledger(self) -> None:
        """Say that it is right, although it is not the one that was seen last."""
        commands.ledger.accept(self.lab.ledger, URL)
        self.doubted, self.ours = False, replace(self.ours, guarded=frozenset())

    @property
    def _ledger(self) -> Path:
        return Path(self.lab.ledger)

    # what the program does

    def apply(self, *fates: Fault, parallelism: int = 1, **options: Any) -> Run:
        """Do what is declared; whatever happens, nothing but the plan's objects is touched."""
        docs = list(self.docs.values())
        request = Request(state=self._load(docs), allow_replace=True, max_deletes=1000, **options)
        before, keys = self.found(), self._keys()
        self.lab.embedded.clock.advance(2)
        self.lab.add(*fates)
        try:
            return asyncio.run(self._work(request, self.lab.ledger, parallelism))
        finally:
            self.lab.add()
            self._found = None
            after, plan = self.found(), self._plans[-1] if self._plans else Plan(())
            strays = changed(before, after) - planned(plan, before, after)
            assert not strays, f"changed, and named nowhere: {strays}"
            gone = lost(keys, self._keys())
            assert not gone, f"keys of a later version: {gone}"
            unprotected = self.ours.lost(self.docs, before, after)
            assert not unprotected, f"protected, and gone: {unprotected}"
            if self._plans:
                self.ours.check_names(plan, self.docs, before)
            if self._plans and not plan.refusals:
                self._hold(plan, before, sure=not fates)
            if self._plans and not plan.refusals and not fates and options.get("prune"):
                left = self.ours.left(self.docs, after)
                assert not left, f"ours, declared no longer, and not pruned: {left}"

    def _hold(self, plan: Plan, before: Holdings, *, sure: bool) -> None:
        """Hold a plan that was carried out against the books, and go on with them."""
        after = self.found()
        self.ours.check(plan, self.docs, before)
        wrong = self.values.wrong(plan, self.docs, self._holder(before))
        assert not wrong, f"of hidden values: {wrong}"
        others = moved(self.docs.values(), before, after)
        assert not others, f"values that are others': {others}"
        self.ours = self.ours.after(self.docs, after, sure=sure)
        self.values = self.values.after(self.docs, before, self._holder(after), sure=sure)

    def check(self, plan: Plan) -> None:
        """Hold what is declared against what is held, after a plan that found nothing to do."""
        check(list(self.docs.values()), self._holder(self.found()), plan)

    def _holder(self, found: Holdings) -> Holder:
        return Holder.of(self.lab.embedded, found, self.sources)

    def planned(self, found: commands.Planned) -> None:
        self._plans.append(found.plan)

    async def _work(self, request: Request, ledger: str, parallelism: int) -> Run:
        self._plans.clear()
        async with self.lab.session(parallelism=parallelism) as session:
            applied = await commands.apply(session, request, ledger, self)
            return Run(applied.plan, applied.outcomes or ())

    def _load(self, docs: Iterable[Doc]) -> DesiredState:
        lookup = asyncio.run(Client(self.lab.embedded).lookup())
        with scratch() as folder:
            for name, content in self.sources.items():
                Path(folder, name).write_text(content, encoding="utf-8", newline="")
            write(Path(folder), [*docs], lookup, self._random)
            return resolve(commands.load([folder]).state, os.environ | self.sources).whole()

    def _keys(self) -> Holdings:
        """Return what is held with the keys that only a later version shows, if this is one."""
        if self.version is None:
            return {}
        return asyncio.run(holdings(self.lab.embedded, self.version))


def _bytes_of(file: Path) -> bytes:
    """Return a database as one file, whatever of it is still beside."""
    with closing(sqlite3.connect(file)) as database:
        return database.serialize()
