"""JSON to messages and back, by the rules of protojson with unknown keys dropped (B 1.2, 1.3)."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from typing import Any, NoReturn

from reconciler.embedded.gateway.gojson import (
    JSONSyntaxError,
    Node,
    Token,
    is_number,
    parse,
    string_of,
)
from reconciler.embedded.gateway.shapes import (
    Element,
    Kind,
    Mapped,
    Message,
    Repeated,
    Scalar,
    Shape,
    camel_case,
    zero,
)

_BITS = {Scalar.INT32: 32, Scalar.INT64: 64}
_DROPPED = object()


class UnreadableMessage(Exception):
    """The body does not fit; the argument is the gateway's message."""


def read(body: bytes, shape: Shape) -> Message:
    """The message in a body; nothing at all is an empty message."""
    try:
        parsed = parse(body)
    except JSONSyntaxError as error:
        raise UnreadableMessage(str(error)) from None
    if parsed is None:
        return shape.empty()
    text, root = parsed
    return _Reader(text).message(root, shape)


def write(message: Mapping[str, Any] | None, shape: Shape) -> dict[str, Any] | None:
    """A message as JSON: every field in declared order, zero values included."""
    if message is None:
        return None
    return {name: _written(message.get(name), kind) for name, kind in shape.fields.items()}


def _written(value: Any, kind: Kind) -> Any:
    given = zero(kind) if value is None else value
    match kind:
        case Repeated(of):
            return [_written(element, of) for element in given]
        case Mapped(of):
            return {key: _written(element, of) for key, element in sorted(given.items())}
        case Shape():
            return write(given, kind)
        case Scalar():
            return str(given) if kind is Scalar.INT64 else given
        case _:
            return _enum_name(given, kind)


def _enum_name(value: int, kind: type[IntEnum]) -> str | int:
    try:
        return kind(value).name
    except ValueError:
        return value


class _Reader:
    """Fits the tree of one text into shapes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def message(self, node: Node, shape: Shape) -> Message:
        if node.token is not Token.OBJECT:
            self._unexpected(node)
        message = shape.empty()
        seen: set[str] = set()
        for key, value in node.members:
            name = shape.by_key.get(self._string(key))
            if name is None:
                continue
            if name in seen:
                self._fail(key, f"duplicate field {key.raw}")
            seen.add(name)
            if value.token is Token.NULL:
                continue
            read = self._field(value, shape.fields[name], camel_case(name))
            if read is not _DROPPED:
                message[name] = read
        return message

    def _field(self, node: Node, kind: Kind, name: str) -> Any:
        match kind:
            case Repeated(of):
                return self._list(node, of, name)
            case Mapped(of):
                return self._map(node, of)
            case _:
                return self._element(node, kind, name)

    def _list(self, node: Node, of: Element, name: str) -> list[Any]:
        if node.token is not Token.ARRAY:
            self._unexpected(node)
        read = (self._element(element, of, name) for element in node.elements)
        return [element for element in read if element is not _DROPPED]

    def _map(self, node: Node, of: Element) -> dict[str, Any]:
        if node.token is not Token.OBJECT:
            self._unexpected(node)
        entries: dict[str, Any] = {}
        for key, value in node.members:
            name = self._string(key)
            if name in entries:
                self._fail(key, f"duplicate map key {key.raw}")
            read = self._element(value, of, "value")
            if read is not _DROPPED:
                entries[name] = read
        return entries

    def _element(self, node: Node, kind: Element, name: str) -> Any:
        if isinstance(kind, Shape):
            return self.message(node, kind)
        read = self._scalar(node, kind)
        if read is None:
            kind_name = kind.value if isinstance(kind, Scalar) else "enum"
            self._fail(node, f"invalid value for {kind_name} field {name}: {node.raw}")
        return read

    def _scalar(self, node: Node, kind: Scalar | type[IntEnum]) -> Any:
        """The value, or None if this token cannot be one."""
        match kind:
            case Scalar.STRING:
                return self._string(node) if node.token is Token.STRING else None
            case Scalar.BOOL:
                return {Token.TRUE: True, Token.FALSE: False}.get(node.token)
            case Scalar.INT32 | Scalar.INT64:
                return self._integer(node, _BITS[kind])
            case _ if node.token is Token.STRING:
                return self._enum_member(node, kind)
            case _:
                return _whole(node.raw, 32) if node.token is Token.NUMBER else None

    def _enum_member(self, node: Node, kind: type[IntEnum]) -> Any:
        """Unknown names are dropped without a word (B 1.2)."""
        member = kind.__members__.get(self._string(node))
        return _DROPPED if member is None else int(member)

    def _integer(self, node: Node, bits: int) -> int | None:
        match node.token:
            case Token.NUMBER:
                return _whole(node.raw, bits)
            case Token.STRING:
                return _whole(self._string(node), bits)
            case _:
                return None

    def _string(self, node: Node) -> str:
        content = string_of(node)
        try:
            content.encode()
        except UnicodeEncodeError:
            line, column = self._place(node)
            raise UnreadableMessage(
                f"proto: syntax error (line {line}:{column}): invalid UTF-8 in string"
            ) from None
        return content

    def _unexpected(self, node: Node) -> NoReturn:
        line, column = self._place(node)
        raise UnreadableMessage(
            f"proto: syntax error (line {line}:{column}): unexpected token {node.raw}"
        )

    def _fail(self, node: Node, problem: str) -> NoReturn:
        line, column = self._place(node)
        raise UnreadableMessage(f"proto: (line {line}:{column}): {problem}")

    def _place(self, node: Node) -> tuple[int, int]:
        before = self._text[: node.position]
        return before.count("\n") + 1, len(before) - before.rfind("\n")


def _whole(raw: str, bits: int) -> int | None:
    """`5`, `5.0` and `50e-1` are whole numbers, `5.5` is not (B 1.2)."""
    if not is_number(raw):
        return None
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return None
    limit = 1 << (bits - 1)
    if not number.is_finite() or not -limit <= number < limit or number != number.to_integral():
        return None
    return int(number)
