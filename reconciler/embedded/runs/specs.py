"""What a job is to do, in the shape in which jobs are shown (D 14.1)."""

import base64
from collections.abc import Sequence
from typing import Any

from reconciler.embedded.definitions import Agent, Block, Job

Spec = dict[str, Any]

_LISTS = (
    "secrets",
    "env_vars",
    "files",
    "commands",
    "epilogue_commands",
    "epilogue_always_commands",
    "epilogue_on_pass_commands",
    "epilogue_on_fail_commands",
)


def empty(project_id: str) -> Spec:
    return {"project_id": project_id, "agent": None} | {name: [] for name in _LISTS}


def of_definition(block: Block, job: Job, commands: Sequence[str], project_id: str) -> Spec:
    return empty(project_id) | {
        "agent": agent(block.agent),
        "secrets": [{"name": name} for name in block.secrets],
        "env_vars": [{"name": name, "value": value} for name, value in job.env_vars],
        "commands": [*block.prologue, *commands],
        "epilogue_always_commands": list(block.epilogue.always),
        "epilogue_on_pass_commands": list(block.epilogue.on_pass),
        "epilogue_on_fail_commands": list(block.epilogue.on_fail),
    }


def agent(defined: Agent) -> dict[str, Any]:
    return {
        "machine": {"type": defined.machine_type, "os_image": defined.os_image},
        "containers": [
            {
                "name": container.name,
                "image": container.image,
                "command": container.command,
                "env_vars": [{"name": n, "value": v} for n, v in container.env_vars],
                "secrets": [{"name": name} for name in container.secrets],
            }
            for container in defined.containers
        ],
        "image_pull_secrets": [{"name": name} for name in defined.image_pull_secrets],
    }


def machine_type(spec: Spec) -> str:
    machine = (spec["agent"] or {}).get("machine") or {}
    kind: str = machine.get("type", "")
    return kind


def self_hosted(spec: Spec) -> bool:
    return machine_type(spec).startswith("s1")


def for_debugging(spec: Spec, seconds: int) -> Spec:
    """The commands become a file, and a sleep takes their place (D 14.2)."""
    endings = _LISTS[5:]
    lines = "\n".join("\n".join(spec[name]) for name in ("commands", *endings))
    path = "commands" if self_hosted(spec) else "commands.sh"
    content = base64.b64encode(lines.encode()).decode()
    return (
        spec
        | {name: [] for name in endings}
        | {"commands": [f"sleep {seconds}"], "files": [{"path": path, "content": content}]}
    )
