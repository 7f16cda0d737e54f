"""Parameters as the Plug services read them: query, body and path in one map (D 3)."""

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from starlette.requests import Request

from reconciler.embedded.replies import Refused, text
from reconciler.embedded.store import World
from reconciler.embedded.texts import integer

BODY_LIMIT = 8_000_000
_MULTIPART_LIMIT = 150_000_000
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_MOST_PARTS = 10_000
_BOUNDARY = re.compile(r'boundary="?([^";]+)', re.IGNORECASE)
_PART_NAME = re.compile(rb'(?mi)^content-disposition:[^\r\n]*;[ \t]*name="?([^";\r\n]*)')
_FILE_NAME = re.compile(rb"(?mi)^content-disposition:[^\r\n]*;[ \t]*filename\*?=")
_KEYS = re.compile(r"\[([^\[\]]*)\]")

Params = dict[str, Any]

WORLD = "reconciler.world"
"""Where a request's scope has the organization it is for."""


class MalformedJSON(Exception):
    """Names the place of the first error, never the text around it."""


def world_of(request: Request) -> World:
    world: World = request.scope[WORLD]
    return world


async def merged(request: Request) -> Params:
    """Query, then body, then path: the later wins. Bodies of other types are ignored (D 3)."""
    return query(request) | await _body(request) | request.path_params


def query(request: Request) -> Params:
    return nested(_pairs(request.url.query))


def parse_json(body: bytes) -> Any:
    """Strict JSON; Python's own reader takes some things which no server does."""
    try:
        value = json.loads(body.decode(), parse_constant=_no_constant, parse_int=integer)
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair
    except json.JSONDecodeError as error:
        raise MalformedJSON(f"unexpected byte at position {error.pos}") from None
    except (ValueError, RecursionError):
        raise MalformedJSON("unexpected sequence") from None
    return value


def content_type(request: Request) -> str:
    """Type and subtype in lower case, without parameters; empty when there is none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_json(kind: str) -> bool:
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def nested(pairs: Iterable[tuple[str, str]]) -> Params:
    """`a[b]=1&c[]=2` is `{"a": {"b": "1"}, "c": ["2"]}`; a repeated plain key keeps the last."""
    tree: Params = {}
    for key, value in pairs:
        head, _, rest = key.partition("[")
        _put(tree, [head, *_KEYS.findall(f"[{rest}" if rest else "")], value)
    return tree


def _put(tree: Params, keys: list[str], value: str) -> None:
    *outer, last = keys
    to_list = bool(outer) and last == ""
    for key in outer[:-1] if to_list else outer:
        if not isinstance(tree.get(key), dict):
            tree[key] = {}
        tree = tree[key]
    if not to_list:
        tree[last] = value
        return
    items = tree.setdefault(outer[-1], [])
    if not isinstance(items, list):
        items = tree[outer[-1]] = []
    items.append(value)


async def _body(request: Request) -> Params:
    if request.method not in _WITH_BODY:
        return {}
    kind = content_type(request)
    content = await request.body()
    if is_json(kind):
        _limit(content, BODY_LIMIT)
        return _json(content)
    if kind == "application/x-www-form-urlencoded":
        _limit(content, BODY_LIMIT)
        return nested(_pairs(_decoded(content)))
    if kind.startswith("multipart/"):
        _limit(content, _MULTIPART_LIMIT)
        return nested(_parts(request.headers["content-type"], content))
    return {}


def _limit(content: bytes, most: int) -> None:
    if len(content) > most:
        raise Refused(text(413, "Something went wrong"))


def _json(content: bytes) -> Params:
    if not content:
        return {}
    try:
        value = parse_json(content)
    except MalformedJSON as error:
        _malformed(f'a Poison.SyntaxError exception was raised with message \\"{error}\\"')
    return value if isinstance(value, dict) else {"_json": value}


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        _malformed("invalid UTF-8 on urlencoded body")


def _pairs(encoded: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(encoded, keep_blank_values=True, errors="strict")
    except ValueError:
        _malformed("invalid UTF-8 on urlencoded params")


def _parts(header: str, content: bytes) -> Iterable[tuple[str, str]]:
    """The named text parts of a multipart body; files are none."""
    boundary = _BOUNDARY.search(header)
    if boundary is None:
        return
    between = f"\r\n--{boundary[1]}".encode()
    _preamble, *parts = (b"\r\n" + content).split(between, _MOST_PARTS + 1)
    if len(parts) > _MOST_PARTS:
        raise Refused(text(413, "Something went wrong"))
    for part in parts:
        head, _, payload = part.partition(b"\r\n\r\n")
        name = _PART_NAME.search(head)
        if name is not None and _FILE_NAME.search(head) is None:
            yield _decoded(name[1]), _decoded(payload)


def _no_constant(_word: str) -> NoReturn:
    raise ValueError


def _malformed(reason: str) -> NoReturn:
    raise Refused(text(400, f"Malformed request: malformed request, {reason}"))
