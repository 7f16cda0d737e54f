"""Which project a request means, and what the service refuses or crashes on (B 2.6)."""

from reconciler.embedded.gateway.errors import (
    failed_precondition,
    invalid_argument,
    not_found,
    permission_denied,
)
from reconciler.embedded.gateway.identifiers import check_width, dumped, is_castable
from reconciler.embedded.gateway.shapes import Message
from reconciler.embedded.project_secrets import storage
from reconciler.embedded.project_secrets.storage import ProjectSecret
from reconciler.embedded.projects import storage as projects
from reconciler.embedded.replies import Crash
from reconciler.embedded.secrets.content import Content, is_blank, problem
from reconciler.embedded.settings import Edition
from reconciler.embedded.store import World


def project_id(world: World, id_or_name: str) -> str:
    """The project of the URL, once it is clear that the caller may use its secrets.

    Any 16 bytes pass for an id, so that the permissions in a project of such a name can't be asked
    for, and no more those in an unknown project: the service crashes (B 2.4). In the Community
    Edition they are the same everywhere.
    """
    if not world.settings.project_level_secrets:
        raise failed_precondition("Project level secrets are not enabled for this organization")
    if is_castable(id_or_name):
        project = projects.find_by_id(world, id_or_name)
    else:
        project = projects.find_by_name(world, id_or_name)
        if project is None:
            raise Crash("unknown project name")
    if project is None and world.settings.edition is not Edition.CE:
        raise Crash("permissions of an unknown project")
    if not world.allowed("project.secrets.manage"):
        raise permission_denied("User is not authorized to perform this operation")
    return dumped(id_or_name) if project is None else str(project["id"])


def found(world: World, project: str, id_or_name: str) -> ProjectSecret:
    if is_blank(id_or_name):
        raise invalid_argument("Missing lookup argument")
    if is_castable(id_or_name):
        secret = storage.find(world, project, dumped(id_or_name))
    else:
        secret = storage.find_by_name(world, project, id_or_name)
    if secret is None:
        raise not_found("secret not found")
    return secret


def content(data: Message | None) -> Content:
    if data is None:
        raise invalid_argument("content: can't be blank")
    checked = Content.of(data)
    if wrong := problem(checked):
        raise invalid_argument(f"content: {wrong}")
    return checked


def new_name(name: str) -> str:
    """Any name will do if it is not blank (B 2.3)."""
    if is_blank(name):
        raise invalid_argument("name: can't be blank")
    check_width(name)
    return name


def changed_name(name: str) -> str:
    """What creation refuses, an update crashes on."""
    if is_blank(name):
        raise Crash("blank name")
    check_width(name)
    return name


def changed_project(sent: str, previous: str) -> str:
    """The body's project wins over that of the URL, and moves the secret there (B 2.6)."""
    return previous if is_blank(sent) else dumped(sent)


def save(world: World, secret: ProjectSecret) -> None:
    try:
        storage.save(world, secret)
    except storage.NameTaken:
        raise invalid_argument("name: name must be unique in project") from None
