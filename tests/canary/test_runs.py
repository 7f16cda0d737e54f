"""Commands on what runs, with secrets in jobs and targets: no token and no value comes out."""

import json

import httpx
import pytest

from tests.canary.conftest import M, Stage
from tests.canary.needles import awkward, core
from tests.canary.organization import API_TOKEN
from tests.canary.world import DEBUG, World
from tests.embedded.browsing import visited

pytestmark = pytest.mark.timeout(400)  # some dozen processes, on a busy machine
PIPELINE = """\
version: v1.0
name: p
agent: {machine: {type: e1-standard-2}}
blocks:
- name: b
  task:
    env_vars: [{name: FROM_FILE, value: %s}]
    jobs:
    - name: j
      env_vars: [{name: OF_JOB, value: %s}]
      commands: [echo hello]
"""


def _ids(world: World, *command: str) -> list[str]:
    """Return the ids that a listing in JSON tells."""
    ran = world.run(*command, "--format", "json", **DEBUG)
    assert ran.code == 0, ran.err
    (found,) = [each for each in json.loads(ran.out).values() if isinstance(each, list)]
    return [each["id"] for each in found]


def test_what_runs(stage: Stage) -> None:
    """Listings, single objects, logs, switches, mistakes; and what the server shows of it all."""
    world = stage.world
    world.environ["SEMAPHORE_API_TOKEN"] = API_TOKEN
    variables = [awkward("of the block"), core("of the job")]
    world.values += variables
    text = PIPELINE % tuple(json.dumps(value, ensure_ascii=False) for value in variables)
    db = str(world.root / "db/served.db")
    with world.serving("serve", "--port", "0", "--db", db) as org:
        world.environ["SEMAPHORE_ORGANIZATION_URL"] = org
        assert world.run("apply", M, "--auto-approve").code == 0
        file = {"project": "api", "path": ".semaphore/semaphore.yml", "content": text}
        httpx.post(f"{org}/__admin__/files", json=file).raise_for_status()
        assert world.run("workflow", "run", "api", "--reference", "main", "-vv", **DEBUG).code == 0
        httpx.post(f"{org}/__admin__/clock", json={"advance": 3600}).raise_for_status()
        found = {
            "workflow": _ids(world, "workflow", "list", "api"),
            "pipeline": _ids(world, "pipeline", "list", "api"),
            "job": _ids(world, "job", "list", "--state", "finished"),
        }
        for noun, ids in found.items():
            for form in ("text", "json"):
                ran = world.run(noun, "show", ids[0], "--format", form, "-vv", **DEBUG)
                assert ran.code == 0, ran.err
        for command in (
            ("job", "logs", found["job"][0]),
            ("target", "history", "api/production"),
            ("target", "deactivate", "api/production"),
            ("target", "activate", "api/production", "--format", "json"),
            ("artifact", "list", "project", "api"),
            ("agent", "list"),
        ):
            ran = world.run(*command, "-vv", **DEBUG)
            assert ran.code == 0, ran.err
        world.write("bad/pipeline.yml", text.replace("version", "versoin"))
        ran = world.run("pipeline", "validate", "../bad/pipeline.yml", "-vv", **DEBUG)
        assert ran.code == 1, ran
        for page in ("__admin__", "__admin__/journal"):
            world.search(f"page {page}", httpx.get(f"{org}/{page}").content)
        for page, answer in visited(lambda path: httpx.get(org + path)).items():
            world.search(f"page {page}", answer.content)
    world.conclude()
