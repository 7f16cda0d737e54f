"""Small changes to a program's text, each of which a test suite should notice.

Conditions, comparisons, constants, what is left out: changes to what a program does. Sentences stay
as they are, and so do types, names and what would not even be imported.
"""

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

_OPPOSITES: Final = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
_SIGNS: Final = {ast.Add: "-", ast.Sub: "+", ast.Mult: "+", ast.BitOr: "&", ast.BitAnd: "|"}
_OF_TYPES: Final = {"cast", "TypeVar", "NewType", "ParamSpec"}
_WIDEST: Final = 70


class Change(NamedTuple):
    """Another text in place of what is from ``start`` to ``end``, in bytes of the module."""

    line: int
    """From 1, as ``last`` is."""
    last: int
    column: int
    """From 1, in bytes."""
    start: int
    end: int
    before: str
    after: str

    def made(self, source: bytes) -> bytes:
        """Return the module with the change in it."""
        return source[: self.start] + self.after.encode() + source[self.end :]

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {_short(self.before)} → {_short(self.after)}"


def changes(source: bytes) -> list[Change]:
    """Return every change there is to a module, in the order of its lines."""
    offsets = [0]
    for line in source.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))

    def change(node: ast.AST, after: str) -> Change:
        start = offsets[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = offsets[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        before = source[start:end].decode()
        last = node.end_lineno  # type: ignore[attr-defined]
        place = node.lineno, last, node.col_offset + 1  # type: ignore[attr-defined]
        return Change(*place, start, end, before, after)

    tree = ast.parse(source)
    made = [change(node, after) for node, after in _replacements(tree)]
    return sorted({one for one in made if _parses(one.made(source))})


def _replacements(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Yield each node that can be another, with its other text."""
    yield from _of_statement(node)
    yield from _of_condition(node)
    yield from _of_expression(node)
    for child in _inside(node):
        yield from _replacements(child)


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a node that do something; of types, only the calls in them."""
    if isinstance(node, ast.JoinedStr):  # it tells no places of what is in it
        return
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_of_types(child):
                continue
            if name in {"annotation", "returns"} or (
                isinstance(node, ast.Subscript) and name == "slice" and isinstance(child, ast.Tuple)
            ):
                yield from (one for one in ast.walk(child) if isinstance(one, ast.Call))
            else:
                yield child


def _is_of_types(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in _OF_TYPES
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Expr(value=ast.Constant()):  # a docstring
            return True
        case (
            ast.Assign(targets=[ast.Name(id="__all__")]) | ast.AnnAssign(target=ast.Name("__all__"))
        ):
            return True
        case _:
            return False


def _of_statement(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    match node:
        case ast.Expr(value=ast.Call() | ast.Await() | ast.YieldFrom()):
            yield node, "pass"
        case ast.Raise() | ast.Continue() | ast.Break() | ast.AugAssign() | ast.Delete():
            yield node, "pass"
        case ast.ExceptHandler(body=[first, *_]) if not isinstance(first, ast.Raise):
            yield first, "raise"
        case _:
            pass


def _of_condition(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    match node:
        case ast.If(test=test) | ast.IfExp(test=test):
            yield test, "True"
            yield test, "False"
        case ast.While(test=test):
            yield test, "False"
        case ast.comprehension(ifs=conditions):
            yield from ((test, "True") for test in conditions)
        case ast.match_case(guard=ast.AST() as guard):
            yield guard, "True"
            yield guard, "False"
        case _:
            pass


def _of_expression(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPPOSITES:
            yield node, f"{ast.unparse(left)} {_OPPOSITES[type(op)]} {ast.unparse(right)}"
        case ast.BoolOp(op=op, values=values):
            word = " or " if isinstance(op, ast.And) else " and "
            yield node, f"({word.join(f'({ast.unparse(one)})' for one in values)})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, f"({ast.unparse(operand)})"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
            yield node, f"(({ast.unparse(left)}) {_SIGNS[type(op)]} ({ast.unparse(right)}))"
    yield from _of_constant(node)
    yield from _of_elements(node)


def _of_constant(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    match node:
        case ast.Constant(value=bool() as value):
            yield node, str(not value)
        case ast.Constant(value=int() as number):
            yield node, str(number + 1)
        case ast.Constant(value=str() as text) if not any(char.isspace() for char in text):
            yield node, repr(f"{text}x")
        case _:
            pass


def _of_elements(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """One of several left out; of a tuple, only where it is a list of constants."""
    match node:
        case ast.List(elts=parts) | ast.Set(elts=parts) | ast.Tuple(elts=parts):
            if isinstance(node, ast.Tuple) and not all(isinstance(p, ast.Constant) for p in parts):
                return
            for number in range(len(parts) if len(parts) > 1 else 0):
                rest = [*parts[:number], *parts[number + 1 :]]
                yield node, ast.unparse(type(node)(elts=rest))
        case ast.Dict(keys=keys, values=values):
            for number in range(len(keys) if len(keys) > 1 else 0):
                others = [*range(number), *range(number + 1, len(keys))]
                rest_of = ast.Dict(
                    keys=[keys[n] for n in others], values=[values[n] for n in others]
                )
                yield node, ast.unparse(rest_of)
        case _:
            pass


def _parses(source: bytes) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _WIDEST else f"{words[: _WIDEST - 1]}…"
