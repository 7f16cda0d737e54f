"""A traceback that shows local variables, as error trackers take them, shows no secret value."""

import asyncio
import traceback
from collections.abc import Callable

import httpx
import pytest

from reconciler.errors import ApiError
from reconciler.kinds.secret import Secret
from reconciler.model import DECLARED, Sealed, Unreadable
from reconciler.remote import Semaphore
from reconciler.remote.order import encoded

CANARY, TOKEN = "cAnArYlocal", "cAnArYtoken"
Handler = Callable[[httpx.Request], httpx.Response]


def _echo(status: int) -> Handler:
    """Repeat all that came, in an answer that is an error or no JSON."""

    def answer(request: httpx.Request) -> httpx.Response:
        said = f"bad {request.headers['authorization']} {request.content.decode()}"
        return httpx.Response(status, text=said, headers={"retry-after": "0"})

    return answer


def _lost(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("lost", request=request)


def _bug(_: httpx.Request) -> httpx.Response:
    raise RuntimeError("a bug")


def _told(error: BaseException) -> str:
    seen = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(seen.format())


@pytest.mark.parametrize(
    "handler", [_echo(422), _echo(200), _echo(500), _lost, _bug], ids=lambda each: each.__name__
)
def test_a_request_that_fails(handler: Handler) -> None:
    """Whatever becomes of it, no frame holds the opened body, the token or the server's echo."""
    definition = Secret.model_validate(
        {"metadata": {"name": "x"}, "data": {"env_vars": [{"name": "A", "value": CANARY}]}},
        context=DECLARED,
    )

    async def create() -> None:
        transport = httpx.MockTransport(handler)
        async with Semaphore.open("https://a.invalid", TOKEN, transport=transport) as semaphore:
            await semaphore.secrets.create(definition)

    with pytest.raises((ApiError, RuntimeError)) as raised:
        asyncio.run(create())
    told = _told(raised.value)
    assert "definition = " in told
    assert CANARY not in told
    assert TOKEN not in told


def test_a_body_that_can_not_be_sent() -> None:
    """Values before the one at fault are opened by then."""
    for fault, error in ((object(), TypeError), (Sealed(), Unreadable)):
        with pytest.raises(error) as raised:
            encoded({"one": Sealed(CANARY), "two": fault})
        assert CANARY not in _told(raised.value)
