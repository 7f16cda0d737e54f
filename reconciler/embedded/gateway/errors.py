"""Refusals of the services behind the gateway, by grpc code (B 1.4)."""

from reconciler.embedded.gateway.shapes import Message
from reconciler.embedded.replies import Crash, Refused, grpc_status


def unknown(message: str) -> Refused:
    return Refused(grpc_status(500, 2, message))


def invalid_argument(message: str) -> Refused:
    return Refused(grpc_status(400, 3, message))


def not_found(message: str) -> Refused:
    return Refused(grpc_status(404, 5, message))


def permission_denied(message: str) -> Refused:
    return Refused(grpc_status(403, 7, message))


def failed_precondition(message: str) -> Refused:
    """Code 9 is 400 in HTTP, not 412 and not 409 (B 1.4)."""
    return Refused(grpc_status(400, 9, message))


def internal(message: str) -> Refused:
    return Refused(grpc_status(500, 13, message))


def part(message: Message, name: str) -> Message:
    """A sub-message which the service takes for granted: it crashes where there is none."""
    found: Message | None = message[name]
    if found is None:
        raise Crash(f"no {name}")
    return found
