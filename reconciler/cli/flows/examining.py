"""doctor: what is there, and what is in the way."""

from functools import partial

from reconciler.cli.exit_codes import DONE, ERROR
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.options import Options
from reconciler.commands.examining import examine
from reconciler.model import DesiredState
from reconciler.model.finding import Finding
from reconciler.render import findings
from reconciler.render.formats import Answer


def doctor(asked: Options) -> int:
    invocation = OnlineInvocation.of(asked)
    chosen = invocation.chosen()
    state = invocation.declared() if asked.paths or invocation.file.paths else DesiredState({})
    organization = invocation.organization(chosen, read_only=True)

    async def work(_: Interrupts) -> tuple[Finding, ...]:
        with invocation.progress() as progress:
            progress.say(f"Reading {organization.url}")
            return await examine(organization, state, invocation.ledger, values=not asked.no_values)

    found = run(work)
    said = Answer(partial(findings.text, found), partial(findings.document, found, chosen.url))
    invocation.tell(said)
    return ERROR if any(each.wrong for each in found) else DONE
