"""agent: list, show, disable."""

from collections.abc import Iterable

from reconciler.cli.exit_codes import DONE
from reconciler.cli.flows.runs.session import VerbSession, act
from reconciler.cli.options import Options
from reconciler.remote.client import Agent, shown
from reconciler.render.listing import facts, table
from reconciler.render.moments import moment
from reconciler.render.palette import Palette
from reconciler.render.words import count


def list_(asked: Options, *, agent_type: str, limit: int) -> int:
    async def work(session: VerbSession) -> int:
        if agent_type:  # an unknown one would just have no agents (C 3)
            await session.semaphore.agent_types.describe(agent_type)
        found = session.semaphore.agents.list(agent_type=agent_type)
        agents, more = await session.some(found, limit)
        session.show({"agents": shown(agents), "more": more}, _table(agents, session.palette))
        return DONE

    return act(asked, work)


def show(asked: Options, name: str) -> int:
    async def work(session: VerbSession) -> int:
        agent = await session.semaphore.agents.describe(name)
        session.show({"agent": shown(agent)}, _text(agent, session.palette))
        return DONE

    return act(asked, work)


def disable(asked: Options, agent_type: str, *, every: bool) -> int:
    async def work(session: VerbSession) -> int:
        types = session.semaphore.agent_types
        connected = (await types.describe(agent_type)).total_agent_count
        with session.writing("disabling them again does no harm"):
            await types.disable_all(agent_type, only_idle=not every)
        document = {"agent_type": agent_type, "connected": connected, "only_idle": not every}
        which = "all" if every else "those that are idle"
        session.show(document, f"{count(connected, 'agent')} connected; {which} will leave.\n")
        return DONE

    return act(asked, work, writes=True)


def _table(agents: Iterable[Agent], palette: Palette) -> str:
    titles = ("AGENT", "TYPE", "STATE", "VERSION", "OS", "ADDRESS", "CONNECTED")
    rows = [
        (
            agent.name,
            agent.type,
            _state(agent),
            agent.version,
            agent.os,
            agent.ip_address,
            moment(agent.connected_at),
        )
        for agent in agents
    ]
    return table(titles, rows, palette)


def _text(agent: Agent, palette: Palette) -> str:
    return facts(
        (
            ("agent", agent.name),
            ("type", agent.type),
            ("state", _state(agent)),
            ("version", agent.version),
            ("os", agent.os),
            ("arch", agent.arch),
            ("hostname", agent.hostname),
            ("address", agent.ip_address),
            ("pid", str(agent.pid or "")),
            ("connected", moment(agent.connected_at)),
            ("disabled", moment(agent.disabled_at)),
        ),
        palette,
    )


def _state(agent: Agent) -> str:
    leaving = "leaving, " if agent.disabled_at else ""
    return f"{leaving}{agent.state or ''}"
