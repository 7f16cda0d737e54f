"""Pipeline definitions: YAML to a checked, named and expanded value (D 12)."""

from collections.abc import Mapping
from typing import Any

from reconciler.embedded.definitions import (
    conditions,
    dependencies,
    elixir,
    limits,
    templates,
    yaml,
)
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
    "validate",
]

_VERSION = "v1.0"
_NO_PROMOTIONS = "Promotions are not available in the Comunity edition of Semaphore."

Tree = dict[str, Any]


class Malformed(Exception):
    """What is wrong: a term as Elixir prints it, and around it what the validator says (D 12)."""

    def __init__(self, reason: str) -> None:
        super().__init__(elixir.malformed(reason))
        self.reason = reason

    @property
    def description(self) -> str:
        """As a pipeline that could not run says it."""
        return f"Error: {self.reason}"


def validate(text: str, *, promotions: bool = True) -> Tree:
    """The tree of a definition, or the first problem; those of the schema come all at once.

    This is all that is looked at before a pipeline runs. Without ``promotions`` there must be none.
    """
    try:
        tree = yaml.read(text)
    except yaml.Unreadable as error:
        where = elixir.string(str(error))
        thrown = f"{{:throw, {{:yamerl_exception, [{{:yamerl_parsing_error, :error, {where}}}]}}}}"
        raise Malformed(f"{{{thrown}, {elixir.cut(text)}}}") from None
    if not isinstance(tree, dict):
        raise Malformed(f"{{:expected_map, {elixir.term(tree)}}}")
    version = tree.get("version")
    if not isinstance(version, str):
        raise Malformed(elixir.string("Required property 'version' missing or not string"))
    if version != _VERSION:
        raise Malformed(elixir.string(f"Version: '{version}' is not supported!"))
    _check(tree)
    if "promotions" in tree and not promotions:
        raise Malformed(elixir.string(_NO_PROMOTIONS))
    return tree


def parse(
    text: str, parameters: Mapping[str, str] | None = None, *, promotions: bool = True
) -> Definition:
    """The definition as it runs, or the first reason why it can't: in the order of the real steps.

    Raises Malformed. ``parameters``: what its expressions stand for.
    """
    tree = validate(text, promotions=promotions)
    try:
        compiled = templates.compiled(tree, parameters or {})
    except templates.Unusable as error:
        raise Malformed(elixir.string(str(error))) from None
    if compiled != tree:
        _check(compiled)
    reason = conditions.problem(compiled) or limits.problem(compiled)
    if reason is not None:
        raise Malformed(reason)
    try:
        return definition(compiled)
    except (Unsuitable, Unusable) as error:
        raise Malformed(str(error)) from None


def _check(tree: Tree) -> None:
    found = PIPELINE.problems(tree, "#")
    if found:
        terms = [f"{{{elixir.string(what)}, {elixir.string(where)}}}" for what, where in found]
        raise Malformed(elixir.listed(terms))
    reason = dependencies.problem(tree["blocks"])
    if reason is not None:
        raise Malformed(reason)
