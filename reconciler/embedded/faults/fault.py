"""A fault: what goes wrong, with which requests, and when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from reconciler.embedded.regular import compiles, found

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class BadFault(ValueError):
    """The message is a sentence for the author of the fault."""


class Action(StrEnum):
    DELAY = "delay"
    """`seconds` of waiting."""
    ANSWER = "answer"
    """Another answer: `status`, by default in the words of who would send it."""
    RESET = "reset"
    """The connection is reset."""
    CLOSE = "close"
    """The connection is closed without an answer."""
    HANG = "hang"
    """No answer, ever."""
    DRIP = "drip"
    """The answer comes byte by byte, `seconds` apart."""
    TRUNCATE = "truncate"
    """The answer ends in the middle of its body."""
    REPEAT_PAGE = "repeat_page"
    """The answer given to the previous read of this path, once more."""
    SHIFT_PAGE = "shift_page"
    """A page loses its first `items` or, if negative, begins with the last of the page before."""
    STALE = "stale"
    """A read is answered from the state before the last write."""
    DENY = "deny"
    """The caller has no permission at all, as before it has spread (A 0)."""
    FUTURE = "future"
    """The server is of a later version: what it shows has more keys, which it keeps if sent."""
    KILL = "kill"
    """The server's process is killed."""


class Moment(StrEnum):
    BEFORE = "before"
    """The request never reaches the organization."""
    AFTER = "after"
    """What the request does is done and stays done; only its answer is concerned."""
    ANSWERED = "answered"
    """Once the answer has been handed over."""


_ANSWER_ONLY = frozenset({Action.DRIP, Action.TRUNCATE, Action.REPEAT_PAGE, Action.SHIFT_PAGE})
_BEFORE_ONLY = frozenset({Action.STALE, Action.DENY, Action.FUTURE})


@dataclass(frozen=True, kw_only=True)
class Fault:
    action: Action
    when: Moment | None = None
    """BEFORE, where there is a choice."""
    method: str = "*"
    """One or several, separated by commas."""
    path: str = "*"
    """A glob over the path; with `^` in front a regular expression over the path and its query."""
    nth: int = 1
    """The number, among the matching calls from now on, of the first one that is hit."""
    times: int | None = 1
    """How many calls are hit from then on; None for all of them."""
    status: int = 500
    retry_after: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    seconds: float = 1.0
    items: int = 1
    seed: int = 0
    """Which later version: the same seed is the same keys and values."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "when", self.when or _moments(self.action)[0])
        for good, problem in (
            (self.when in _moments(self.action), f"{self.action} can't happen {self.when}"),
            (self.nth >= 1, "nth counts from 1"),
            (self.times is None or self.times >= 1, "times is at least 1, or null for ever"),
            (200 <= self.status <= 599, "status is between 200 and 599"),  # noqa: PLR2004 - final ones
            (self.seconds >= 0, "seconds can't be negative"),
            (_is_pattern(self.path), "path is no regular expression"),
            (_are_headers(self.headers), "headers need tokens for names and plain text as values"),
            (_is_plain(self.retry_after or ""), "retry_after is plain text"),
        ):
            if not good:
                raise BadFault(problem)

    def matches(self, method: str, target: str) -> bool:
        """`target` is the path with its query."""
        if self.method != "*" and method not in self.method.upper().replace(" ", "").split(","):
            return False
        if self.path.startswith("^"):
            return found(self.path, target)
        return fnmatchcase(target.partition("?")[0], self.path)

    def __str__(self) -> str:
        return f"{self.action} {self.when}"


def _moments(action: Action) -> tuple[Moment, ...]:
    if action in _ANSWER_ONLY:
        return (Moment.AFTER,)
    if action in _BEFORE_ONLY:
        return (Moment.BEFORE,)
    if action is Action.KILL:
        return (Moment.BEFORE, Moment.AFTER, Moment.ANSWERED)
    return (Moment.BEFORE, Moment.AFTER)


def _are_headers(headers: Mapping[str, str]) -> bool:
    return all(_TOKEN.fullmatch(name) and _is_plain(value) for name, value in headers.items())


def _is_plain(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not text)


def _is_pattern(path: str) -> bool:
    return not path.startswith("^") or compiles(path)
