"""The shapes of answers: text, JSON without a content type, `{"message": ...}` (D 6)."""

import json
from typing import Any

from starlette.responses import Response

# Every Elixir Plug service answers with this header, and the front door with no other (D 2).
PLUG_HEADERS = {"cache-control": "max-age=0, private, must-revalidate"}
_RAW_PLUG_HEADERS = [(name.encode(), value.encode()) for name, value in PLUG_HEADERS.items()]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class Crash(Exception):
    """The real server crashes on this input: 500 in the words of the service that answers.

    What was committed before stays committed. The argument is for readers of a traceback and
    must not contain anything the client sent.
    """


class Refused(Exception):
    """The request ends here, with this answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"answered {response.status_code}")
        self.response = response


def dump(value: Any) -> bytes:
    return _encode(value).encode()


def text(status: int, body: str) -> Response:
    """Bare text without a content type: early refusals of the Plug services (D 3)."""
    return Response(body.encode(), status, PLUG_HEADERS)


def json_untyped(status: int, value: Any, headers: dict[str, str] | None = None) -> Response:
    """JSON without a content type: what the Plug services send (A 0, C 0, D 3)."""
    return json_bytes(status, dump(value), headers)


def json_bytes(status: int, content: bytes, headers: dict[str, str] | None = None) -> Response:
    """As json_untyped, of what is JSON already."""
    response = Response(content, status, headers)
    response.raw_headers += _RAW_PLUG_HEADERS
    return response


def json_string(status: int, body: str) -> Response:
    """A quoted JSON string without a content type: late refusals of the Plug services (D 3)."""
    return json_untyped(status, body)


def message(status: int, body: str) -> Response:
    """`{"message": ...}`: refusals of the project service (A 6)."""
    return json_untyped(status, {"message": body})


def grpc_status(status: int, code: int, body: str) -> Response:
    """`{"code", "message", "details"}`: refusals of the gateway (B 1.4)."""
    content = dump({"code": code, "message": body, "details": []})
    return Response(content, status, media_type="application/json")
