"""list: what is there. Semaphore is read, nothing is written."""

from reconciler import commands
from reconciler.cli.exit_codes import DONE, ERROR
from reconciler.cli.flows.online import OnlineScene
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.options import Options
from reconciler.cli.streams import product
from reconciler.commands.listing import listing
from reconciler.model import DesiredState
from reconciler.model.inventory import Inventory
from reconciler.render import inventory, machine


def listed(asked: Options) -> int:
    scene = OnlineScene.of(asked)
    wanted = scene.wanted
    chosen = scene.chosen()
    state = scene.declared() if asked.paths or scene.file.paths else DesiredState({})
    organization = scene.organization(chosen, read_only=True)

    async def work(_: Interrupts) -> Inventory:
        with scene.progress() as progress:
            progress.say(f"Reading {organization.url}")
            async with commands.connect(organization) as session:
                found = await listing(session, wanted, state, scene.ledger)
        scene.explain(f"{session.requests} requests")
        return found

    found = run(work)
    only = asked.only_unmanaged
    if asked.form == "json":
        product(machine.dumps(inventory.document(found, chosen.url, only_unmanaged=only)))
    else:
        product(inventory.text(found, scene.palette, only_unmanaged=only))
    return ERROR if found.unread else DONE
