"""plan and drift: Semaphore is read, nothing is written."""

from dataclasses import replace

import click

from reconciler import commands
from reconciler.cli import tokens
from reconciler.cli.exit_codes import CHANGES, DONE, REFUSED
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.options import Options
from reconciler.cli.reports import Reports, reported
from reconciler.cli.streams import product, talk
from reconciler.commands import Planned, Purpose, Request, reporting, saving
from reconciler.commands.changed_files import changed_since, declared_in, narrowed, note
from reconciler.model import Problem
from reconciler.model.report import Report
from reconciler.model.subject import Subject

_SUBJECTS = {Purpose.REVIEW: Subject.PLAN, Purpose.DRIFT: Subject.DRIFT}


@reported(Subject.PLAN)
def plan(asked: Options, reports: Reports) -> int:
    if asked.out is not None:
        _check_out(asked)
    _check_narrowed(asked)
    invocation = OnlineInvocation.of(asked)
    told, looked, request = _look(invocation, Purpose.REVIEW)
    decided = looked.plan
    saves = asked.out is not None and not decided.refusals
    if saves:
        saving.save(
            str(asked.out),
            decided,
            organization=told.organization,
            request=request,
            paths=invocation.paths,
            key=looked.memory.hashes.key,
        )
    told = replace(told, plan=tokens.noted(decided, kept=False))
    reports.write(told)
    invocation.tell(told)
    if saves and invocation.format.spoken:
        product(f"\nSaved to {asked.out}; apply it with: reconciler apply {asked.out}\n")
    if decided.refusals:
        saved = f"not saved to {asked.out}: " if asked.out is not None else ""
        talk(f"error: {saved}the plan is refused as it stands\n")
        return REFUSED
    if not asked.detailed_exitcode:
        return DONE
    return CHANGES if decided.changes or decided.failing else DONE


@reported(Subject.DRIFT)
def drift(asked: Options, reports: Reports) -> int:
    invocation = OnlineInvocation.of(asked)
    told, looked, _ = _look(invocation, Purpose.DRIFT)
    decided = looked.plan
    reports.write(told)
    invocation.tell(told)
    if decided.changes or decided.observed or decided.failing:
        return CHANGES
    return REFUSED if decided.refusals or decided.is_idle else DONE


def _check_out(asked: Options) -> None:
    context = click.get_current_context()
    if not (asked.out or "").endswith(saving.SUFFIX):
        raise click.UsageError("--out FILE must end in .json.", context)
    if asked.no_values:
        raise click.UsageError("--out needs the secret values; leave out --no-values.", context)
    if "-" in asked.paths:
        raise click.UsageError("--out needs manifests that apply can read again, not -.", context)


def _check_narrowed(asked: Options) -> None:
    if asked.changed_since is None:
        return
    others = (("--target", asked.target), ("--prune", asked.prune), ("-", "-" in asked.paths))
    for name, given in others:
        if given:
            raise click.UsageError(
                f"--changed-since does not go with {name}.", click.get_current_context()
            )


def _look(invocation: OnlineInvocation, purpose: Purpose) -> tuple[Report, Planned, Request]:
    """Return what is to be told, the plan that it is of, and what was asked."""
    begun = reporting.now()
    chosen = invocation.chosen()
    request = invocation.request(invocation.declared())
    notes: tuple[Problem, ...] = ()
    if revision := invocation.asked.changed_since:
        request, notes = _of_changed(request, revision)
    request = replace(
        request, values=not invocation.asked.no_values, purpose=purpose, strict=invocation.strict
    )
    if purpose is Purpose.DRIFT:
        request = replace(request, unmanaged=invocation.unmanaged)
    organization = invocation.organization(chosen, read_only=True)

    async def work(_: Interrupts) -> tuple[Planned, int]:
        with invocation.progress() as progress:
            progress.say(f"Reading {organization.url}")
            async with commands.connect(organization) as session:
                looked = await commands.look(session, request, invocation.ledger)
        invocation.explain(f"{session.requests} requests")
        return looked, session.requests

    looked, requests = run(work)
    noted = replace(looked.plan, notes=(*looked.plan.notes, *notes))
    looked = replace(looked, plan=noted)
    told = reporting.report(
        _SUBJECTS[purpose],
        looked,
        request,
        chosen.url,
        begun=begun,
        requests=requests,
        apply=invocation.applying,
    )
    return told, looked, request


def _of_changed(request: Request, revision: str) -> tuple[Request, tuple[Problem, ...]]:
    """Narrow a request to what changed files declare, and say so."""
    files = changed_since(revision, {one.file for one in request.state.objects.values()})
    chosen = declared_in(request.state, files)
    told = note(revision, files, len(chosen), len(request.state.objects))
    return narrowed(request, chosen), (told,)
