"""plan and drift: Semaphore is read, nothing is written."""

from dataclasses import replace

import click

from reconciler import commands
from reconciler.cli import tokens
from reconciler.cli.exit_codes import CHANGES, DONE, REFUSED
from reconciler.cli.flows.scene import Scene
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.streams import product, talk
from reconciler.cli.wishes import Wishes
from reconciler.commands import Request, Values, saving
from reconciler.model import Plan
from reconciler.render import drift as drift_text
from reconciler.render import machine
from reconciler.render import text as plan_text


def plan(asked: Wishes) -> int:
    if asked.out is not None:
        _check_out(asked)
    scene = Scene.of(asked)
    decided, request, where = _look(scene)
    saves = asked.out is not None and not decided.refusals
    if saves:
        saving.save(str(asked.out), decided, organization=where, request=request, paths=scene.paths)
    noted = tokens.noted(decided, kept=False)
    name = saving.fingerprint(decided, where)
    scene.show(noted, where, plan_text.plan, machine.plan, fingerprint=name)
    if saves and asked.form == "text":
        product(f"\nSaved to {asked.out}; apply it with: reconciler apply {asked.out}\n")
    if decided.refusals and asked.out is not None:
        talk(f"error: not saved to {asked.out}: the plan is refused as it stands\n")
        return REFUSED
    return _code(decided) if asked.detailed_exitcode else DONE


def _code(decided: Plan) -> int:
    if decided.refusals:
        return REFUSED
    return CHANGES if decided.changes else DONE


def drift(asked: Wishes) -> int:
    scene = Scene.of(asked)
    decided, _, where = _look(scene)
    scene.show(decided, where, drift_text.drift, machine.drift)
    return CHANGES if decided.changes else DONE


def _check_out(asked: Wishes) -> None:
    context = click.get_current_context()
    if not saving.is_saved_plan(asked.out or ""):
        raise click.UsageError("--out FILE must end in .json.", context)
    if asked.no_values:
        raise click.UsageError("--out needs the secret values; leave out --no-values.", context)
    if "-" in asked.paths:
        raise click.UsageError("--out needs manifests that apply can read again, not -.", context)


def _look(scene: Scene) -> tuple[Plan, Request, str]:
    """Return the plan, what was asked, and for which organization it is."""
    chosen = scene.chosen()
    request = replace(scene.request(scene.declared()), values=_values(scene.asked))
    organization = scene.organization(chosen, read_only=True)

    async def work(_: Interrupts) -> Plan:
        with scene.progress() as progress:
            progress.say(f"Reading {organization.url}")
            async with commands.connect(organization) as session:
                decided = await commands.look(session, request, scene.ledger)
        scene.explain(f"{session.requests} requests")
        return decided

    return run(work), request, chosen.url


def _values(asked: Wishes) -> Values:
    """Read no more secret values than the answer needs."""
    if asked.no_values:
        return Values.NONE
    return Values.COMPARED if asked.out is None else Values.ALL
