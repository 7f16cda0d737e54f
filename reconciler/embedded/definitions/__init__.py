"""Pipeline definitions: YAML to a checked, named and expanded value (D 12)."""

from reconciler.embedded.definitions import conditions, dependencies, elixir, yaml
from reconciler.embedded.definitions.jobs import Unusable
from reconciler.embedded.definitions.model import (
    Agent,
    AutoCancel,
    AutoPromoteOn,
    Block,
    Container,
    Definition,
    Epilogue,
    FailFast,
    Job,
    Parameter,
    Promotion,
    QueueRule,
    When,
)
from reconciler.embedded.definitions.names import Unsuitable
from reconciler.embedded.definitions.reading import definition
from reconciler.embedded.definitions.rules import PIPELINE

__all__ = [
    "Agent",
    "AutoCancel",
    "AutoPromoteOn",
    "Block",
    "Container",
    "Definition",
    "Epilogue",
    "FailFast",
    "Job",
    "Malformed",
    "Parameter",
    "Promotion",
    "QueueRule",
    "When",
    "parse",
]

_VERSION = "v1.0"


class Malformed(Exception):
    """What is wrong, as the real server prints it: an Elixir term (D 12)."""


def parse(text: str) -> Definition:
    """The definition, or the first problem; those of the schema come all at once."""
    try:
        tree = yaml.read(text)
    except yaml.Unreadable as error:
        raise _malformed(
            f"%YamlElixir.ParsingError{{message: {elixir.string(str(error))}}}"
        ) from None
    if not isinstance(tree, dict):
        shown = elixir.string(tree) if isinstance(tree, str) else "nil"
        raise _malformed(f"{{:expected_map, {shown}}}")
    version = tree.get("version")
    if not isinstance(version, str):
        raise _malformed(elixir.string("Required property 'version' missing or not string"))
    if version != _VERSION:
        raise _malformed(elixir.string(f"Version: '{version}' is not supported!"))
    found = PIPELINE.problems(tree, "#")
    if found:
        terms = [f"{{{elixir.string(what)}, {elixir.string(where)}}}" for what, where in found]
        raise _malformed(elixir.listed(terms))
    reason = dependencies.problem(tree["blocks"]) or conditions.problem(tree)
    if reason is not None:
        raise _malformed(reason)
    try:
        return definition(tree)
    except (Unsuitable, Unusable) as error:
        raise _malformed(str(error)) from None


def _malformed(reason: str) -> Malformed:
    return Malformed(elixir.malformed(reason))
