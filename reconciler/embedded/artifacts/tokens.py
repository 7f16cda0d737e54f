"""The tokens which jobs get to reach their artifacts (D 16.1)."""

import sqlite3
from typing import Any

from reconciler.embedded import signing
from reconciler.embedded.runs import storage as runs
from reconciler.embedded.store import World

_SECONDS = 24 * 60 * 60


def of_job(world: World, job: sqlite3.Row) -> str:
    """What the job finds in `SEMAPHORE_ARTIFACT_TOKEN`."""
    pipeline = runs.pipeline(world, job["pipeline_id"] or "")
    workflow = "" if pipeline is None else pipeline["wf_id"]
    return issued(world, job=job["id"], workflow=workflow, project=job["project_id"])


def issued(world: World, **owners: str) -> str:
    """A token of these owners: ids of a job, a workflow and a project, or "" for none."""
    return signing.token(world, {"sub": world.org_id, **owners}, seconds=_SECONDS)


def verify(world: World, token: str, scope: str, scope_id: str) -> None:
    """Raises BadToken unless the token is one for this project, workflow or job."""
    claims: dict[str, Any] = signing.claims_of(world, token)
    name = scope.removesuffix("s")
    if claims.get(name) != scope_id:
        raise signing.BadToken(f"invalid claim: {name}")
