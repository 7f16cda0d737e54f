"""target: history, activate, deactivate."""

from collections.abc import Iterable

from reconciler.cli.exit_codes import DONE
from reconciler.cli.flows.runs import lookups
from reconciler.cli.flows.runs.session import VerbSession, act
from reconciler.cli.options import Options
from reconciler.remote.client import Deployment, shown
from reconciler.render.listing import outcome, table
from reconciler.render.moments import moment
from reconciler.render.palette import Palette


def history(  # noqa: PLR0913 — the filters of one endpoint
    asked: Options,
    target: str,
    *,
    ref_type: str | None,
    reference: str,
    user: str | None,
    limit: int,
) -> int:
    async def work(session: VerbSession) -> int:
        found = session.semaphore.deployment_targets.history(
            await lookups.target_id(session, target),
            git_ref_type=ref_type or "",
            git_ref_label=reference,
            triggered_by=user or "",
        )
        deployments, more = await session.some(found, limit)
        text = _table(deployments, session.palette)
        session.show({"deployments": shown(deployments), "more": more}, text)
        return DONE

    return act(asked, work)


def switch(asked: Options, target: str, *, active: bool) -> int:
    """Open or close a target, once it is no longer storing its secrets."""

    async def work(session: VerbSession) -> int:
        targets = session.semaphore.deployment_targets
        found = await targets.wait(await lookups.target_id(session, target))
        with session.writing("doing it again does no harm"):
            await (targets.activate if active else targets.deactivate)(found.id)
        document = {"target_id": found.id, "name": found.name, "active": active}
        session.show(document, f"{found.name}: promotions {'allowed' if active else 'refused'}.\n")
        return DONE

    return act(asked, work, writes=True)


def _table(deployments: Iterable[Deployment], palette: Palette) -> str:
    titles = ("TRIGGERED", "STATE", "BY", "PIPELINE", "FROM", "PARAMETERS")
    rows = [
        (
            moment(deployment.triggered_at),
            outcome(deployment.state, reason=deployment.state_message),
            deployment.triggered_by,
            deployment.pipeline_id,
            deployment.prev_pipeline_id,
            ", ".join(variable.name for variable in deployment.env_vars),
        )
        for deployment in deployments
    ]
    return table(titles, rows, palette)
