"""Pipelines of one project, run from definitions, on a clock which the test moves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from reconciler.embedded.runs import files
from tests.embedded.run_calls import Clock

API = "/api/v1alpha"
START = 1_700_000_000.25


def definition(*commands: str, machine: str = "e1-standard-2", **fields: Any) -> str:
    """A pipeline of one job."""
    job = {"name": "Job", "commands": list(commands) or ["make"]}
    tree = {
        "version": "v1.0",
        "agent": {"machine": {"type": machine, "os_image": ""}},
        "blocks": [{"name": "Block", "task": {"jobs": [job]}}],
        **fields,
    }
    return str(yaml.safe_dump(tree))


@dataclass
class Runs:
    semaphore: Any
    clock: Clock
    project: str = field(default="")

    @classmethod
    def of(cls, make_semaphore: Callable[..., Any], **settings: Any) -> "Runs":
        """A new organization with one project."""
        clock = Clock(START)
        semaphore = make_semaphore(clock=clock, **settings)
        return cls(semaphore, clock, semaphore.project()["metadata"]["id"])

    def file(self, content: str, path: str = files.DEFAULT_PATH) -> None:
        files.put(self.semaphore.embedded.world, self.project, path, content)

    def start(self, reference: str = "main") -> str:
        """The id of the pipeline of a new workflow."""
        body = {"project_id": self.project, "reference": reference}
        answer = self.semaphore.post(f"{API}/plumber-workflows", json=body)
        assert answer.status_code == 200, answer.text
        pipeline: str = answer.json()["pipeline_id"]
        return pipeline

    def wait(self, seconds: float = 3600) -> None:
        """By default until everything that was started is done."""
        self.clock.now += seconds

    def done(self, content: str, reference: str = "main") -> str:
        """The id of a pipeline of this definition that is over."""
        self.file(content)
        pipeline = self.start(reference)
        self.wait()
        return pipeline

    def pipeline(self, pipeline: str) -> dict[str, Any]:
        answer = self.semaphore.get(f"{API}/pipelines/{pipeline}")
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()["pipeline"]
        return shown

    def jobs(self, pipeline: str) -> list[str]:
        """The ids of the pipeline's jobs, in the order of blocks and jobs."""
        answer = self.semaphore.get(f"{API}/pipelines/{pipeline}?detailed=true")
        blocks = answer.json()["blocks"]
        in_order = (sorted(block["jobs"], key=lambda job: int(job["index"])) for block in blocks)
        return [job["job_id"] for jobs in in_order for job in jobs]
