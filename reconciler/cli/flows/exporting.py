"""export: what is there, as manifests. Semaphore is read, files are written."""

import json
import os
from pathlib import Path

import click

from reconciler import commands
from reconciler.cli import config_file
from reconciler.cli.exit_codes import DONE, INCOMPLETE
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.options import Options
from reconciler.cli.settings import Chosen
from reconciler.cli.streams import product, talk
from reconciler.commands.exporting import export as exporting
from reconciler.commands.told_values import Telling, Values
from reconciler.commands.tree import check_place, write_tree
from reconciler.render import exported
from reconciler.render.exported import Exported
from reconciler.render.formats import FORMATS, Answer
from reconciler.render.layout import Layout
from reconciler.render.manifest_text import together

_SOPS = "--values sops"


def export(asked: Options) -> int:
    _check(asked)
    invocation = OnlineInvocation.of(asked)
    out = os.path.normpath(asked.out) if asked.out else ""
    if out:
        check_place(out)
    chosen = invocation.chosen()
    found = _read(invocation, chosen)
    if not out:
        product(together(found.files.values()))
        talk(exported.text(found, palette=invocation.talk_palette))
        return _code(found)
    config = _write(invocation, chosen, found, out) if found.files else ""
    invocation.tell(
        Answer(
            lambda palette: exported.text(found, out, palette) + _next(found, config, out),
            lambda: exported.document(found, chosen.url, out, config),
        )
    )
    return _code(found)


def _write(invocation: OnlineInvocation, chosen: Chosen, found: Exported, out: str) -> str:
    """Write all files, and return which of them are settings, "" if there are some already."""
    write_tree(out, {**found.files, **found.beside}, private=found.clear > 0)
    return "" if invocation.file.origin else _write_config(chosen, out)


def _check(asked: Options) -> None:
    context = click.get_current_context()
    sops = asked.values_as == "sops"
    formatted = (f"--format {asked.form}", not FORMATS[asked.form].spoken)
    for option, given in (formatted, (_SOPS, sops)):
        if given and asked.out is None:
            raise click.UsageError(f"{option} needs --out.", context)
    if asked.recipients and not sops:
        raise click.UsageError(f"--recipient needs {_SOPS}.", context)


def _read(invocation: OnlineInvocation, chosen: Chosen) -> Exported:
    asked = invocation.asked
    organization = invocation.organization(chosen, read_only=True)
    wanted, told = invocation.wanted, Telling(Values(asked.values_as), asked.recipients)

    async def work(_: Interrupts) -> Exported:
        with invocation.progress() as progress:
            progress.say(f"Reading {organization.url}")
            async with commands.connect(organization) as session:
                found = await exporting(
                    session, wanted, told, Layout(asked.layout), full=asked.full
                )
        invocation.explain(f"{session.requests} requests")
        return found

    return run(work)


def _code(found: Exported) -> int:
    return INCOMPLETE if found.left_out else DONE


def _write_config(chosen: Chosen, out: str) -> str:
    """Write settings with which the next command needs no options, and return their file."""
    place = (
        os.path.relpath(out)
        if Path(out).resolve().is_relative_to(Path.cwd())
        else str(Path(out).absolute())
    )
    settings = (("organization", chosen.url), ("paths", [place]))
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in settings)
    with open(config_file.DEFAULT, "x", encoding="utf-8") as file:  # noqa: PTH123 — as it is named
        file.write("".join(lines))
    return config_file.DEFAULT


def _next(found: Exported, config: str, out: str) -> str:
    if not found.files:
        return f"\nNothing could be written, and {out} was not made.\n"
    if config:
        return f"\n{config} says where all of this is; next: reconciler plan\n"
    return f"\nNext: reconciler plan {out}\n"
