"""The commands of `sem` v0.35.0 and their requests (E 2.6), and sending those of one command."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from tests.sem import go_json, runs, states, wire
from tests.sem.states import State

_HERE = Path(__file__).parent
_STRUCTS = yaml.load((_HERE / "structs.yml").read_text(), yaml.CSafeLoader)
_PLACEHOLDER = re.compile(r"<([A-Z][A-Z0-9_]*|uuid)>")
_STATES = {given.__name__: given for given in (*states.GIVEN, *runs.GIVEN)}
_BOUNDARY = "1f" * 30
_WINDOW = 90 * 24 * 3600


@dataclass(frozen=True)
class Row:
    """One command: its exit code, what must be there before, and its requests.

    ``because``: why a command that ended well where it was measured, against a server which takes
    everything, is refused something by Semaphore.
    """

    command: str
    rc: int
    requests: tuple[Mapping[str, Any], ...]
    given: tuple[str, ...] = ()
    settings: Mapping[str, Any] | None = None
    token: str = wire.TOKEN
    because: str = ""
    tls: bool = False


def rows() -> Iterator[Row]:
    for path in sorted((_HERE / "rows").glob("*.yml")):
        for row in yaml.load(path.read_text(), yaml.CSafeLoader):
            requests, given = (tuple(row.pop(key, ())) for key in ("requests", "given"))
            yield Row(**row, requests=requests, given=given)


def replay(row: Row, state: State) -> int:
    """Send every request of a command and hold each answer against what `sem` reads.

    Returns how many were sent.
    """
    for given in row.given:
        _STATES[given](state)
    for number, each in enumerate(row.requests):
        if "wait" in each:
            state.wait(each["wait"])
        answer = state.exchange(_bytes(row, each, state))
        where = f"{row.command}, request {number + 1}: {each['send']}"
        problems = list(_problems(each, answer, state))
        assert not problems, f"{where}: {problems}\n{answer}"
    return len(row.requests)


def _bytes(row: Row, each: Mapping[str, Any], state: State) -> bytes:
    method, target = _filled(each["send"], state).split(" ", 1)
    body = each.get("body")
    content = None if body is None else _filled(body, state).encode()
    kind = wire.JSON
    if "form" in each:
        content, kind = (
            _multipart(each["form"], state),
            f"multipart/form-data; boundary={_BOUNDARY}",
        )
    return wire.request(method, state.prefix + target, content, token=row.token, content_type=kind)


def _filled(text: str, state: State) -> str:
    """Ids come from the state, tokens are new: of version 1 for runs, of version 4 for targets."""
    now = int(state.embedded.clock()) if state.embedded else 0
    window = {"AFTER": str(now - _WINDOW), "BEFORE": str(now)}

    def value(found: re.Match[str]) -> str:
        if found[1] != "uuid":
            return {**window, **state.names}[found[1]]
        return str(
            uuid.uuid1() if text[: found.start()].endswith("request_token=") else uuid.uuid4()
        )

    return _PLACEHOLDER.sub(value, text)


def _multipart(fields: Mapping[str, str], state: State) -> bytes:
    """As Go writes it; a value that begins with @ is a file of that name."""
    lines: list[str] = []
    for name, text in fields.items():
        lines.append(f"--{_BOUNDARY}")
        if text.startswith("@"):
            lines.append(
                f'Content-Disposition: form-data; name="{name}"; filename="{text[1:]}"\r\n'
                "Content-Type: application/octet-stream"
            )
        else:
            lines.append(f'Content-Disposition: form-data; name="{name}"')
        lines += ["", "hello file\n" if text.startswith("@") else _filled(text, state)]
    return "\r\n".join([*lines, f"--{_BOUNDARY}--", ""]).encode()


def _problems(each: Mapping[str, Any], answer: wire.Answer, state: State) -> Iterator[str]:
    expected = each.get("status", 200)
    if answer.status != expected:
        yield f"status {answer.status}, not {expected}"
        return
    for name, pattern in each.get("headers", {}).items():
        if not fnmatchcase(answer.headers.get(name, ""), pattern):
            yield f"header {name} is {answer.headers.get(name)!r}, not {pattern}"
    text = answer.body.decode()
    if "text" in each and not fnmatchcase(text, each["text"]):
        yield f"the answer is not {each['text']}"
    if each.get("reads"):
        yield from _unread(each, answer, state)


def _unread(each: Mapping[str, Any], answer: wire.Answer, state: State) -> Iterator[str]:
    """What `sem` would trip over, and what it would lack."""
    kind = each["reads"]
    try:
        value = go_json.parse(answer.body)
    except ValueError as error:
        yield f"no JSON: {error}"
        return
    yield from go_json.unreadable(value, kind, _STRUCTS["structs"])
    for path in (*_STRUCTS["needs"].get(kind, ()), *each.get("needs", ())):
        yield from _lacking(value, path)
    for path, text in each.get("equals", {}).items():
        (found,) = _at(value, path)
        wanted = _filled(text, state) if isinstance(text, str) else text
        if found != wanted:
            yield f"{path} is {found!r}, not {wanted!r}"
    for name, path in each.get("keeps", {}).items():
        (state.names[name],) = _at(value, path)


def _lacking(value: Any, path: str) -> Iterator[str]:
    for found in _at(value, path):
        if found is None:
            yield f"{path} is missing"
        elif path.endswith("_time") and not re.fullmatch(r"\d+", str(found)):
            yield f"{path} is {found!r}, no whole seconds"


def _at(value: Any, path: str) -> list[Any]:
    """Everything at a dotted path, None where there is nothing; ``*`` is every item of a list."""
    found = [value]
    for key in path.split("."):
        if key == "*":
            found = [inner for outer in found for inner in outer or ()]
        else:
            found = [outer.get(key) if isinstance(outer, dict) else None for outer in found]
    return found
