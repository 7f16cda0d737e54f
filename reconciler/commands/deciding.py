"""What is to be done, decided from all that this shows to be needed."""

from dataclasses import dataclass, field, replace

from reconciler.commands.organization import Session
from reconciler.commands.request import Purpose, Request
from reconciler.commands.selection import Globs
from reconciler.commands.unlisted import read_whole
from reconciler.commands.values import Values
from reconciler.model import Address, LiveState, Memory, Plan
from reconciler.planning import Policy, contents, following, scope
from reconciler.planning import plan as decide_plan
from reconciler.planning.around import Around, keeping
from reconciler.planning.presence import of_note


@dataclass(slots=True)
class Deciding:
    """Decides, reads what that shows to be needed, and decides again, until all is known.

    ``looked``: the kinds that were looked for in projects, each with its project.
    """

    session: Session
    request: Request
    memory: Memory
    beyond: Around
    live: LiveState
    values: Values
    looked: set[tuple[str, str]] = field(default_factory=set)

    async def plan(self) -> Plan:
        """Decide; raises InvalidManifests for values that can't be had, all of them."""
        policy, purpose = self.request.policy(self._rewritten()), self.request.purpose
        reads = self.request.values
        if reads:
            self.values.read_compared(self.live, self.memory, new=purpose is not Purpose.DRIFT)
        while True:
            decided = self._decided(policy)
            more = await self._read_contents(decided)
            if reads and not more and purpose is not Purpose.DRIFT:
                more = self.values.read_written(decided)
            if not more:
                break
        adopts = purpose is not Purpose.DRIFT and self.request.adopt
        if reads and adopts and self.values.read_assumed(decided):
            decided = self._decided(policy)
        self.values.check()
        return decided

    def _decided(self, policy: Policy) -> Plan:
        return decide_plan(self.values.state, self.live, policy, self.memory, self.beyond)

    def _rewritten(self) -> set[Address]:
        """Return the objects whose hidden values are to be written; raises BadSettings."""
        declared = self.values.state.objects
        globs = Globs.of("--rewrite", self.request.rewrite, declared)
        globs.check(self.request.state.objects)
        globs.check_chosen(declared)
        return {address for address in declared if address in globs}

    async def _read_contents(self, decided: Plan) -> bool:
        """Read what is in projects, as far as the plan touches it; say whether that was more."""
        more = contents.looked_into(decided, self.live.directory) - self.looked
        if not more:
            return False
        self.looked |= more
        memory = self.request.memory
        found = (await read_whole(self.session.reader, scope.of_parts(more), memory.ids)).live
        memory = following.followed(memory, found.objects.values())
        more_inside = {a: found.objects[a] for a in of_note(found) if a.project}
        inside = {**self.live.contents, **more_inside}
        referring = self.live.referring | set(contents.referring(found.objects))
        unread = tuple(sorted({*self.live.unread, *found.unread}))
        self.live = replace(self.live, contents=inside, referring=referring, unread=unread)
        self.beyond = keeping(self.beyond, self.request.state, memory, of_note(found))
        return True
