"""Which failures a second try may mend."""

from reconciler.errors import (
    ApiError,
    BadAnswer,
    NoAnswer,
    NotSent,
    PermissionDenied,
    RateLimited,
    ServerFault,
)
from reconciler.remote.answers import AnswerTooLarge
from reconciler.remote.breaker import CircuitOpen
from reconciler.remote.order import Order
from reconciler.remote.transport import UntrustedCertificate


def may_repeat(order: Order, error: ApiError) -> bool:
    """Whether sending again can help and can't do anything twice."""
    match error:
        case UntrustedCertificate() | AnswerTooLarge() | CircuitOpen():
            return False
        case RateLimited() | NotSent():
            return True
        case ServerFault() | NoAnswer():
            return order.repeatable
        case BadAnswer():  # perhaps from something in between, and the write never arrived
            return order.repeatable and order.method != "GET"
        case PermissionDenied(status=403, words=""):  # the login service is down (D 2)
            return order.repeatable
        case _:
            return False
