"""The program: its commands, loaded when they are used, and the one way out."""

import gc
import importlib
from collections.abc import Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from reconciler import __version__
from reconciler.cli.exit_codes import DONE, ERROR, INTERRUPTED, USAGE
from reconciler.cli.helping import Group
from reconciler.cli.options import global_options
from reconciler.cli.streams import finish, prepare, talk

_OBJECTS = 500_000
"""Made between two looks for garbage: nearly all that is read is kept until the end."""

_GROUPS = {
    "Reconcile": {
        "validate": "Find every problem in manifests, offline.",
        "plan": "Show what apply would do.",
        "apply": "Make Semaphore what the manifests say.",
        "drift": "Show what differs from the manifests.",
        "destroy": "Delete what the manifests describe.",
    },
    "Take over what is there": {
        "list": "List what is there, declared or not.",
        "export": "Write what is there as manifests.",
        "adopt": "Take for ours what is as declared; change nothing.",
        "forget": "Give objects back; they stay as they are.",
    },
    "Look into it": {
        "doctor": "Look whether all is there that is needed.",
        "permissions": "Tell the least that a token must be allowed.",
        "graph": "Draw what depends on what.",
        "ledger": "Show what was applied, by whom and when.",
    },
    "Write manifests": {
        "explain": "Explain a kind of object and its fields.",
        "schema": "Print the JSON Schema of manifests, for editors.",
        "completion": "Print what makes a shell complete command lines.",
    },
    "Run and watch": {
        "workflow": "Run, watch, stop and list workflows.",
        "pipeline": "Watch, stop, rebuild and list pipelines; validate their YAML.",
        "promotion": "Promote pipelines, and list what was promoted.",
        "job": "Watch, stop and list jobs; read their logs.",
        "agent": "Show self-hosted agents, and make them leave.",
        "target": "Open and close deployment targets; list what went there.",
        "artifact": "List artifacts, and get addresses to load and store them.",
    },
    "Try things out": {
        "serve": "Serve the embedded Semaphore over HTTP.",
    },
}
_COMMANDS = {name: said for group in _GROUPS.values() for name, said in group.items()}
_LONGEST = max(map(len, _COMMANDS))


class _Commands(Group):
    """A group that knows its commands by name, and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(importlib.import_module(f"reconciler.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101 — every module has one
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for title, commands in _GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(_LONGEST), commands[name]) for name in commands])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        names = [
            CompletionItem(name, help=said)
            for name, said in _COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        self.commands = dict.fromkeys(_COMMANDS, click.Command(None))  # for "did you mean"
        return super().resolve_command(ctx, args)


@click.group(
    "reconciler",
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="reconciler", message="%(prog)s %(version)s")
@global_options(hidden=False)
def program() -> None:
    """GitOps for Semaphore CI: an organization described in YAML, planned and applied."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line to its exit code; whatever goes wrong is told on standard error."""
    gc.set_threshold(_OBJECTS)
    prepare()
    return finish(_run(list(arguments)))


def _run(arguments: list[str]) -> int:
    try:
        code: Any = program.main(args=arguments, prog_name="reconciler", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        return USAGE
    except click.ClickException as error:
        error.show()
        return ERROR
    except (click.Abort, KeyboardInterrupt):
        talk("Interrupted.\n")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 — the one place where all of them end
        from reconciler.cli.failures import tell  # noqa: PLC0415 — imports the whole vocabulary

        return tell(error)
    return code if isinstance(code, int) else DONE
