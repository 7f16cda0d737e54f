"""serve --seed: an ordinary apply to an embedded organization in this process."""

import asyncio
from collections.abc import Sequence

from reconciler import commands
from reconciler.cli.streams import talk
from reconciler.commands.places import NONE
from reconciler.embedded import Embedded
from reconciler.errors import ReconcilerError
from reconciler.model import DesiredState, Outcome, Result, Sealed
from reconciler.render.words import count

_ADDRESS = "https://embedded.semaphore.local"


class SeedFailed(ReconcilerError):
    """Some manifests could not be applied; the message says which and why."""


def seed(embedded: Embedded, paths: Sequence[str], token: str) -> None:
    """Make the organization what the manifests say; raises ReconcilerError."""
    outcomes = asyncio.run(_applied(embedded, commands.load(paths).state, token))
    failed = [outcome for outcome in outcomes if outcome.result is not Result.DONE]
    if failed:
        raise SeedFailed(
            "\n".join(
                f"--seed: {outcome.change.address}: {outcome.detail or outcome.result}"
                for outcome in failed
            )
        )
    name = embedded.world.settings.organization
    talk(f"{name}: {count(len(outcomes), 'change')} applied from {', '.join(paths)}\n")


async def _applied(embedded: Embedded, state: DesiredState, token: str) -> tuple[Outcome, ...]:
    organization = commands.Organization(url=_ADDRESS, token=Sealed(token))
    async with commands.connect(organization, transport=embedded.transport()) as session:
        applied = await commands.apply(session, commands.Request(state=state), NONE)
    for note in applied.plan.notes:
        talk(f"{note}\n")
    if applied.plan.refusals:
        raise SeedFailed("\n".join(f"--seed: {refusal.text}" for refusal in applied.plan.refusals))
    return applied.outcomes or ()
