"""What the service of dashboards refuses, and the titles it makes up (B 3.1, 3.2)."""

import re

from reconciler.embedded.dashboards import storage
from reconciler.embedded.dashboards.storage import Dashboard
from reconciler.embedded.gateway.errors import invalid_argument, not_found
from reconciler.embedded.gateway.identifiers import check_width, contains_uuid, dumped
from reconciler.embedded.gateway.shapes import Message
from reconciler.embedded.store import World

_NAME = re.compile(r"(?!-)[a-z0-9\-]+")
_OF_PIPELINES = ("project_id", "branch", "pipeline_file")
_FILTERS = {
    "list_pipelines": _OF_PIPELINES,
    "list_workflows": ("project_id", "branch", "github_uid"),
    "duration_pipelines": _OF_PIPELINES,
    "ratio_pipelines": _OF_PIPELINES,
}


def found(world: World, id_or_name: str) -> Dashboard:
    if contains_uuid(id_or_name):
        dashboard = storage.find(world, dumped(id_or_name))
    else:
        dashboard = storage.find_by_name(world, id_or_name)
    if dashboard is None:
        raise not_found(f"Dashboard {id_or_name} not found")
    return dashboard


def title(name: str, sent: str) -> str:
    """`my-work` becomes `My Work` when no title is sent."""
    return sent or " ".join(word.capitalize() for word in name.replace("-", " ").split())


def check_widgets(widgets: list[Message]) -> None:
    types = [widget["type"] for widget in widgets]
    if not set(types) <= set(_FILTERS):
        raise invalid_argument(f"widget type should be one of {', '.join(_FILTERS)}")
    wrong = [w["type"] for w in widgets if not set(w["filters"]) <= set(_FILTERS[w["type"]])]
    clauses = [
        f"widget {kind} should have only these filters {', '.join(_FILTERS[kind])}"
        for kind in dict.fromkeys(wrong)
    ]
    if clauses:
        raise invalid_argument(", ".join(clauses))


def check_name(name: str) -> None:
    if contains_uuid(name):
        raise invalid_argument("name should not be in uuid format")
    if not _NAME.fullmatch(name):
        raise invalid_argument(
            "name should contain only lowercase letters a-z, numbers 0-9, and dashes, no spaces"
        )
    check_width(name)


def save(world: World, dashboard: Dashboard) -> None:
    try:
        storage.save(world, dashboard)
    except storage.NameTaken:
        raise invalid_argument("name has already been taken") from None
