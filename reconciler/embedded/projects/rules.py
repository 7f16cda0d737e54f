"""Creating and replacing projects (A 2-4)."""

import re
import sqlite3

from reconciler.embedded.projects import git_urls, storage, tasks
from reconciler.embedded.projects.reading import PipelineFile, Wish
from reconciler.embedded.projects.storage import Spec
from reconciler.embedded.replies import Crash
from reconciler.embedded.schedules.writing import Refused as TaskRefused
from reconciler.embedded.store import World

_NAME = re.compile(r"[\w\-.]+", re.ASCII)
_NAME_LIMIT = 255
_PIPELINE_FILE = ".semaphore/semaphore.yml"
_UNHANDLED = "Unhandled error. Please contact support."


class Refused(Exception):
    """The message of a 422."""


def create(world: World, wish: Wish) -> str:
    """Answers with the id of the new project, whatever became of its tasks (A 3)."""
    wanted_tasks, wanted_schedulers = tasks.read(wish)
    if storage.find_by_name(world, wish.name) is not None:
        raise Refused(f"Project name '{wish.name}' is already taken")
    if not _NAME.fullmatch(wish.name):
        raise Refused("Project creation failed")
    if len(wish.name) > _NAME_LIMIT:
        raise Crash("the name is longer than its column")
    spec = _new_spec(world, wish)
    with world.transaction():
        project_id = storage.insert(world, wish.name, spec)
        project = storage.find_by_id(world, project_id)
        if project is None:
            raise Crash("a project that was just made is gone")
        try:
            tasks.write(world, project, wanted_tasks, wanted_schedulers)
        except TaskRefused:
            return project_id
    return project_id


def replace(world: World, project: sqlite3.Row, wish: Wish) -> None:
    """Three steps; what was done before a refused one stays done (A 3.4)."""
    wanted_tasks, wanted_schedulers = tasks.read(wish)
    if world.settings.open_source and wish.visibility != "public":
        raise Refused("Only public projects are allowed")
    _check_name(wish.name)
    before = storage.spec_of(project)
    own = _own_spec(wish) | {"visibility": wish.visibility}
    kept = before["repository"]
    changed = kept | _repository_own_spec(wish)
    spec = before | own | {"repository": changed}
    try:
        storage.update(world, project["id"], wish.name, wish.description, spec)
    except sqlite3.IntegrityError:
        raise Crash("the name is taken") from None
    _replace_tasks(world, project, wanted_tasks, wanted_schedulers)
    spec["repository"] = changed | _updated_repository(wish, kept)
    storage.update(world, project["id"], wish.name, wish.description, spec)


def _replace_tasks(
    world: World,
    project: sqlite3.Row,
    wanted_tasks: tasks.Entries,
    wanted_schedulers: tasks.Entries,
) -> None:
    renamed = storage.find_by_id(world, project["id"])
    if renamed is None:
        raise Crash("a project that was just changed is gone")
    try:
        tasks.write(world, renamed, wanted_tasks, wanted_schedulers)
    except TaskRefused as error:
        raise Refused(str(error)) from None


def _check_name(name: str) -> None:
    if not name:
        raise Refused("can't be blank")
    if not _NAME.fullmatch(name):
        raise Refused("Project name can have only alphanumeric characters, underscore and dash")
    if len(name) > _NAME_LIMIT:
        raise Crash("the name is longer than its column")


def _new_spec(world: World, wish: Wish) -> Spec:
    asked = wish.repository
    kind = asked.integration_type
    if kind == "git" and not world.settings.git_integration:
        raise Refused(_UNHANDLED)
    try:
        remote = git_urls.for_new(asked.url, kind)
    except git_urls.Refused as error:
        raise Refused(str(error)) from None
    pipeline_file = asked.pipeline_file or _PIPELINE_FILE
    files = [] if kind == "git" else asked.pipeline_files or _whole_pipeline(pipeline_file)
    repository = {
        "url": remote.url,
        "name": remote.repo,
        "owner": remote.owner,
        "integration_type": kind,
        "pipeline_file": pipeline_file,
        "status": {"pipeline_files": files},
        "whitelist": {"branches": asked.branches, "tags": asked.tags},
    }
    visibility = "public" if world.settings.open_source else "private"
    own = _own_spec(wish) | {"visibility": visibility}
    return own | {"repository": repository | _repository_own_spec(wish)}


def _own_spec(wish: Wish) -> Spec:
    return {
        "custom_permissions": wish.custom_permissions,
        "debug_permissions": wish.debug_permissions,
        "attach_permissions": wish.attach_permissions,
    }


def _repository_own_spec(wish: Wish) -> Spec:
    """What is shown with the repository but belongs to the project."""
    asked = wish.repository
    forked = {
        "allowed_secrets": asked.allowed_secrets,
        "allowed_contributors": asked.allowed_contributors,
    }
    return {"run_on": asked.run_on, "forked_pull_requests": forked}


def _updated_repository(wish: Wish, kept: Spec) -> Spec:
    """What is omitted here is reset, but for the URL and the pipeline file (A 3.1)."""
    if kept["integration_type"] == "git":
        raise Refused(_UNHANDLED)
    asked = wish.repository
    try:
        remote = git_urls.for_existing(asked.url or kept["url"], kept["integration_type"])
    except git_urls.Refused as error:
        raise Refused(str(error)) from None
    pipeline_file = asked.pipeline_file or kept["pipeline_file"]
    return {
        "url": remote.url,
        "name": remote.repo,
        "owner": remote.owner,
        "pipeline_file": pipeline_file,
        "status": {"pipeline_files": asked.pipeline_files or _whole_pipeline(pipeline_file)},
        "whitelist": {"branches": asked.branches, "tags": asked.tags},
    }


def _whole_pipeline(pipeline_file: str) -> list[PipelineFile]:
    return [{"path": pipeline_file, "level": "pipeline"}]
