"""``reconciler agent``."""

from typing import Any

import click

from reconciler.cli import verbs
from reconciler.cli.options import Options, offering
from reconciler.cli.verbs import verb

agent = verbs.group("agent", "Show self-hosted agents, and make them leave.")


@verb(
    agent,
    "list",
    click.option(
        "--type",
        "agent_type",
        default="",
        metavar="NAME",
        shell_complete=offering("agent type"),
        help="Only of this type.",
    ),
    verbs.limit,
)
def list_(asked: Options, **given: Any) -> int:
    """List connected agents, longest connected first."""
    from reconciler.cli.flows.runs import agents  # noqa: PLC0415 — heavy, and --help is light

    return agents.list_(asked, **given)


@verb(agent, "show", click.argument("name", metavar="NAME"))
def show(asked: Options, **given: Any) -> int:
    """Show an agent."""
    from reconciler.cli.flows.runs import agents  # noqa: PLC0415 — heavy, and --help is light

    return agents.show(asked, **given)


@verb(
    agent,
    "disable",
    click.argument("agent_type", metavar="TYPE", shell_complete=offering("agent type")),
    click.option("--all", "every", is_flag=True, help="Also those that run a job."),
)
def disable(asked: Options, **given: Any) -> int:
    """Make the idle agents of a type leave; they go one by one."""
    from reconciler.cli.flows.runs import agents  # noqa: PLC0415 — heavy, and --help is light

    return agents.disable(asked, **given)
