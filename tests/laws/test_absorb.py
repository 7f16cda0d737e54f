"""drift --absorb → plan is empty for what was absorbed, and nothing else in the files changes."""

import asyncio
import codecs
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler import commands
from reconciler.commands import Purpose, Request, Unmanaged, drifted, rewriting
from reconciler.commands.absorbing import Wish, absorb
from reconciler.commands.renaming import with_renames
from reconciler.commands.survey import Wanted
from reconciler.commands.updating import update
from reconciler.kinds import KINDS
from reconciler.manifest import Loaded
from reconciler.model import Action, Change, DesiredState, Memory, Plan
from reconciler.model.absorption import Absorption, How
from reconciler.render import absorbed
from reconciler.splicing.masking import masked
from tests.laws.cases import Case, cases
from tests.laws.decorating import decorated
from tests.laws.ground import Ground, ground
from tests.laws.scratch import scratch
from tests.laws.strategies.secrets import SOURCES
from tests.laws.writing import write

least = settings(max_examples=max(6, settings().max_examples // 8))


@pytest.mark.parametrize("kind", KINDS)
@least
@given(data=st.data())
def test_what_is_absorbed_is_as_declared(kind: str, data: st.DataObject) -> None:
    """Whoever wrote the files, and however; what is not there goes with its document."""
    asyncio.run(_holds(data.draw(cases(kind))))


@least
@given(st.sampled_from(sorted(KINDS)).flatmap(cases))
def test_an_updated_tree_says_what_is_there(case: Case) -> None:
    """export --update: all that is there is declared, as it is, but for what is named."""
    asyncio.run(_is_updated(case))


async def _is_updated(case: Case) -> None:
    async with _files(case) as (made, folder, loaded):
        async with made._session(10) as session:
            done = await update(session, Wanted(), loaded, Memory(), str(folder), remove=True)
        renamed = done.renamed
        found = absorb(done.wish, renamed.loaded.texts, session.reader.directory)
        found = with_renames(found, renamed, loaded.texts)
        list(rewriting.write(found.rewrites))
        left = {each.address for each in found.left}
        if not list(folder.rglob("*.y*ml")):
            return  # all of it is gone
        again = commands.load([str(folder)], newer=True)
        request = Request(state=again.state, purpose=Purpose.DRIFT, unmanaged=Unmanaged.ALL)
        decided = await made.plan(request)
        assert set(decided.unmanaged) <= left
        assert {c.address for c in decided.changes if not _is_secret(c)} <= left
        async with made._session(10) as session:
            done = await update(session, Wanted(), again, Memory(), str(folder), remove=True)
        short = {each.desired.address: each.unsaid for each in done.wish.differing if each.unsaid}
        assert short.keys() <= left, short
        more = absorb(done.wish, again.texts, session.reader.directory)
        assert {each.address for each in more.taken} <= left


def _is_secret(change: Change) -> bool:
    """Whether nothing differs but values that nobody is to write into a file."""
    return bool(change.fields) and all(field.secret for field in change.fields)


async def _holds(case: Case) -> None:
    async with _files(case) as (made, folder, loaded):
        await _is_absorbed(made, folder, loaded)


@asynccontextmanager
async def _files(case: Case) -> AsyncIterator[tuple[Ground, Path, Loaded]]:
    """Write down what is declared, beside an organization that others made."""
    async with ground(case.settings, case.style) as made:
        await made.send(case.sent)
        if case.before:
            await made.run(Request(state=await made.load(case.before), allow_replace=True))
        made.embedded.clock.advance(60)  # until new projects are listed
        with scratch() as name:
            folder = Path(name)
            await _write(made, folder, case)
            yield made, folder, commands.load([name], newer=True)


async def _write(made: Ground, folder: Path, case: Case) -> None:
    random = Random(case.style)
    for name, content in SOURCES.items():
        (folder / name).write_text(content, encoding="utf-8", newline="")
    for path in write(folder, case.docs, await made.client.lookup(), random):
        text = Path(path).read_bytes().decode()
        Path(path).write_bytes(decorated(text, random))


async def _is_absorbed(made: Ground, folder: Path, loaded: Loaded) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    found = await _absorbed(made, loaded)
    list(rewriting.write(found.rewrites))
    for each in found.rewrites:
        assert _untouched(each.before or b"", each.after or b"", found), (each.before, each.after)
    others = {path for path in before if str(path) not in {each.file for each in found.rewrites}}
    assert all(path.read_bytes() == before[path] for path in others)
    if not list(folder.glob("*.y*ml")):
        return
    again = commands.load([str(folder)], newer=True)
    left, differing = await _plan(made, again), {each.address for each in found.taken}
    stays = {(each.address, each.path) for each in found.left}
    still = [
        (change.address, field)
        for change in left.changes
        for field in change.fields
        if change.address in differing and (change.address, field.path) not in stays
    ]
    assert still == []
    then, now = (Counter((a.kind, a.name) for a in one.state.objects) for one in (loaded, again))
    gone, added = (
        Counter((each.address.kind, each.address.name) for each in found.by(how))
        for how in (How.REMOVED, How.ADDED)
    )
    assert now == then - gone + added
    more = await _absorbed(made, again)
    again_taken = [(each.address, path) for each in more.taken for path in each.fields]
    assert [each for each in again_taken if each[0] in differing and each not in stays] == []


async def _plan(made: Ground, loaded: Loaded) -> Plan:
    return await made.plan(Request(state=loaded.state, purpose=Purpose.DRIFT))


async def _absorbed(made: Ground, loaded: Loaded) -> Absorption:
    async with made._session(10) as session:
        decided = await commands.plan(session, Request(state=loaded.state, purpose=Purpose.DRIFT))
        directory = session.reader.directory
    wish = _with_gone(drifted.wish(decided, loaded.state, ()), decided, loaded.state)
    found = absorb(wish, loaded.texts, directory)
    made.outputs.take([absorbed.text(found, masked), absorbed.message(found, "here")])
    made.outputs.take(absorbed.document(found, masked))
    return found


def _with_gone(wish: Wish, decided: Plan, state: DesiredState) -> Wish:
    """Take what is not there for deleted outside."""
    missing = [c for c in decided.changes if c.action is Action.CREATE and c.desired]
    gone = drifted.with_contents([c.desired for c in missing if c.desired], state)
    return replace(wish, gone=gone)


def _untouched(before: bytes, after: bytes, found: Absorption) -> bool:
    """Whether all that is around the values that changed is as it was, byte for byte."""
    if any(found.by(How.REMOVED)):
        return True
    then, now = (_text(raw) for raw in (before, after))
    roots = [list(yaml.compose_all(text, Loader=yaml.CBaseLoader)) for text in (then, now)]
    spans = sorted(span for pair in zip(*roots, strict=True) for span in _changed(*pair))
    ends = [re.compile(r"$|\r?\n").search(then, last) for _, last in spans]
    spans = sorted(
        [*spans, *((end.start(), end.start()) for end in ends if end)]
    )  # behind a comment
    pieces, start = [], 0
    for first, last in spans:
        pieces.append(then[start:first])
        start = max(start, last)
    pieces.append(then[start:])
    at = 0
    for piece in pieces:
        at = now.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return now.startswith(pieces[0]) and now.endswith(pieces[-1])


def _text(raw: bytes) -> str:
    return raw.removeprefix(codecs.BOM_UTF8).decode()


def _changed(one: Any, other: Any, head: int = 0) -> Iterator[tuple[int, int]]:
    """Yield where values begin, with the key that they follow, and end that are other ones now."""
    whole = (head or one.start_mark.index, one.end_mark.index)
    if type(one) is not type(other):
        yield whole
    elif isinstance(one, yaml.MappingNode):
        keys = [[key.value for key, _ in side.value] for side in (one, other)]
        if keys[0] != keys[1]:
            yield whole
            return
        for (key, mine), (_, theirs) in zip(one.value, other.value, strict=True):
            yield from _changed(mine, theirs, key.end_mark.index)
    elif isinstance(one, yaml.SequenceNode):
        if len(one.value) != len(other.value) or _data(one) != _data(other):
            yield whole
    elif one.value != other.value:
        yield whole


def _data(node: Any) -> Any:
    """Return a node as plain data."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _data(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_data(item) for item in node.value]
    return node.value
