"""Runs as tests start and watch them, on a clock that moves only when told to."""

from dataclasses import dataclass, field
from typing import Any

from reconciler.embedded.runs import files

START = 1_700_000_000.25
MISSING = "11111111-2222-4333-8444-555555555555"
WORKFLOWS = "/api/v1alpha/plumber-workflows"
PIPELINES = "/api/v1alpha/pipelines"
JOBS = "/api/v1alpha/jobs"
NOT_FOUND = (404, "Not Found")


@dataclass
class Clock:
    now: float = START

    def __call__(self) -> float:
        return self.now


@dataclass
class Runs:
    """A project whose runs are to be watched."""

    semaphore: Any
    clock: Clock
    project_id: str
    started: list[dict[str, str]] = field(default_factory=list)

    def put(self, content: str, path: str = files.DEFAULT_PATH) -> None:
        files.put(self.semaphore.embedded.world, self.project_id, path, content)

    def start(self, reference: str = "main", **params: Any) -> str:
        """The id of the workflow's initial pipeline."""
        body = {"project_id": self.project_id, "reference": reference, **params}
        response = self.semaphore.post(WORKFLOWS, json=body)
        assert response.status_code == 200, response.text
        self.started.append(response.json())
        return str(response.json()["pipeline_id"])

    def workflow_of(self, pipeline_id: str) -> str:
        return next(s["workflow_id"] for s in self.started if s["pipeline_id"] == pipeline_id)

    def pass_by(self, seconds: float) -> None:
        self.clock.now += seconds

    def pipeline(self, pipeline_id: str) -> dict[str, Any]:
        shown: dict[str, Any] = self.detailed(pipeline_id)["pipeline"]
        return shown

    def detailed(self, pipeline_id: str) -> dict[str, Any]:
        response = self.semaphore.get(f"{PIPELINES}/{pipeline_id}?detailed=true")
        assert response.status_code == 200, response.text
        shown: dict[str, Any] = response.json()
        return shown

    def block(self, pipeline_id: str, name: str) -> dict[str, Any]:
        blocks = self.detailed(pipeline_id)["blocks"]
        found: dict[str, Any] = next(block for block in blocks if block["name"] == name)
        return found

    def jobs(self, pipeline_id: str, block: str) -> dict[str, dict[str, Any]]:
        """By their names."""
        return {job["name"]: job for job in self.block(pipeline_id, block)["jobs"]}

    def outcome(self, pipeline_id: str) -> tuple[str, str | None, str | None]:
        shown = self.pipeline(pipeline_id)
        return shown["state"], shown.get("result"), shown.get("result_reason")

    def block_outcomes(self, pipeline_id: str) -> dict[str, tuple[str, str | None, str | None]]:
        return {
            block["name"]: (block["state"], block.get("result"), block.get("result_reason"))
            for block in self.detailed(pipeline_id)["blocks"]
        }


def definition(*blocks: str, more: str = "") -> str:
    listed = "\n".join(blocks)
    return (
        "version: v1.0\nname: Build\n"
        "agent: {machine: {type: e1-standard-2, os_image: ubuntu2404}}\n"
        f"blocks:\n{listed}\n{more}\n"
    )


def block(name: str, *commands: str, needs: str = "[]", more: str = "", task: str = "") -> str:
    """One block of definition; each command is a job of its own, named j1, j2, ..."""
    jobs = ", ".join(
        f"{{name: j{number}, commands: ['{command}']}}"
        for number, command in enumerate(commands or ("make",), start=1)
    )
    lines = [f"- name: {name}", f"  dependencies: {needs}"]
    lines += [f"  {more}"] if more else []
    lines += ["  task:", f"    jobs: [{jobs}]"]
    lines += [f"    {task}"] if task else []
    return "\n".join(lines)
