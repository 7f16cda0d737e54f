"""Which of the servers behind the host answers a path, and how it says no (D 1)."""

import re
from enum import Enum

from starlette.responses import Response

from reconciler.embedded.replies import grpc_status, message, text


class Service(Enum):
    PLUMBER = "the Plug service of pipelines, schedules, targets and agents"
    PROJECTHUB = "the Plug service of projects"
    GATEWAY = "the gateway of jobs, secrets, dashboards and notifications"
    LOGHUB = "the logs of self-hosted agents"
    PUBLIC_V2 = "the second version of the interface, off by default"
    FRONT = "the web pages"


# The first match wins; a prefix ends anywhere, as it does in the real ingress.
_MAPPINGS = tuple(
    (re.compile(pattern), service)
    for pattern, service in (
        (r"/api/v1alpha/projects/[^/]+/members", Service.PLUMBER),
        (r"/api/v1alpha/projects", Service.PROJECTHUB),
        (r"/api/v1alpha/(dashboards|jobs|notifications|workflows)", Service.GATEWAY),
        (r"/api/v1beta/secrets", Service.GATEWAY),
        (r"/api/v1/artifacts", Service.GATEWAY),
        (r"/api/v1/projects/[a-zA-Z0-9_-]+/secrets", Service.GATEWAY),
        (r"/api/v1/logs/", Service.LOGHUB),
        (r"/api/v2/", Service.PUBLIC_V2),
        (r"/api/v1alpha/secrets", Service.FRONT),
        (r"/api/v1alpha/", Service.PLUMBER),
    )
)


def service_of(path: str) -> Service:
    return next((service for found, service in _MAPPINGS if found.match(path)), Service.FRONT)


def is_plug(path: str) -> bool:
    return service_of(path) in (Service.PLUMBER, Service.PROJECTHUB)


def routed_path(path: str) -> str:
    """The path as the answering server's router reads it: Plug ignores empty segments (D 3)."""
    if "//" not in path and not path.endswith("/"):
        return path
    if is_plug(path):
        return "/" + "/".join(segment for segment in path.split("/") if segment)
    return path


def unknown_route(path: str, *, wrong_method: bool) -> Response:
    match service_of(path):
        case Service.PLUMBER | Service.PROJECTHUB:
            return text(404, "oops")
        case Service.GATEWAY if wrong_method:
            return grpc_status(501, 12, "Method Not Allowed")
        case Service.GATEWAY:
            return grpc_status(404, 5, "Not Found")
        case Service.PUBLIC_V2:
            return message(404, "Not found")
        case Service.LOGHUB | Service.FRONT:
            return text(404, "Not Found")


def crashed(path: str) -> Response:
    if service_of(path) is Service.GATEWAY:
        return grpc_status(500, 2, "Internal Server Error")
    return text(500, "Something went wrong")
