"""Answers of status 200 that make no sense: errors with method and path, and never a crash."""

import asyncio
import json
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from reconciler import commands
from reconciler.embedded import Action, Fault
from reconciler.errors import ApiError, BadAnswer, ReconcilerError
from reconciler.model import Result
from tests.reliability.killing import Stage
from tests.reliability.lab import Lab, copied

ODD: Final[tuple[Any, ...]] = (
    *(None, [], {}, "", 0, "x", True, 1.5, [None], [{}], [[]], {"metadata": None}, "\ud800"),
    *([{"metadata": None}], {"metadata": {"name": ["x"], "id": {}}}, "x" * 300),
)
TRIES: Final = 25
"""Of some thousands for each path: other ones for each."""

Place = tuple[str | int, ...]


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    yield at
    match value:
        case dict():
            inner: Iterable[tuple[str | int, Any]] = value.items()
        case list():
            inner = enumerate(value)
        case _:
            return
    for key, each in inner:
        yield from places(each, (*at, key))


def bent(value: Any, at: Place, odd: Any) -> Any:
    if not at:
        return odd
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = bent(copy[at[0]], at[1:], odd)
    return copy


class Bending(httpx.AsyncBaseTransport):
    """Passes answers on, and exchanges a part of those to one path."""

    def __init__(self, lab: Lab, path: str = "", at: Place = (), odd: Any = None) -> None:
        self.seen: dict[str, Any] = {}
        self._inner = lab.embedded.transport()
        self._path, self._at, self._odd = path, at, odd

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        text = (await answer.aread()).decode()
        path = f"{request.method} {request.url.path}"
        if answer.status_code == 200 and text:
            self.seen.setdefault(path, json.loads(text))
            if path == self._path:
                with suppress(LookupError, TypeError):  # of several answers, this has no such part
                    text = json.dumps(bent(json.loads(text), self._at, self._odd))
        kept = {k: v for k, v in answer.headers.items() if k != "content-length"}
        return httpx.Response(answer.status_code, headers=kept, text=text)


async def plan(lab: Lab, through: Bending) -> None:
    async with lab.session(read_only=True, transport=through) as session:
        await commands.plan(session, lab.request("after.yml"))


def test_whatever_a_list_or_an_object_holds(stages: Callable[[str], Stage], tmp_path: Path) -> None:
    """Any part of any answer to a plan: what can't be read says where it came from."""
    with copied(stages("none").template, tmp_path / "copy", "none") as lab:
        whole = Bending(lab)
        asyncio.run(plan(lab, whole))
        assert len(whole.seen) >= 10
        unreadable: list[BadAnswer] = []
        for path, answer in sorted(whole.seen.items()):
            chosen = random.Random(path)
            for at in chosen.choices(list(places(answer)), k=TRIES):
                odd = chosen.choice(ODD)
                try:
                    asyncio.run(plan(lab, Bending(lab, path, at, odd)))
                except BadAnswer as error:
                    unreadable.append(error)
                except ReconcilerError:
                    pass  # what is there now does not fit the manifests
        assert len(unreadable) > TRIES
        assert {error.method for error in unreadable} == {"GET"}
        assert all(error.path.startswith("/api/") for error in unreadable)


def test_whatever_the_answer_to_a_write_is(stages: Callable[[str], Stage], tmp_path: Path) -> None:
    """It is looked at what was done; no step ends in a bug, and the next apply converges."""
    template = stages("none").template
    with copied(template, tmp_path / "first", "none") as lab:
        whole = Bending(lab)
        asyncio.run(lab.applying("after.yml", transport=whole))
    writes = {path: body for path, body in whole.seen.items() if not path.startswith("GET")}
    assert len(writes) > 8
    for number, (path, answer) in enumerate(sorted(writes.items())):
        place = tmp_path / str(number)
        with copied(template, place, "none") as lab:
            chosen = random.Random(path)
            at = chosen.choice(list(places(answer)))
            through = Bending(lab, path, at, chosen.choice(ODD))
            outcomes = asyncio.run(lab.applying("after.yml", transport=through))
            assert not [o.detail for o in outcomes if "bug" in o.detail], (path, at)
            assert {
                o.detail for o in lab.apply("after.yml") if o.result is not Result.DONE
            } == set()


@pytest.mark.parametrize("kind", ["projects", "schedules", "deployment_targets", "dashboards"])
@pytest.mark.parametrize("body", ['""', "[]", "null", "0", "{}", '{"a": []}', '"\\ud800"'])
def test_a_whole_answer(
    kind: str, body: str, stages: Callable[[str], Stage], tmp_path: Path
) -> None:
    """Said with method and path; a schedule's was a crash (A 14)."""
    with copied(stages("none").template, tmp_path / "copy", "none") as lab:
        path = f"^/api/v1alpha/{kind}/[^/?]+(\\?.*)?$"
        odd = Fault(
            action=Action.ANSWER, status=200, body=body, path=path, method="GET", times=None
        )
        lab.add(odd)
        try:
            said = [o.detail for o in lab.apply("after.yml") if o.result is Result.FAILED]
        except BadAnswer as error:
            said = [str(error)]
        assert any(f"/api/v1alpha/{kind}/" in words for words in said)
        told = ("expected an object", "is not JSON", "can't be read")
        assert all(any(words in each for words in told) for each in said)


TWO: Final = {
    "projects": "Project",
    "dashboards": "Dashboard",
    "deployment_targets": "DeploymentTarget",
    "secrets": "Secret",
    "notifications": "Notification",
    "schedules": "Schedule",
}


@pytest.mark.parametrize("family", TWO)
def test_two_of_one_name(family: str, stages: Callable[[str], Stage], tmp_path: Path) -> None:
    """A list that has them is none to plan by: nothing tells which of both is meant."""
    with copied(stages("none").template, tmp_path / "copy", "none") as lab:
        whole = Bending(lab)
        asyncio.run(plan(lab, whole))
        (path, answer), *_ = [
            (path, answer) for path, answer in whole.seen.items() if path.endswith(f"/{family}")
        ]
        at: Place = () if isinstance(answer, list) else (family,)
        items = answer if isinstance(answer, list) else answer[family]
        twin = json.loads(json.dumps(items[0]))
        (twin.get("metadata") or twin)["id"] = "2c0a49dc-8e2c-4b1c-9a39-0d6d1b2f0b11"
        through = Bending(lab, path, at, [*items, twin])
        with pytest.raises(ApiError, match=f"two of kind {TWO[family]} have one name") as caught:
            asyncio.run(plan(lab, through))
        assert str(caught.value).startswith(f"{path.split('?')[0]}: ")
        assert "2c0a49dc-8e2c-4b1c-9a39-0d6d1b2f0b11" in str(caught.value)
