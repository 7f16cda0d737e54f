"""list: what is there. Semaphore is read, nothing is written."""

from functools import partial

from reconciler import commands
from reconciler.cli.exit_codes import DONE, ERROR
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.options import Options
from reconciler.commands.listing import listing
from reconciler.model import DesiredState
from reconciler.model.inventory import Inventory
from reconciler.render import inventory
from reconciler.render.formats import Answer


def listed(asked: Options) -> int:
    invocation = OnlineInvocation.of(asked)
    wanted = invocation.wanted
    chosen = invocation.chosen()
    state = invocation.declared() if asked.paths or invocation.file.paths else DesiredState({})
    organization = invocation.organization(chosen, read_only=True)

    async def work(_: Interrupts) -> Inventory:
        with invocation.progress() as progress:
            progress.say(f"Reading {organization.url}")
            async with commands.connect(organization) as session:
                found = await listing(session, wanted, state, invocation.ledger)
        invocation.explain(f"{session.requests} requests")
        return found

    found = run(work)
    only = asked.only_unmanaged
    said = Answer(
        partial(inventory.text, found, only_unmanaged=only),
        partial(inventory.document, found, chosen.url, only_unmanaged=only),
    )
    invocation.tell(said)
    return ERROR if found.unread else DONE
