"""export --update: a tree of manifests that is there, so that it says what is there today."""

import os

import click

from reconciler import commands
from reconciler.cli.exit_codes import DONE, INCOMPLETE
from reconciler.cli.flows import written_back
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.flows.written_back import Found
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.options import Options
from reconciler.cli.streams import talk
from reconciler.commands.looking import remembered_if_any
from reconciler.commands.updating import update as updating
from reconciler.commands.validate import load
from reconciler.render.formats import Answer
from reconciler.render.machine import Document
from reconciler.render.problems import problems


def update(asked: Options) -> int:
    _check(asked)
    invocation = OnlineInvocation.of(asked)
    where, out = invocation.chosen().url, os.path.normpath(asked.out or "")
    absorption = _read(invocation, out).reviewed(invocation)

    def told(said: Document) -> Answer:
        found = {"organization": where, "out": out, "updated": said}
        return Answer(lambda _: "", lambda: found)

    written_back.write(invocation, absorption, where, told)
    return INCOMPLETE if absorption.left else DONE


def _check(asked: Options) -> None:
    context = click.get_current_context()
    if asked.out is None:
        raise click.UsageError("--update needs --out.", context)
    others = (
        ("--values", asked.values_as != "live"),
        ("--layout", asked.layout != "object"),
        ("--full", asked.full),
    )
    for option, given in others:
        if given:
            raise click.UsageError(f"--update does not go with {option}.", context)


def _read(invocation: OnlineInvocation, out: str) -> Found:
    asked, wanted = invocation.asked, invocation.wanted
    loaded = load([out], newer=True)
    talk(problems(loaded.warnings, palette=invocation.talk_palette))
    organization = invocation.organization(invocation.chosen(), read_only=True)

    async def work(_: Interrupts) -> Found:
        with invocation.progress() as progress:
            progress.say(f"Reading {organization.url}")
            async with commands.connect(organization) as session:
                memory = await remembered_if_any(session, invocation.ledger)
                found = await updating(session, wanted, loaded, memory, out, remove=asked.remove)
        invocation.explain(f"{session.requests} requests")
        return Found(found.wish, loaded.texts, session.reader.directory, found.renamed)

    return run(work)
