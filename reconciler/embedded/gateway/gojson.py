"""Go's JSON reader: the first value of a body as a tree, or Go's words for what is wrong."""

import json
import re
from dataclasses import dataclass, field
from enum import Enum

# Go stops at 10000; the reader below is recursive and Python is not that patient.
_DEPTH = 200

# Neither does Go count these: here, more of them would keep everybody else waiting.
_MOST_COMMAS = 200_000

_SPACE = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+')
_WHOLE_STRING = re.compile(_STRING.pattern + '"?')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_HEX = frozenset("0123456789abcdefABCDEF")
_SHORT_ESCAPES = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r"} | {
    "\t": r"\t",
    "\v": r"\v",
    "\\": r"\\",
}


class JSONSyntaxError(Exception):
    """Carries the message of Go's encoding/json."""


class Token(Enum):
    OBJECT = "{"
    ARRAY = "["
    STRING = '"'
    NUMBER = "number"
    TRUE = "true"
    FALSE = "false"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Node:
    token: Token
    raw: str = field(repr=False)
    """The source of a scalar, or the opening bracket."""
    position: int
    elements: tuple["Node", ...] = field(default=(), repr=False)
    members: tuple[tuple["Node", "Node"], ...] = field(default=(), repr=False)


def parse(body: bytes) -> tuple[str, Node] | None:
    """The text of the first value and its tree, None if there is none; what follows is ignored.

    Positions count from the value's first character, as in the original.
    """
    text = body.decode("utf-8", "surrogateescape")
    text = text[_after_space(text, 0) :]
    if not text:
        return None
    if text.count(",") > _MOST_COMMAS and _WHOLE_STRING.sub("", text).count(",") > _MOST_COMMAS:
        raise JSONSyntaxError("too many values")
    return text, _value(text, 0, 0)[0]


def string_of(node: Node) -> str:
    """What a string token says; characters which are not Unicode come out as surrogates."""
    if "\\" not in node.raw:
        return node.raw[1:-1]
    content: str = json.loads(node.raw)
    return content


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int, depth: int) -> tuple[Node, int]:
    """Read the value which starts at or after `at`; answer it and the position after it."""
    at = _after_space(text, at)
    match text[at : at + 1]:
        case "{":
            return _object(text, at, depth + 1)
        case "[":
            return _array(text, at, depth + 1)
        case '"':
            end = _string_end(text, at)
            return Node(Token.STRING, text[at:end], at), end
        case "t" | "f" | "n" as initial:
            literal = {"t": Token.TRUE, "f": Token.FALSE, "n": Token.NULL}[initial]
            return _literal(text, at, literal)
        case char if char and char in "-0123456789":
            end = _number_end(text, at)
            return Node(Token.NUMBER, text[at:end], at), end
        case _:
            raise _wrong(text, at, "looking for beginning of value")


def _object(text: str, start: int, depth: int) -> tuple[Node, int]:
    _check_depth(depth)
    members: list[tuple[Node, Node]] = []
    at = _after_space(text, start + 1)
    while members or text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise _wrong(text, at, "looking for beginning of object key string")
        end = _string_end(text, at)
        key = Node(Token.STRING, text[at:end], at)
        at = _after_space(text, end)
        if text[at : at + 1] != ":":
            raise _wrong(text, at, "after object key")
        value, at = _value(text, at + 1, depth)
        members.append((key, value))
        at = _after_space(text, at)
        if text[at : at + 1] == "}":
            break
        if text[at : at + 1] != ",":
            raise _wrong(text, at, "after object key:value pair")
        at = _after_space(text, at + 1)
    return Node(Token.OBJECT, "{", start, members=tuple(members)), at + 1


def _array(text: str, start: int, depth: int) -> tuple[Node, int]:
    _check_depth(depth)
    elements: list[Node] = []
    at = _after_space(text, start + 1)
    while elements or text[at : at + 1] != "]":
        element, at = _value(text, at, depth)
        elements.append(element)
        at = _after_space(text, at)
        if text[at : at + 1] == "]":
            break
        if text[at : at + 1] != ",":
            raise _wrong(text, at, "after array element")
        at += 1
    return Node(Token.ARRAY, "[", start, elements=tuple(elements)), at + 1


def _check_depth(depth: int) -> None:
    if depth > _DEPTH:
        raise JSONSyntaxError("exceeded max depth")


def _literal(text: str, start: int, token: Token) -> tuple[Node, int]:
    word = token.value
    for offset, expected in enumerate(word):
        if text[start + offset : start + offset + 1] != expected:
            raise _wrong(text, start + offset, f"in literal {word} (expecting '{expected}')")
    return Node(token, word, start), start + len(word)


def _string_end(text: str, start: int) -> int:
    found = _STRING.match(text, start)
    at = found.end() if found else start
    match text[at : at + 1]:
        case '"':
            return at + 1
        case "\\" if text[at + 1 : at + 2] == "u":
            at += 2
            while text[at : at + 1] in _HEX:
                at += 1
            raise _wrong(text, at, "in \\u hexadecimal character escape")
        case "\\":
            raise _wrong(text, at + 1, "in string escape code")
        case _:
            raise _wrong(text, at, "in string literal")


def _number_end(text: str, start: int) -> int:
    found = _NUMBER.match(text, start)
    if found is None:
        raise _wrong(text, start + 1, "in numeric literal")
    end = found.end()
    match text[end : end + 1]:
        case "." if not set(found[0]) & set(".eE"):
            raise _wrong(text, end + 1, "after decimal point in numeric literal")
        case "e" | "E" if not set(found[0]) & set("eE"):
            sign = text[end + 1 : end + 2] in ("+", "-")
            raise _wrong(text, end + 1 + sign, "in exponent of numeric literal")
        case _:
            return end


def _wrong(text: str, at: int, context: str) -> JSONSyntaxError:
    if at >= len(text):
        return JSONSyntaxError("unexpected EOF")
    return JSONSyntaxError(f"invalid character {_quoted(text[at])} {context}")


def _quoted(char: str) -> str:
    """Go reports the first byte, and quotes it as if it were a character."""
    byte = chr(char.encode("utf-8", "surrogateescape")[0])
    if byte in "'\"":
        return {"'": r"'\''", '"': "'\"'"}[byte]
    if byte.isprintable():
        return f"'{_SHORT_ESCAPES.get(byte, byte)}'"
    if byte in _SHORT_ESCAPES:
        return f"'{_SHORT_ESCAPES[byte]}'"
    escape = f"\\x{ord(byte):02x}" if byte < "\x80" else f"\\u{ord(byte):04x}"
    return f"'{escape}'"
