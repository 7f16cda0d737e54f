"""What holds beyond what a run may touch: what is protected, and which names are another's."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from reconciler.model import Address, DesiredState, Directory, LiveState, Memory, exchanged
from reconciler.model.address import typed
from reconciler.planning.following import says_which
from reconciler.planning.leading import led_to
from reconciler.planning.names import aliases
from reconciler.planning.presence import of_note
from reconciler.planning.references import needed
from reconciler.planning.renames import still_to_do


@dataclass(frozen=True, slots=True)
class Around:
    """What all manifests and all records say, also of what is left out of a run.

    ``guarded``: what must not be deleted, and is there; ``observed``: what of that is not to be
    written either. ``lent``: what is to be given back instead of being deleted. ``namesakes``: by
    name, why a project that is known by it is not the one that has it. ``claimed``: the names that
    declared objects have, and had as long as their renames are not done; ``exchanged``: those that
    are to have each other's. ``needed``: by the name of a project, what is declared in it or refers
    to it.
    """

    guarded: frozenset[Address] = frozenset()
    lent: frozenset[Address] = frozenset()
    observed: frozenset[Address] = frozenset()
    namesakes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    claimed: frozenset[Address] = frozenset()
    exchanged: frozenset[Address] = frozenset()
    needed: Mapping[str, tuple[Address, ...]] = field(default_factory=lambda: MappingProxyType({}))


NOTHING_AROUND: Final = Around()
"""Of a run that leaves nothing out and remembers nothing."""


def protected(state: DesiredState, memory: Memory) -> set[Address]:
    """Return what must not be deleted: by its manifest, or as that once said."""
    found = {address for address, record in memory.records.items() if record.protect}
    found |= memory.guarded.keys()
    for address, desired in state.objects.items():
        if desired.rules.protect:
            found |= {address, desired.former}
    return found


def observed(state: DesiredState) -> set[Address]:
    """Return what is compared, and never written."""
    return {address for address, desired in state.objects.items() if desired.rules.observe}


def lent(state: DesiredState, memory: Memory) -> set[Address]:
    """Return what stays once its manifest is gone: by that, or as it said at the end."""
    found = {a for a, record in memory.records.items() if record.forget and a not in state.objects}
    for address, desired in state.objects.items():
        if desired.rules.forget:
            found |= {address, desired.former}
    return found


def around(state: DesiredState, memory: Memory, live: LiveState) -> Around:
    """Look around a run: at everything that is declared, remembered and live."""

    def id_at(address: Address) -> str:
        return live.objects[address].id if address in live.objects else ""

    circle = exchanged(state.objects.values())
    ahead, _ = still_to_do(state, id_at, memory, circle)
    found = Around(
        namesakes=dict(_namesakes(ahead, memory, live)),
        claimed=frozenset(aliases(ahead)),
        exchanged=circle,
        needed=needed(state),
    )
    return keeping(found, state, memory, of_note(live))


def keeping(
    known: Around, state: DesiredState, memory: Memory, there: Container[Address]
) -> Around:
    """Return the same with what of these objects must not be deleted either."""
    guarded, given, seen = (
        {address for address in found if address in there}
        for found in (protected(state, memory), lent(state, memory), observed(state))
    )
    return replace(
        known,
        guarded=known.guarded | guarded | seen,
        lent=known.lent | given,
        observed=known.observed | seen,
    )


def is_another(
    memory: Memory, directory: Directory, name: str, others: set[str], ours: Iterable[Address]
) -> str:
    """Say that what has a project's name is none of ``others``, by ids, which are meant.

    ``ours``: what means them, and is to be forgotten if the other one is meant now.
    """
    names, address = directory.names("Project"), Address("Project", "", name)
    called = sorted(names[id_] for id_ in others if id_ in names)
    became = f"is Project/{called[0]} now" if called else "is gone"
    about = f"it is about {address}, which {became}, and what has its name is another one"
    if address in memory.records and not called:
        return (
            f"{about}; to adopt that, take its manifest into this run; if it is to stay another's, "
            f"first `reconciler forget {typed([address])}`"
        )
    write = f"if that is meant, write {called[0]!r}; " if called else ""
    forget = f"`reconciler forget {typed(ours)}`"
    return f"{about}; {write}if it is about that one now, first {forget}"


def _namesakes(state: DesiredState, memory: Memory, live: LiveState) -> Iterator[tuple[str, str]]:
    directory, names = live.directory, aliases(state)
    for name, ids in memory.project_ids().items():
        there, others = directory.id("Project", name), ids - {directory.id("Project", name)}
        if not (there and others):
            continue
        about = memory.about(name, others)
        ours = {at for at in about if at.project == name or _leads(state, live, names, at, name)}
        if ours or Address("Project", "", name) in memory.records:
            yield name, is_another(memory, directory, name, others, ours)
    for address, desired in state.objects.items():
        before = desired.former
        ids = {directory.id("Project", each.name) for each in (address, before)}
        contested = address.kind == "Project" and len(ids - {""}) > 1
        if contested and not says_which(desired, memory):
            yet = f"it is about {address}, which is {before} yet, and what has its name is another"
            yield address.name, f"{yet}; take its manifest into this run to see what can be done"
    for before, now in memory.moves.items():
        if before.kind != "Project" or now == before:
            continue
        taken = directory.id("Project", before.name)
        given_back = taken == memory.ids.get(now)  # by this run
        if not taken or given_back:
            continue
        if now in memory.records or _is_still_said(state, memory, live, before, now):
            moved = f"it is about {before}, which was renamed outside and is {now} now"
            forget = typed(_recorded(state, memory, live, before, now))
            way = f"if that is meant, write {now.name!r}"
            way += f"; if the other one is, first `reconciler forget {forget}`" if forget else ""
            yield before.name, f"{moved}; what is {before} now is another one; {way}"


def _leads(
    state: DesiredState,
    live: LiveState,
    names: Mapping[Address, Address],
    address: Address,
    name: str,
) -> bool:
    """Whether a manifest is about to lead an object, by a name that it has or had, to a project."""
    desired = state.objects.get(names.get(address, address))
    if desired is None or desired.rules.absent:
        return False
    return name in led_to(desired, live.objects.get(address) or live.objects.get(desired.address))


def _is_still_said(
    state: DesiredState, memory: Memory, live: LiveState, before: Address, now: Address
) -> bool:
    """Whether what is about a renamed project may go on calling it as before."""
    about, names = memory.about(now.name, {memory.projects.get(now.name, "")}), aliases(state)
    if not about or any(at.project == now.name and at not in names for at in about):
        return True
    return any(_leads(state, live, names, at, before.name) for at in about & names.keys())


def _recorded(
    state: DesiredState, memory: Memory, live: LiveState, before: Address, now: Address
) -> set[Address]:
    """Return what the ledger has of a project, by the name that it had, and what leads to it."""
    known = memory.records.keys() | memory.intended.keys()
    inside = {replace(at, project=before.name) for at in known if at.project == now.name}
    inside |= {at for at in known if at.project == before.name}
    referring = {at for at in known if now.name in memory.referring(at)}
    names = aliases(state)
    inside |= {at for at in referring if _leads(state, live, names, at, before.name)}
    return inside | ({before} if now in known else set())
