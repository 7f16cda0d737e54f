"""drift --absorb: what differs is shown, and written into the manifests once that is wanted."""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import click

from reconciler import commands
from reconciler.cli.consent import ask, is_wanted
from reconciler.cli.exit_codes import CHANGES, DONE, REFUSED
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.options import Options
from reconciler.cli.streams import product, talk
from reconciler.commands import Planned, Purpose, Unmanaged, branch, drifted, rewriting
from reconciler.commands.absorbing import Wish, absorb
from reconciler.commands.additions import additions
from reconciler.errors import BadSettings, PlanRefused
from reconciler.manifest import Text
from reconciler.model import Address, Directory
from reconciler.model.absorption import Absorption, How, NotTaken
from reconciler.render import absorbed, machine
from reconciler.render import drift as drift_text
from reconciler.splicing.masking import masked

_NOT_WANTED = "it was not wanted that its manifest goes"


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read: the drift, what is to be written back of it, and what that needs."""

    looked: Planned
    wish: Wish
    texts: Mapping[str, Text]
    directory: Directory

    def absorption(self, spared: Collection[Address] = ()) -> Absorption:
        """Return what becomes of the files; ``spared``: what is not to be removed."""
        gone = tuple(each for each in self.wish.gone if each.address not in spared)
        kept = [each for each in self.wish.gone if each.address in spared]
        left = [NotTaken(each.address, "", each.place, _NOT_WANTED) for each in kept]
        wish = replace(self.wish, gone=gone, left=(*self.wish.left, *left))
        return absorb(wish, self.texts, self.directory)


def absorb_drift(asked: Options) -> int:
    _check(asked)
    invocation = OnlineInvocation.of(asked)
    chosen = invocation.chosen()
    found = _read(invocation)
    decided, spared = found.looked.plan, frozenset[Address]()
    absorption = found.absorption()
    if asked.branch:
        branch.check(asked.branch, absorption.rewrites)
    if asked.form == "text":
        invocation.show(decided, chosen.url, drift_text.drift, machine.drift)
        if not (asked.auto_approve or asked.patch):
            spared = run(lambda _: _refused(absorption))
            absorption = found.absorption(spared) if spared else absorption
        product(f"\n{absorbed.text(absorption, masked, invocation.palette)}")
    rewriting.check(absorption.rewrites)
    done: dict[str, Any] = {}
    try:
        done = _done(invocation, absorption, chosen.url)
    finally:
        if asked.form == "json":
            document = machine.drift(decided, chosen.url)
            shown = absorbed.document(absorption, masked)
            product(machine.dumps({**document, "absorbed": {**shown, **_EMPTY, **done}}))
    return _code(found, absorption)


_EMPTY: Mapping[str, Any] = {"written": False, "patch": "", "branch": "", "commit": "", "next": ""}


def _check(asked: Options) -> None:
    context = click.get_current_context()
    if asked.patch and asked.branch:
        raise click.UsageError("--patch and --branch exclude each other.", context)
    for glob in asked.absorb:
        if glob and (glob == "-" or os.path.exists(glob)):  # noqa: PTH110 — as it is given
            raise click.UsageError(
                f"--absorb takes addresses, and {glob} is a path: name paths before it.", context
            )


def _read(invocation: OnlineInvocation) -> _Found:
    asked = invocation.asked
    loaded = invocation.loaded()
    globs = tuple(glob for glob in asked.absorb if glob)
    request = replace(
        invocation.request(loaded.state),
        values=not asked.no_values,
        purpose=Purpose.DRIFT,
        strict=invocation.strict,
        unmanaged=invocation.unmanaged,
    )
    organization = invocation.organization(invocation.chosen(), read_only=True)
    every = invocation.unmanaged is Unmanaged.FAIL

    async def work(_: Interrupts) -> _Found:
        with invocation.progress() as progress:
            progress.say(f"Reading {organization.url}")
            async with commands.connect(organization) as session:
                looked = await commands.look(session, request, invocation.ledger)
                wish = drifted.wish(looked.plan, loaded.state, globs)
                new = drifted.unmanaged(looked.plan, globs, all_=every)
                added, left = await additions(session, new, loaded.state, loaded.texts)
        invocation.explain(f"{session.requests} requests")
        wish = replace(wish, added=added, left=(*wish.left, *left))
        return _Found(looked, wish, loaded.texts, session.reader.directory)

    return run(work)


async def _refused(absorption: Absorption) -> frozenset[Address]:
    """Ask of each manifest that goes, and return those that are to stay."""
    refused: set[Address] = set()
    for each in absorption.by(How.REMOVED):
        question = f"\n{each.address} is gone. Remove it from {each.file}? Only 'yes' does: "
        if not await is_wanted(question, "yes"):
            refused.add(each.address)
    return frozenset(refused)


def _done(invocation: OnlineInvocation, absorption: Absorption, where: str) -> dict[str, Any]:
    """Write what is to be written, where that is wanted, and return what JSON says of it."""
    asked, rewrites = invocation.asked, absorption.rewrites
    if not rewrites:
        return {}
    if asked.patch:
        _write_patch(asked.patch, absorbed.patch(rewrites))
        _say(asked, f"Written to {asked.patch}: {absorbed.counted(absorption)}.")
        return {"patch": asked.patch}
    if not asked.auto_approve:
        if asked.form == "json":
            raise PlanRefused(
                "nothing was changed: --format json does not ask; give --auto-approve"
            )
        what = f"commit that on branch {asked.branch}" if asked.branch else "write that"
        question = f"\n{absorbed.counted(absorption)}: {what}? Only 'yes' does: "
        run(lambda _: ask(question, "yes"))
    if asked.branch:
        made = branch.commit(asked.branch, rewrites, absorbed.message(absorption, where))
        said = f"Committed on branch {made.branch}: {absorbed.counted(absorption)}."
        _say(asked, f"{said}\nTo open a pull request: {made.next}")
        return {"branch": made.branch, "commit": made.name, "next": made.next}
    rewriting.write(rewrites)
    _say(asked, f"Absorbed: {absorbed.counted(absorption)}.")
    return {"written": True}


def _say(asked: Options, text: str) -> None:
    if asked.form == "text":
        product(f"\n{text}\n")


def _write_patch(name: str, text: str) -> None:
    """Write a new file, for nobody else to read: secrets may stand beside what changes."""
    try:
        number = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadSettings(f"--patch {name}: is there, and nothing is written over") from None
    with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def _code(found: _Found, absorption: Absorption) -> int:
    """Return whether anything differs still, what was left and what was not asked for."""
    decided = found.looked.plan
    taken = {each.address for each in absorption.taken}
    rest = {change.address for change in (*decided.changes, *decided.observed)} - taken
    if rest or absorption.left or decided.failing:
        return CHANGES
    if decided.refusals:
        talk("error: not all could be compared\n")
        return REFUSED
    return DONE
