"""Names where the API wants ids: each is looked up once, an id is taken as it is."""

from reconciler.cli.flows.runs.session import VerbSession
from reconciler.cli.verbs import is_id
from reconciler.errors import BadSettings, NotFound
from reconciler.kinds.fields import nearest


async def project_id(session: VerbSession, name: str) -> str:
    """Return the id of a project; raises BadSettings for one that can't be seen."""
    if is_id(name):
        return name.lower()
    try:
        return (await session.semaphore.projects.describe(name)).id
    except NotFound:
        known = [project.name async for project in session.semaphore.projects.list()]
    raise _unknown("project", name, known)


async def project_names(session: VerbSession) -> dict[str, str]:
    """Return the names of all projects that can be seen, by id."""
    return {project.id: project.name async for project in session.semaphore.projects.list()}


async def target_id(session: VerbSession, text: str) -> str:
    """Return the id of a deployment target, given as it is or as PROJECT/NAME."""
    if is_id(text):
        return text.lower()
    project, slash, name = text.partition("/")
    if not (project and slash and name):
        raise BadSettings(f"{text!r} is no deployment target: give its id, or PROJECT/NAME")
    targets = session.semaphore.deployment_targets
    in_project = await project_id(session, project)
    found = await targets.by_name(in_project, name)
    if found:
        return found.id
    known = [target.name async for target in targets.list(in_project)]
    raise _unknown("deployment target", name, known, f" in project {project}")


async def schedule_id(session: VerbSession, project: str, name: str) -> str:
    """Return the id of a project's schedule."""
    if is_id(name):
        return name.lower()
    in_project = await project_id(session, project)
    known = {each.name: each.id async for each in session.semaphore.schedules.list(in_project)}
    if name in known:
        return known[name]
    raise _unknown("schedule", name, list(known), f" in project {project}")


def _unknown(what: str, name: str, known: list[str], where: str = "") -> BadSettings:
    hint = nearest(name, known)
    return BadSettings(f"there is no {what} {name!r} to be seen{where}{hint}")
