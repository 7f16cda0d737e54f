"""What a shell offers where somebody types a name; nothing is asked of Semaphore."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import click

from reconciler.cli import config_file, contexts
from reconciler.kinds import KINDS
from reconciler.model import Address

_SECONDS: Final = 1.0
"""Nobody waits longer for a name."""
_SAFE: Final = re.compile(r"[\w./@%+=:,~-]+")
"""What means nothing to any shell: others may have written what is read."""


def offered(what: str, context: click.Context, incomplete: str) -> list[str]:
    """Return what may stand at a place; whatever is wrong, nothing: a line is being typed."""
    try:
        found = [*_FINDERS[what](context, incomplete)]
    except Exception:  # noqa: BLE001 — see above
        return []
    return [word for word in found if word.startswith(incomplete) and _SAFE.fullmatch(word)]


def _addresses(context: click.Context, _: str) -> Iterable[str]:
    return map(str, _declared(context))


def _projects(context: click.Context, _: str) -> Iterable[str]:
    """Yield those that are declared, or that something else is declared in."""
    homes = {a.name if a.kind == "Project" else a.project for a in _declared(context)}
    return sorted(homes - {""})


def _targets(context: click.Context, _: str) -> Iterable[str]:
    return (f"{a.project}/{a.name}" for a in _declared(context) if a.kind == "DeploymentTarget")


def _agent_types(context: click.Context, _: str) -> Iterable[str]:
    return (a.name for a in _declared(context) if a.kind == "SelfHostedAgentType")


def _contexts(_: click.Context, __: str) -> Iterable[str]:
    return contexts.read(os.environ).found


def _kinds(_: click.Context, __: str) -> Iterable[str]:
    return KINDS


def _fields(context: click.Context, incomplete: str) -> Iterable[str]:
    """Yield kinds, and behind the dot of one its fields."""
    name, dot, _ = incomplete.partition(".")
    if not dot:
        return _kinds(context, incomplete)
    from reconciler.render.explained import paths  # noqa: PLC0415 — only where a kind is there

    return (f"{name}.{path}" for path in paths(KINDS[name]))


def _declared(context: click.Context) -> list[Address]:
    """Return what manifests declare: those that are named, the usual ones, or those here."""
    from reconciler.commands.named import named  # noqa: PLC0415 — only some places need manifests

    # click leaves arguments aside where the last option has no value yet
    aside = [path for path in context.args if Path(path).exists()]
    paths = context.params.get("paths") or aside or config_file.read(None).paths or (".",)
    return named([path for path in paths if path != "-"], _SECONDS)


_FINDERS: Final[Mapping[str, Callable[[click.Context, str], Iterable[str]]]] = {
    "address": _addresses,
    "agent type": _agent_types,
    "context": _contexts,
    "field": _fields,
    "kind": _kinds,
    "project": _projects,
    "target": _targets,
}
