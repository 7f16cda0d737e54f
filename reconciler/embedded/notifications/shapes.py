"""The shape of a notification (B 4.1)."""

from enum import IntEnum

from reconciler.embedded.gateway.shapes import INT32, INT64, STRING, Repeated, shape


class State(IntEnum):
    STARTED = 0
    FINISHED = 1


class Status(IntEnum):
    ACTIVE = 0
    INACTIVE = 1


class Order(IntEnum):
    BY_NAME_ASC = 0


_STRINGS = Repeated(STRING)

SLACK = shape(endpoint=STRING, channels=_STRINGS, message=STRING, status=Status)
EMAIL = shape(subject=STRING, cc=_STRINGS, bcc=_STRINGS, content=STRING, status=Status)
WEBHOOK = shape(
    endpoint=STRING, timeout=INT32, action=STRING, retries=INT32, status=Status, secret=STRING
)
FILTER = shape(
    projects=_STRINGS,
    branches=_STRINGS,
    pipelines=_STRINGS,
    blocks=_STRINGS,
    states=Repeated(State),
    results=_STRINGS,
    tags=_STRINGS,
)
RULE = shape(name=STRING, filter=FILTER, notify=shape(slack=SLACK, email=EMAIL, webhook=WEBHOOK))
NOTIFICATION = shape(
    metadata=shape(name=STRING, id=STRING, create_time=INT64, update_time=INT64, creator_id=STRING),
    spec=shape(rules=Repeated(RULE)),
    status=shape(failures=Repeated(shape(time=INT64, message=STRING))),
)
PAGE = shape(notifications=Repeated(NOTIFICATION), next_page_token=STRING)
QUERY = shape(page_size=INT32, page_token=STRING, order=Order)
