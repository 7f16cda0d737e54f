"""export → plan is empty → apply adopts all and sends nothing, whatever others made."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler import commands
from reconciler.commands import Request
from reconciler.commands.exporting import export
from reconciler.commands.survey import Wanted, survey
from reconciler.commands.told_values import Telling
from reconciler.commands.tree import write_tree
from reconciler.kinds import KINDS
from reconciler.kinds.kind import settle
from reconciler.model import Address, Desired, Live, Spec
from reconciler.planning.kept_items import with_kept
from reconciler.planning.recognise import recognise
from reconciler.render import exported
from reconciler.render.exported import Exported
from reconciler.render.layout import Layout
from tests.laws.cases import Case, cases, organizations
from tests.laws.effort import fewer
from tests.laws.ground import Ground, fields, ground
from tests.laws.scratch import scratch
from tests.laws.sem_keys import unknown


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_what_is_exported_is_as_declared(kind: str, data: st.DataObject) -> None:
    """Whoever made it, in every edition."""
    full, how = data.draw(st.booleans()), data.draw(st.sampled_from(Layout))
    asyncio.run(_is_as_declared(data.draw(cases(kind)), how, full=full))


@fewer
@given(organizations(), st.sampled_from(Layout))
def test_a_whole_organization_is_as_declared(case: Case, how: Layout) -> None:
    """Objects of every kind."""
    asyncio.run(_is_as_declared(case, how, full=False))


async def _is_as_declared(case: Case, how: Layout, *, full: bool) -> None:
    async with ground(case.settings, case.style) as made:
        await made.send(case.sent)
        for docs in filter(None, (case.before, case.docs)):
            await made.run(Request(state=await made.load(docs), allow_replace=True))
        made.embedded.clock.advance(60)  # until new projects are listed
        with scratch() as folder:
            # a ledger that knows nothing of all that
            here = Ground(made.embedded, case.style, f"{folder}/ledger.db")
            found = await _exported(here, how, case.parallelism, full=full)
            assert found.left_out == {}
            write_tree(f"{folder}/out", found.files)
            await _is_taken_over(here, found, f"{folder}/out", case.parallelism)
            assert (await _exported(here, how, 10, full=full)).files == found.files
    here.outputs.take([*found.files.values(), exported.text(found, "out")])
    here.outputs.take(exported.document(found, "here", "out", ""))
    assert here.outputs.leaks(case.docs, case.before, [sent.body for sent in case.sent]) == []


async def _is_taken_over(here: Ground, found: Exported, out: str, parallelism: int) -> None:
    if not found.files:
        return
    before, start = await here.holdings(), here.number()
    state = commands.load([out]).state
    assert set(state.objects) == set(found.places)
    assert [key for each in found.files.values() for key in _unknown_keys(each)] == []

    there = await _there(here)
    short = [a for a, d in state.objects.items() if a not in found.remarks and _lacks(d, there[a])]
    assert short == []

    run = await here.run(Request(state=state), parallelism)
    assert fields(run.plan) == []
    assert (run.plan.refusals, run.plan.uncompared) == ((), ())
    assert {a for a in found.places if not KINDS[a.kind].singleton} <= set(run.plan.adopted)
    assert here.writes(start) == []
    assert await here.holdings() == before


async def _there(here: Ground) -> Mapping[Address, Live]:
    async with here._session(10) as session:
        await session.reader.read_projects((), ())
        return (await survey(session, Wanted(), in_full=True)).objects


def _lacks(desired: Desired, live: Live) -> bool:
    """Whether the manifest alone gives another object than there is, whatever its values are."""
    whole = settle(desired.spec)
    return recognise(_filled(whole, live.spec), live.spec).spec != live.spec


def _filled(whole: Spec, live: Spec) -> Spec:
    """Return a value with an empty list, or all defaults, where nothing is said, if it is so.

    What items keep is that of the items that they are.
    """
    changes: dict[str, Any] = {}
    for name, value in whole:
        there = getattr(live, name)
        if value is None and (there == () or (isinstance(there, Spec) and there == type(there)())):
            changes[name] = there
        elif isinstance(value, Spec) and isinstance(there, Spec):
            changes[name] = _filled(value, there)
        elif isinstance(value, tuple) and isinstance(there, tuple):
            changes[name] = with_kept(value, there)
    return whole.exchanging(changes)


def _unknown_keys(text: str) -> list[str]:
    """Return what the official client would refuse in a file."""
    return [key for each in yaml.load_all(text, yaml.CSafeLoader) for key in unknown(each)]


async def _exported(here: Ground, how: Layout, parallelism: int, *, full: bool) -> Exported:
    async with here._session(parallelism) as session:
        return await export(session, Wanted(), Telling(), how, full=full)
