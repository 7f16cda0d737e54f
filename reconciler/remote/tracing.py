"""What is told of requests while they are made, to those who want to know."""

from dataclasses import dataclass
from typing import Final

from reconciler.errors import ApiError


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was sent, and how it ended.

    ``status``: 0 where no answer came that can be read, and then ``failure`` says why; ``request``:
    how the server calls it in its own logs, "" if it does not say.
    """

    method: str
    path: str
    attempt: int
    seconds: float
    status: int = 0
    failure: str = ""
    request: str = ""


class Trace:
    """Hears of requests; this one is silent.

    ``listens``: whether it wants to be told of each of them; what is never told need not be masked.
    """

    listens = True

    def sent(self, exchange: Exchange) -> None:
        """Hear of a request that was sent, and how it ended."""

    def waits(self, error: ApiError, seconds: float, attempt: int) -> None:
        """Hear that ``seconds`` are waited, then comes this attempt of what ended in an error."""

    def goes_on(self) -> None:
        """Hear that a wait is over."""


class _Silent(Trace):
    listens = False


SILENT: Final = _Silent()
