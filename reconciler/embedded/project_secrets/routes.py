"""The operations on project secrets, v1 (B 2.6)."""

from dataclasses import replace

from reconciler.embedded.gateway import operations, paging
from reconciler.embedded.gateway.errors import failed_precondition, invalid_argument, part
from reconciler.embedded.gateway.operations import Call, Handlers
from reconciler.embedded.gateway.shapes import BOOL, INT64, STRING, Message, Repeated, shape
from reconciler.embedded.gateway.times import in_seconds, microseconds
from reconciler.embedded.project_secrets import rules, storage
from reconciler.embedded.project_secrets.storage import ProjectSecret
from reconciler.embedded.secrets.content import DATA
from reconciler.embedded.secrets.routes import QUERY
from reconciler.embedded.store import World

SECRET = shape(
    metadata=shape(
        name=STRING,
        id=STRING,
        create_time=INT64,
        update_time=INT64,
        checkout_at=INT64,
        project_id_or_name=STRING,
        content_included=BOOL,
    ),
    data=DATA,
)
PAGE = shape(secrets=Repeated(SECRET), next_page_token=STRING)
_LIMIT = 100


def list_secrets(call: Call) -> Message:
    """Always by name; the order asked for is ignored (B 1.5)."""
    world, query = call.world, call.message
    project = _project(call)
    secrets, token = paging.read(
        query["page_token"],
        paging.page_size(query["page_size"], _LIMIT),
        start=("", ""),
        rows_after=lambda after, count: storage.by_name(world, project, after, count),
        position_of=lambda secret: (paging.name_key(secret.name), secret.id),
    )
    return {"secrets": [_shown(world, secret) for secret in secrets], "next_page_token": token}


def get(call: Call) -> Message:
    return _shown(call.world, rules.found(call.world, _project(call), call.path["id_or_name"]))


def create(call: Call) -> Message:
    """The URL's project overrides that of the body; it even stands in for the metadata."""
    world, sent = call.world, call.message
    project = _project(call)
    content = rules.content(sent["data"])
    now = microseconds(world)
    secret = ProjectSecret(
        id=world.uuid(),
        project_id=project,
        name=rules.new_name((sent["metadata"] or {}).get("name", "")),
        content=content,
        inserted_at=now,
        updated_at=now,
        used_at=0,
    )
    rules.save(world, secret)
    return _shown(world, secret)


def update(call: Call) -> Message:
    world, sent = call.world, call.message
    project = _project(call)
    if not call.path["id_or_name"]:
        raise invalid_argument("secret.secret_id_or_name must be provided")
    metadata = part(sent, "metadata")
    if not world.settings.secrets_exposed_content:
        raise failed_precondition("Secret can not be updated with API")
    secret = rules.found(world, project, call.path["id_or_name"])
    changed = replace(
        secret,
        content=rules.content(sent["data"]),
        name=rules.changed_name(metadata["name"]),
        project_id=rules.changed_project(metadata["project_id_or_name"], secret.project_id),
        updated_at=microseconds(world),
    )
    rules.save(world, changed)
    return _shown(world, changed)


def delete(call: Call) -> Message:
    storage.delete(call.world, rules.found(call.world, _project(call), call.path["id_or_name"]))
    return {}


def _project(call: Call) -> str:
    return rules.project_id(call.world, call.path["project"])


def _shown(world: World, secret: ProjectSecret) -> Message:
    exposed = world.settings.secrets_exposed_content
    return {
        "metadata": {
            "name": secret.name,
            "id": secret.id,
            "create_time": in_seconds(secret.inserted_at),
            "update_time": in_seconds(secret.updated_at),
            "checkout_at": secret.used_at,
            "project_id_or_name": secret.project_id,
            "content_included": exposed,
        },
        "data": secret.content.shown(values=exposed),
    }


ROUTES = operations.routes(
    operations.crud(
        "/api/v1/projects/{project:plain}/secrets",
        resource=SECRET,
        page=PAGE,
        query=QUERY,
        handlers=Handlers(list=list_secrets, create=create, get=get, update=update, delete=delete),
    )
)
