"""drift --absorb: what differs is shown, and written into the manifests once that is wanted."""

import os
from dataclasses import replace

import click

from reconciler import commands
from reconciler.cli.exit_codes import CHANGES, DONE
from reconciler.cli.flows import written_back
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.flows.written_back import Found
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.options import Options
from reconciler.cli.reports import Reports, reported
from reconciler.cli.streams import talk
from reconciler.commands import Purpose, Unmanaged, drifted, renaming, reporting
from reconciler.commands.additions import additions
from reconciler.commands.patching import Base
from reconciler.model import Plan
from reconciler.model.absorption import Absorption
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.render.machine import Document


@reported(Subject.DRIFT)
def absorb_drift(asked: Options, reports: Reports) -> int:
    _check(asked)
    invocation = OnlineInvocation.of(asked)
    if asked.patch:
        Base.of(invocation.paths, f"--patch {asked.patch}")
    drift, then, found = _read(invocation)
    reports.write(drift)
    if invocation.format.spoken:
        invocation.tell(drift)
    absorption = found.reviewed(invocation)

    def told(said: Document) -> Report:
        return replace(drift, absorbed=said)

    written_back.write(invocation, absorption, drift.organization, told)
    return _code(then, absorption)


def _check(asked: Options) -> None:
    context = click.get_current_context()
    if asked.patch and asked.branch:
        raise click.UsageError("--patch and --branch exclude each other.", context)
    for glob in asked.absorb:
        if glob and (glob == "-" or os.path.exists(glob)):  # noqa: PTH110 — as it is given
            raise click.UsageError(
                f"--absorb takes addresses, and {glob} is a path: name paths before it.", context
            )


def _read(invocation: OnlineInvocation) -> tuple[Report, Plan, Found]:
    asked, begun, chosen = invocation.asked, reporting.now(), invocation.chosen()
    loaded = invocation.loaded()
    globs = tuple(glob for glob in asked.absorb if glob)
    request = replace(
        invocation.request(loaded.state),
        values=not asked.no_values,
        purpose=Purpose.DRIFT,
        strict=invocation.strict,
        unmanaged=invocation.unmanaged,
    )
    organization = invocation.organization(chosen, read_only=True)
    every = invocation.unmanaged is Unmanaged.FAIL

    async def work(_: Interrupts) -> tuple[Report, Plan, Found]:
        with invocation.progress() as progress:
            progress.say(f"Reading {organization.url}")
            async with commands.connect(organization) as session:
                looked = await commands.look(session, request, invocation.ledger)
                names = drifted.new_names(looked.plan, loaded.state, globs)
                done = renaming.renamed(loaded, names)
                then, state = looked, done.loaded.state
                if done.was:  # now all can be compared
                    again = replace(request, state=state)
                    then = await commands.look(session, again, invocation.ledger)
                wish = drifted.wish(then.plan, state, globs, done.was)
                new = drifted.unmanaged(then.plan, globs, all_=every)
                added, left = await additions(session, new, state, done.loaded.texts)
        invocation.explain(f"{session.requests} requests")
        wish = replace(wish, added=added, left=(*wish.left, *left))
        told = reporting.report(
            Subject.DRIFT, looked, request, chosen.url, begun=begun, requests=session.requests
        )
        return told, then.plan, Found(wish, loaded.texts, session.reader.directory, done)

    return run(work)


def _code(decided: Plan, absorption: Absorption) -> int:
    """Return whether anything differs still: what was left, not asked for, or not compared."""
    taken = {each.address for each in absorption.taken}
    rest = {change.address for change in (*decided.changes, *decided.observed)} - taken
    uncompared = any(drifted.uncompared(decided))
    if uncompared:
        talk("error: not all could be compared\n")
    failing = any(not each.about or each.about - taken for each in decided.failing)
    left = rest or absorption.left or failing or uncompared or decided.is_idle
    return CHANGES if left else DONE
