"""Which differences of a drift are to be written back, and which are not, and why."""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from reconciler.commands.absorbing import Differing, Wish
from reconciler.commands.renaming import names_of
from reconciler.commands.selection import Globs
from reconciler.model import Action, Address, Change, Desired, DesiredState, Place, Plan, Refusal
from reconciler.model.absorption import NotTaken
from reconciler.model.plan import DELETED_OUTSIDE
from reconciler.planning.declared import WITH_PROJECT

OPTION: Final = "--absorb"
ABSENT: Final = "`absent: true` asks that it is not there: remove that line to have it back"
_PRUNED: Final = "its manifest was taken out, and it waits to be pruned"
_NEVER: Final = "nothing is known of its having been there: it is new, and waits for an apply"
_RENAMED_BY_ID: Final = "it is about to be renamed: its entry has the id of what has another name"
_RENAMED: Final = "it is about to be renamed, as `renamed_from` says"


def new_names(decided: Plan, state: DesiredState, globs: tuple[str, ...]) -> dict[Address, str]:
    """Return what declared objects are to be called, of all or of what globs name by any name."""
    chosen = Globs.of(OPTION, globs, {a for pair in decided.elsewhere for a in pair})
    wanted = [
        (before, now)
        for before, now in decided.elsewhere
        if (desired := state.objects.get(before))
        and (not globs or before in chosen or now in chosen)
        and not (is_asked_otherwise(desired) or now in state.objects)
    ]
    return names_of(wanted, state)


def wish(
    decided: Plan,
    state: DesiredState,
    globs: tuple[str, ...],
    was: Mapping[Address, Address] = MappingProxyType({}),
) -> Wish:
    """Return what is to be written back of all that differs, or of what the globs name.

    ``was``: what objects were called that have got another name here; a glob may name them by it.
    Raises BadSettings for a glob that names nothing.
    """
    changes = (*decided.changes, *decided.observed)
    known = {change.address for change in changes} | {*state.objects, *decided.unmanaged}
    known |= {*was.values(), *(now for _, now in decided.elsewhere)}
    named = Globs.of(OPTION, globs, known)
    named.check(known, "there is no such object")
    chosen = {address for address in known if address in named}
    chosen |= {address for address, before in was.items() if before in named}
    wanted = [change for change in changes if not globs or change.address in chosen]
    gone = {c.address for c in wanted if c.desired and c.reason == DELETED_OUTSIDE}
    differing: list[Differing] = []
    missing: list[Desired] = []
    listed = []
    left: list[NotTaken] = []
    for change in wanted:
        home = _home(change, state)
        why = _why_not(change, gone, home)
        if why:
            left.append(NotTaken(change.address, "", change.place or Place("ledger"), why))
        elif change.desired and change.live:
            differing.append(Differing(change.desired, change.live, change.fields))
        elif change.desired:
            missing.append(change.desired)
        elif change.live and home:
            listed.append((change.live, home))
    left += (each for each in _refused(decided, state) if not globs or each.address in chosen)
    lost = with_contents(missing, state)
    left = [each for each in left if each.address not in {desired.address for desired in lost}]
    return Wish(tuple(differing), lost, tuple(listed), left=tuple(left))


def uncompared(decided: Plan) -> Iterator[Refusal]:
    """Yield what is refused and is about no change: a name, for one, that was changed outside.

    Whether a change would be allowed is for those to know who apply it, not for absorb.
    """
    changes = {change.address for change in (*decided.changes, *decided.observed)}
    return (each for each in decided.refusals if each.address not in changes)


def _refused(decided: Plan, state: DesiredState) -> Iterator[NotTaken]:
    for each in uncompared(decided):
        if each.address and (desired := state.objects.get(each.address)):
            yield NotTaken(each.address, "", each.place or desired.place, each.text)


def with_contents(gone: Collection[Desired], state: DesiredState) -> tuple[Desired, ...]:
    """Return what is gone with all that is declared in projects that are: it would lead nowhere."""
    projects = {each.address.name for each in gone if each.address.kind == "Project"}
    inside = (d for d in state.objects.values() if d.address.project in projects)
    return tuple({each.address: each for each in (*gone, *inside)}.values())


def _home(change: Change, state: DesiredState) -> Desired | None:
    """Return the manifest in whose list a live object is missing, if that is what it is."""
    if change.desired or change.live is None or change.address.project not in state.owned:
        return None
    home = state.objects.get(Address("Project", "", change.address.project))
    return home if change.place == state.owned[change.address.project] else None


def _why_not(change: Change, gone: set[Address], home: Desired | None) -> str:
    """Say why a difference is not for a manifest to take over, "" if it is."""
    desired = change.desired
    if desired is None:
        return "" if home else _PRUNED
    if desired.rules.absent:
        return ABSENT
    if change.action is Action.CREATE or change.live is None:
        with_home = Address("Project", "", change.address.project) in gone
        lost = change.reason == DELETED_OUTSIDE or (change.reason == WITH_PROJECT and with_home)
        return "" if lost else _NEVER
    if change.live.address == change.address:
        return ""
    return _RENAMED_BY_ID if desired.entry else _RENAMED


def is_asked_otherwise(desired: Desired) -> bool:
    """Whether a manifest asks for what is not there, and does not just describe it."""
    return desired.rules.absent or bool(desired.rules.renamed_from)


def unmanaged(decided: Plan, globs: tuple[str, ...], *, all_: bool) -> tuple[Address, ...]:
    """Return what is declared nowhere and is to become files: what globs name, or all."""
    if all_ and not globs:
        return decided.unmanaged
    chosen = Globs.of(OPTION, globs, decided.unmanaged)
    return tuple(address for address in decided.unmanaged if address in chosen)
