"""The operations on dashboards, v1alpha; nobody is refused any of them (B 3.5)."""

from dataclasses import replace

from reconciler.embedded.dashboards import rules, storage
from reconciler.embedded.dashboards.storage import Content, Dashboard
from reconciler.embedded.gateway import operations, paging
from reconciler.embedded.gateway.errors import part
from reconciler.embedded.gateway.operations import Call, Handlers
from reconciler.embedded.gateway.shapes import (
    INT32,
    INT64,
    STRING,
    Mapped,
    Message,
    Repeated,
    shape,
)
from reconciler.embedded.gateway.times import seconds

DASHBOARD = shape(
    metadata=shape(name=STRING, id=STRING, title=STRING, create_time=INT64, update_time=INT64),
    spec=shape(widgets=Repeated(shape(name=STRING, type=STRING, filters=Mapped(STRING)))),
)
# The server never sets the total.
PAGE = shape(dashboards=Repeated(DASHBOARD), next_page_token=STRING, total_size=INT32)
QUERY = shape(page_size=INT32, page_token=STRING)
_LIMIT = 100


def list_dashboards(call: Call) -> Message:
    world, query = call.world, call.message
    dashboards, token = paging.read(
        query["page_token"],
        paging.page_size(query["page_size"], _LIMIT),
        start=(-1, ""),
        rows_after=lambda after, count: storage.by_creation(world, after, count),
        position_of=lambda dashboard: (dashboard.inserted_at, dashboard.id),
    )
    return {"dashboards": [_shown(each) for each in dashboards], "next_page_token": token}


def get(call: Call) -> Message:
    return _shown(rules.found(call.world, call.path["id_or_name"]))


def create(call: Call) -> Message:
    world = call.world
    content = _content(call.message)
    rules.check_widgets(content.widgets)
    rules.check_name(content.name)
    now = seconds(world)
    dashboard = Dashboard(id=world.uuid(), content=content, inserted_at=now, updated_at=now)
    rules.save(world, dashboard)
    return _shown(dashboard)


def update(call: Call) -> Message:
    """A replacement; one that changes nothing is not written (B 3.3)."""
    world = call.world
    content = _content(call.message)
    dashboard = rules.found(world, call.path["id_or_name"])
    rules.check_widgets(content.widgets)
    rules.check_name(content.name)
    if content == dashboard.content:
        return _shown(dashboard)
    changed = replace(dashboard, content=content, updated_at=seconds(world))
    rules.save(world, changed)
    return _shown(changed)


def delete(call: Call) -> Message:
    storage.delete(call.world, rules.found(call.world, call.path["id_or_name"]))
    return {}


def _content(sent: Message) -> Content:
    metadata = part(sent, "metadata")
    name: str = metadata["name"]
    return Content(
        name=name,
        title=rules.title(name, metadata["title"]),
        sent_id=metadata["id"],
        widgets=part(sent, "spec")["widgets"],
    )


def _shown(dashboard: Dashboard) -> Message:
    content = dashboard.content
    return {
        "metadata": {
            "name": content.name,
            "id": dashboard.id,
            "title": content.title,
            "create_time": dashboard.inserted_at,
            "update_time": dashboard.updated_at,
        },
        "spec": {"widgets": content.widgets},
    }


ROUTES = operations.routes(
    operations.crud(
        "/api/v1alpha/dashboards",
        resource=DASHBOARD,
        page=PAGE,
        query=QUERY,
        handlers=Handlers(
            list=list_dashboards, create=create, get=get, update=update, delete=delete
        ),
    )
)
