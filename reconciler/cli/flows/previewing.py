"""plan --base: no organization is asked, and no secret value read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click

from reconciler.cli.exit_codes import CHANGES, DONE, REFUSED
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.options import Options
from reconciler.cli.reports import Reports, reported
from reconciler.cli.streams import talk
from reconciler.commands import Planned, reporting
from reconciler.commands.organization import embedded_parts
from reconciler.commands.preview import preview
from reconciler.commands.revision import unpacked
from reconciler.commands.validate import load
from reconciler.errors import InvalidManifests
from reconciler.ledger.identity import EMBEDDED
from reconciler.model import DesiredState, Place, Plan, Problem, Severity
from reconciler.model.subject import Subject
from reconciler.planning import FORGETFUL

_NOT_ASKED = (
    "tried on a local Semaphore that has what was declared there: no secret value was read, and "
    "what the organization has otherwise is not told"
)


@reported(Subject.PLAN)
def preview_plan(asked: Options, reports: Reports) -> int:
    revision = asked.base or ""
    _check(asked)
    begun = reporting.now()
    invocation = OnlineInvocation.of(asked)
    edition = embedded_parts(asked.org)[1] if asked.org else "cloud"
    request = invocation.request(invocation.declared())
    with (
        unpacked(revision, invocation.paths, f"--base {revision}") as (folder, paths),
        _told_by(revision, folder),
    ):
        before = _before(folder, paths)

        async def work(_: Interrupts) -> Plan:
            with invocation.progress() as progress:
                progress.say(f"Making what {revision} declares")
                return await preview(before, request, edition)

        decided = run(work)
    note = Problem(Place(f"--base {revision}"), _NOT_ASKED, Severity.WARNING)
    decided = replace(decided, notes=(*decided.notes, note))
    where = f"what {revision} declares"
    found = Planned(decided, None, FORGETFUL)
    told = reporting.report(Subject.PLAN, found, request, where, begun=begun)
    told = replace(told, coverage=None)  # of an organization that nobody asked
    reports.write(told)
    invocation.tell(told)
    if decided.refusals:
        talk("error: the plan is refused as it stands\n")
        return REFUSED
    return CHANGES if asked.detailed_exitcode and decided.changes else DONE


def _check(asked: Options) -> None:
    context = click.get_current_context()
    if asked.org and not asked.org.startswith(EMBEDDED):
        raise click.UsageError(
            "--base asks no organization; --org embedded:?edition=ce says which edition.", context
        )
    others = (("--out", asked.out), ("--changed-since", asked.changed_since))
    for name, given in (*others, ("--rewrite", asked.rewrite), ("-", "-" in asked.paths)):
        if given:
            raise click.UsageError(f"--base does not go with {name}.", context)


@contextmanager
def _told_by(revision: str, folder: str) -> Iterator[None]:
    """Tell what is wrong in files of a revision by its name; that folder is gone afterwards."""
    try:
        yield
    except InvalidManifests as error:
        raise InvalidManifests(
            replace(each, place=replace(each.place, file=_named(each.place.file, folder, revision)))
            for each in error.problems
        ) from None


def _before(folder: str, paths: list[str]) -> DesiredState:
    """Read what was declared, under the names that files have from the top of the repository."""
    state = load(paths).state if paths else DesiredState({})
    objects = {a: replace(d, file=_relative(d.file, folder)) for a, d in state.objects.items()}
    return replace(state, objects=objects)


def _named(file: str, folder: str, revision: str) -> str:
    inside = _relative(file, folder)
    return file if inside == file else f"{revision}:{inside}"


def _relative(file: str, folder: str) -> str:
    return file.removeprefix(f"{folder}/")
