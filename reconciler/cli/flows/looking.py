"""plan and drift: Semaphore is read, nothing is written."""

from reconciler.cli import tokens
from reconciler.cli.exit_codes import CHANGES, DONE
from reconciler.cli.flows.scene import Scene
from reconciler.cli.interrupts import run
from reconciler.cli.wishes import Wishes
from reconciler.commands import Organization, Request, connect
from reconciler.commands import plan as make_plan
from reconciler.model import Plan
from reconciler.render import drift as drift_text
from reconciler.render import machine
from reconciler.render import text as plan_text


def plan(asked: Wishes) -> int:
    scene = Scene.of(asked)
    decided, where = _look(scene)
    noted = tokens.noted(decided, kept=False)
    scene.show(noted, where, plan_text.plan, machine.plan)
    return CHANGES if asked.detailed_exitcode and decided.changes else DONE


def drift(asked: Wishes) -> int:
    scene = Scene.of(asked)
    decided, where = _look(scene)
    scene.show(decided, where, drift_text.drift, machine.drift)
    return CHANGES if decided.changes else DONE


def _look(scene: Scene) -> tuple[Plan, str]:
    """Return the plan, and for which organization it is."""
    request = scene.request(scene.resolved())
    chosen = scene.chosen()
    organization = scene.organization(chosen, read_only=True)
    return run(lambda _: _planned(scene, organization, request)), chosen.url


async def _planned(scene: Scene, organization: Organization, request: Request) -> Plan:
    with scene.progress() as progress:
        progress.say(f"Reading {organization.url}")
        async with connect(organization) as session:
            decided = await make_plan(session, request)
            requests = session.requests
    scene.explain(f"{requests} requests")
    return decided
