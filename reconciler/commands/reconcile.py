"""Plan and apply: read, decide, do."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from reconciler.commands.organization import Session
from reconciler.errors import InvalidManifests, PlanRefused
from reconciler.execution import Hands, Tokens, Watch, execute
from reconciler.kinds import KINDS
from reconciler.model import Address, Change, DesiredState, Outcome, Plan, Sealed
from reconciler.planning import Policy, names, scope
from reconciler.planning import plan as decide_plan


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of a run; ``target`` and ``exclude`` are globs over addresses."""

    state: DesiredState
    target: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    allow_replace: bool = False
    max_deletes: int = 10
    destroy: bool = False


async def plan(session: Session, request: Request) -> Plan:
    """Read what is needed and decide; writes nothing.

    Raises ApiError if anything can't be read, InvalidManifests for names that lead nowhere.
    """
    policy = Policy(
        allow_replace=request.allow_replace,
        max_deletes=request.max_deletes,
        destroy=request.destroy,
    )
    selected, left_out = select(request.state, request.target, request.exclude)
    selected = await _name_projects(session, selected, request)
    live = await session.reader.snapshot(scope.scope_of(selected))
    selected = names.with_names(selected, live.names)
    return replace(decide_plan(selected, live, policy), excluded=left_out)


async def _name_projects(
    session: Session, selected: DesiredState, request: Request
) -> DesiredState:
    """Turn project ids into names; every reference must lead somewhere."""
    everything = request.state
    named = scope.projects_named(selected)
    if not named:
        return selected
    found = await session.reader.read_projects(named)
    ahead = names.renamed(found, everything)
    session.reader.call_projects(ahead)
    tables: Mapping[str, Mapping[str, str]] = {"Project": ahead}
    problems = names.doubles(selected, tables)
    selected, everything = (names.with_names(s, tables) for s in (selected, everything))
    if not request.destroy:
        problems += names.dangling(selected, tables, KINDS, everything)
    if problems:
        raise InvalidManifests(problems)
    return selected


def select(
    state: DesiredState, target: tuple[str, ...], exclude: tuple[str, ...]
) -> tuple[DesiredState, tuple[Address, ...]]:
    """Return what the globs select, and the addresses they leave out."""

    def chosen(address: Address) -> bool:
        text = str(address)
        wanted = not target or any(fnmatchcase(text, glob) for glob in target)
        return wanted and not any(fnmatchcase(text, glob) for glob in exclude)

    kept = {a: d for a, d in state.objects.items() if chosen(a)}
    owned = {p: place for p, place in state.owned.items() if chosen(Address("Project", "", p))}
    left_out = tuple(sorted(set(state.objects) - set(kept)))
    return replace(state, objects=kept, owned=owned), left_out


async def apply(  # noqa: PLR0913 — who is told what
    session: Session,
    decided: Plan,
    *,
    started: Callable[[Change], None],
    finished: Callable[[Outcome], None],
    once: Callable[[Address, Sealed], None],
    stop: asyncio.Event,
) -> tuple[Outcome, ...]:
    """Do what a plan says; raises PlanRefused, and nothing for a step that fails.

    ``once`` gets values that Semaphore shows only when an object is created.
    """
    if decided.refusals:
        raise PlanRefused("\n".join(f"{r.address}: {r.text}" for r in decided.refusals))
    hands = Hands(session.reader, session.writer, Tokens(), once)
    watch = Watch(started, finished, stop)
    return await execute(decided, hands, watch, parallelism=session.organization.parallelism)
