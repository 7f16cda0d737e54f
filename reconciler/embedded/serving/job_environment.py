"""What a job of this organization finds in its environment, for programs that are to run as one."""

from starlette.requests import Request

from reconciler.embedded import places
from reconciler.embedded.artifacts import tokens
from reconciler.embedded.projects import storage as projects
from reconciler.embedded.runs import find_job, find_pipeline
from reconciler.embedded.store import World

Variables = dict[str, str]


def of_job(world: World, request: Request, job_id: str) -> Variables | None:
    """Those of a job that there is."""
    job = find_job(world, job_id)
    project = None if job is None else projects.find_by_id(world, job["project_id"])
    if job is None or project is None:
        return None
    pipeline = find_pipeline(world, job["pipeline_id"] or "")
    return _organization(request) | {
        "SEMAPHORE_PROJECT_NAME": project["name"],
        "SEMAPHORE_PROJECT_ID": project["id"],
        "SEMAPHORE_WORKFLOW_ID": "" if pipeline is None else pipeline["wf_id"],
        "SEMAPHORE_PIPELINE_ID": "" if pipeline is None else pipeline["id"],
        "SEMAPHORE_JOB_ID": job["id"],
        "SEMAPHORE_ARTIFACT_TOKEN": tokens.of_job(world, job),
    }


def in_project(world: World, request: Request, name: str) -> Variables | None:
    """Those of a job which nobody else knows of: there need not be a pipeline."""
    project = projects.find_by_name(world, name)
    if project is None:
        return None
    job, workflow = world.uuid(), world.uuid()
    return _organization(request) | {
        "SEMAPHORE_PROJECT_NAME": project["name"],
        "SEMAPHORE_PROJECT_ID": project["id"],
        "SEMAPHORE_WORKFLOW_ID": workflow,
        "SEMAPHORE_PIPELINE_ID": world.uuid(),
        "SEMAPHORE_JOB_ID": job,
        "SEMAPHORE_ARTIFACT_TOKEN": tokens.issued(
            world, job=job, workflow=workflow, project=project["id"]
        ),
    }


def _organization(request: Request) -> Variables:
    origin = places.origin(request)
    return {"CI": "true", "SEMAPHORE": "true", "SEMAPHORE_ORGANIZATION_URL": origin}
