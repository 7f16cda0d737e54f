"""Requests about the deployment targets of one project."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

TARGETS = "/api/v1alpha/deployment_targets"
NOBODY = "00000000-0000-4000-8000-000000000000"


def token() -> str:
    return str(uuid4())


def refusal(answer: Any) -> tuple[int, Any]:
    return answer.status_code, answer.json()


@dataclass(frozen=True)
class Calls:
    """Each write with a token of its own unless told otherwise."""

    semaphore: Any
    project: str

    @classmethod
    def of(cls, semaphore: Any, project: str = "api") -> "Calls":
        """Calls about a project made for them."""
        return cls(semaphore, semaphore.project(project)["metadata"]["id"])

    def create(self, name: Any = "prod", **fields: Any) -> Any:
        body = {"unique_token": token(), "project_id": self.project, "name": name, **fields}
        return self.semaphore.post(TARGETS, json=body)

    def settle(self) -> None:
        """Let all syncs end, also those that fail."""
        self.semaphore.pass_by(200)

    def usable(self, name: str = "prod", **fields: Any) -> str:
        """The id of a new target whose sync is over."""
        created = self.create(name, **fields)
        assert created.status_code == 200, created.text
        target: str = created.json()["id"]
        self.semaphore.pass_by(1)
        return target

    def patch(self, target: str, **fields: Any) -> Any:
        body = {"unique_token": token(), **fields}
        return self.semaphore.patch(f"{TARGETS}/{target}", json=body)

    def delete(self, target: str, unique_token: str | None = None) -> Any:
        query = f"unique_token={unique_token or token()}"
        return self.semaphore.delete(f"{TARGETS}/{target}?{query}")

    def read(self, target: str, query: str = "") -> Any:
        return self.semaphore.get(f"{TARGETS}/{target}{query}")

    def listed(self, query: str = "") -> Any:
        return self.semaphore.get(f"{TARGETS}?project_id={self.project}{query}")

    def secrets(self, target: str) -> dict[str, list[dict[str, str]]]:
        """What `include_secrets` shows."""
        shown = self.read(target, "?include_secrets=true").json()
        return {key: shown[key] for key in ("env_vars", "files")}
