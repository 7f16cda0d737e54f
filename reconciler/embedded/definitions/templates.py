"""Expressions in definitions, `${{parameters.X}}` and `%{{parameters.X | splitList ","}}` (D 12).

The real server compiles a definition that has any before it reads it: the dollar makes a text of
what comes out, the percent sign leaves it what it is. A parameter without a value stands for its
name.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.embedded.definitions.functions import FUNCTIONS, Mistaken, shown

# Neither parentheses nor braces can be in one, so that none is in another.
_EXPRESSION = re.compile(r"([$%])\{\{([^(})]+)\}\}")
_PARAMETER = re.compile(r"\.?parameters\.([a-zA-Z0-9_]+)")
_BAR = re.compile(r"\s*\|")
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{1,15})?")
_WORD = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`|([^\s|"`]+))""")

Values = Mapping[str, str]
Path = tuple[str | int, ...]


class Unusable(Exception):
    """An expression cannot be evaluated; the argument says which and why."""


def compiled(tree: Any, values: Values, path: Path = ()) -> Any:
    """The tree with its expressions evaluated, where the compiler looks for them."""
    if isinstance(tree, dict):
        return {key: compiled(value, values, (*path, key)) for key, value in tree.items()}
    if isinstance(tree, list):
        return [compiled(value, values, (*path, index)) for index, value in enumerate(tree)]
    if isinstance(tree, str) and _is_place(path) and _EXPRESSION.search(tree):
        return _evaluated(tree.strip(), values)
    return tree


# Where expressions are looked for; a star is the number of an item.
_IN_AGENT = ("machine type", "machine os_image")
_IN_CONTAINER = ("name", "image", "secrets * name")
_IN_JOB = ("name", "parallelism", "matrix * env_var", "matrix * values")


def _places() -> Iterator[str]:
    yield from ("name", "queue name", "queue * name", "global_job_config secrets * name")
    yield "blocks * name"
    tasks = ("blocks * task", "after_pipeline task")
    for task in tasks:
        yield f"{task} secrets * name"
        yield from (f"{task} jobs * {place}" for place in _IN_JOB)
    for agent in ("agent", "blocks * task agent"):
        yield from (f"{agent} {place}" for place in _IN_AGENT)
        yield from (f"{agent} containers * {place}" for place in _IN_CONTAINER)


_PLACES = frozenset(_places())


def _is_place(path: Path) -> bool:
    words = " ".join("*" if isinstance(step, int) else step for step in path)
    return words in _PLACES or path[-1:] == ("when",)


def _evaluated(text: str, values: Values) -> Any:
    alone = _EXPRESSION.fullmatch(text)
    if alone is not None:
        return _value(alone, values)
    return _EXPRESSION.sub(lambda found: _as_text(_value(found, values)), text)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _value(found: re.Match[str], values: Values) -> Any:
    try:
        value = _piped(found[2], values)
    except Mistaken as error:
        raise Unusable(f"Unable to parse expression: {{{{{found[2]}}}}}: {error}") from None
    return shown(value) if found[1] == "$" else value


def _piped(text: str, values: Values) -> Any:
    """Each command after the first is given what the one before came to, as its last argument."""
    commands: list[list[Any]] = [[]]
    at, end = 0, len(text.rstrip())
    while at < end:
        bar = _BAR.match(text, at)
        word = bar or _WORD.match(text, at)
        if word is None:
            raise Mistaken("it is malformed")
        if bar:
            commands.append([])
        else:
            commands[-1].append(_operand(word, values))
        at = word.end()
    piped: list[Any] = []
    for command in commands:
        piped = [_called(command, piped)]
    return piped[0]


@dataclass(frozen=True)
class _Function:
    name: str


def _operand(word: re.Match[str], values: Values) -> Any:
    """A value, or a function that is named."""
    quoted, verbatim, bare = word.groups()
    if quoted is not None:
        return _unquoted(quoted)
    if verbatim is not None:
        return verbatim
    parameter = _PARAMETER.fullmatch(bare)
    if parameter is not None:
        return values.get(parameter[1]) or parameter[1]
    if _NUMBER.fullmatch(bare):
        return float(bare) if "." in bare else int(bare)
    return bare == "true" if bare in ("true", "false") else _Function(bare)


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        raise Mistaken("a text is malformed") from None


def _called(command: Sequence[Any], piped: Sequence[Any]) -> Any:
    if not command:
        raise Mistaken("a command is missing")
    first, *others = command
    arguments = [*others, *piped]
    if any(isinstance(argument, _Function) for argument in arguments):
        raise Mistaken("a function is called in the middle")
    if not isinstance(first, _Function):
        if arguments:
            raise Mistaken("what is no function is given arguments")
        return first
    if first.name not in FUNCTIONS:
        raise Mistaken(f'function "{first.name}" not defined')
    return FUNCTIONS[first.name](arguments)
