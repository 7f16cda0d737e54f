"""Addresses in answers lead back to the organization, also below a path of its own."""

import asyncio
from typing import Any

import httpx
import pytest

from reconciler.embedded import Embedded
from reconciler.embedded.runs import files
from reconciler.embedded.serving.organizations import Organizations
from reconciler.remote import Semaphore
from tests.embedded.pipeline_runs import API, definition

BASE = "https://localhost:8443/acme"
TOKEN = {"Authorization": "Token any"}
PROJECT = {
    "metadata": {"name": "api"},
    "spec": {
        "visibility": "public",
        "repository": {"url": "git@github.com:acme/api.git", "integration_type": "github_app"},
    },
}


def told(embedded: Embedded, pipeline_file: str) -> dict[str, Any]:
    """What a client reads about a job that ran, of one organization among two."""
    with Embedded() as other:
        way = httpx.ASGITransport(app=Organizations({"acme": embedded, "beta": other}))
        return asyncio.run(_told(embedded, way, pipeline_file))


async def _told(embedded: Embedded, way: httpx.ASGITransport, pipeline_file: str) -> dict[str, Any]:
    async with httpx.AsyncClient(transport=way, base_url=BASE, headers=TOKEN) as caller:
        project = (await caller.post(f"{API}/projects", json=PROJECT)).json()["metadata"]["id"]
        files.put(embedded.world, project, files.DEFAULT_PATH, pipeline_file)
        async with Semaphore.open(BASE, "any", transport=way) as semaphore:
            run = await semaphore.workflows.run(project_id=project, reference="main")
            embedded.clock.advance(60)
            pipeline = await semaphore.pipelines.detailed(run.pipeline_id)
            job = pipeline.blocks[0].jobs[0].id
            return {
                "events": await semaphore.logs.text(job),
                "plain": await semaphore.logs.plain(job),
                "link": (await caller.get(f"{API}/pipelines?project_id={project}")).headers["link"],
            }


@pytest.mark.parametrize("machine", ["s1-own", "e1-standard-2"])
def test_logs_are_found_below_a_path(machine: str) -> None:
    """Those of an agent's job, too, to which two redirects lead (D 15.1, 15.3)."""
    with Embedded() as embedded:
        found = told(embedded, definition("echo hello", machine=machine))
    assert (found["events"], found["plain"]) == ("echo hello\nhello\n", "echo hello\nhello\n")
    assert found["link"].startswith(f"<http://localhost:8443/acme{API}/pipelines?")
