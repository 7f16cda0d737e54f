"""How agents of a type get their names: what a request may say and what is kept (C 2.2)."""

from dataclasses import dataclass
from typing import Any, Self

from reconciler.embedded.replies import Crash
from reconciler.embedded.verification import INT64, internal_error, refused

AGENT = "assignment_origin_agent"
AWS_STS = "assignment_origin_aws_sts"
UNSPECIFIED = "assignment_origin_unspecified"

_SHORTEST_HOLD = 60
_LONGEST_HOLD = 2**31 - 1


@dataclass(frozen=True)
class Aws:
    account_id: str
    role_name_patterns: str

    @classmethod
    def read(cls, given: Any) -> Self | None:
        """Anything but an object counts as absent; a wrong type inside is an internal error."""
        if not isinstance(given, dict):
            return None
        account, patterns = given.get("account_id", ""), given.get("role_name_patterns", "")
        if not isinstance(account, str) or not isinstance(patterns, str):
            raise internal_error()
        return cls(account, patterns)


@dataclass(frozen=True)
class NameSettings:
    assignment_origin: str = AGENT
    release_after: int = 0
    aws: Aws | None = None

    @classmethod
    def read(cls, given: Any) -> Self:
        """The settings of a request, their types checked but not yet their meaning."""
        if given is None:
            return cls()
        if not isinstance(given, dict):
            raise Crash("agent_name_settings is no object")
        origin = _origin(given.get("assignment_origin", AGENT))
        release_after = given.get("release_after", 0)
        if type(release_after) is not int or release_after not in INT64:
            raise internal_error()
        return cls(origin, release_after, Aws.read(given.get("aws")))

    def validated(self) -> Self:
        """The settings as they are kept; refuses what makes no sense."""
        if self.release_after < 0:
            raise refused(400, "name release hold must be 0 or greater than 60")
        if 0 < self.release_after < _SHORTEST_HOLD:
            raise refused(400, "name release hold must be greater than 60")
        if self.assignment_origin == UNSPECIFIED:
            raise refused(400, "assignment origin not supported")
        if self.assignment_origin == AWS_STS:
            _validate_sts(self.aws)
            return self
        _validate_agent(self.aws)
        return type(self)(AGENT, self.release_after, None)

    def storable(self) -> bool:
        """The column is narrower than the message (C 2.2)."""
        return self.release_after <= _LONGEST_HOLD


def _validate_sts(aws: Aws | None) -> None:
    if aws is None:
        raise refused(400, "AWS information missing")
    if not aws.account_id:
        raise refused(400, "AWS account cannot be empty")
    if not aws.role_name_patterns:
        raise refused(400, "AWS role name patterns cannot be empty")


def _validate_agent(aws: Aws | None) -> None:
    if aws is not None and aws.account_id:
        raise refused(400, "AWS account ID is not allowed for ASSIGNMENT_ORIGIN_AGENT")
    if aws is not None and aws.role_name_patterns:
        raise refused(400, "AWS role name patterns are not allowed for ASSIGNMENT_ORIGIN_AGENT")


def _origin(given: Any) -> str:
    if isinstance(given, (dict, list)):
        raise Crash("assignment_origin is no scalar")
    if isinstance(given, str) and given.lower() in (AGENT, AWS_STS, UNSPECIFIED):
        return given.lower()
    raise refused(400, f"invalid assignment_origin '{shown(given)}'")


def shown(value: Any) -> str:
    """A scalar as Elixir writes it into a text."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case _:
            return str(value)
