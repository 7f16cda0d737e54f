"""An organization of a given size, as manifests and, for comparison, as Terraform resources."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Manifest = dict[str, Any]
_TYPES = ("list_workflows", "list_pipelines", "duration_pipelines")


def write_manifests(folder: Path, objects: int) -> int:
    """Write about as many objects as asked, a file for each project; return their number.

    Six of ten live in projects of ten objects each, the rest belongs to the organization.
    """
    projects = objects * 6 // 100
    files = {f"projects/{n}.yml": list(_project(n)) for n in range(projects)}
    files["organization.yml"] = list(_organization(objects - 10 * projects, projects))
    for name, manifests in files.items():
        _write(folder / name, manifests)
    return sum(map(len, files.values()))


def write_projects(folder: Path, projects: int, *, whole: bool = False) -> int:
    """Write four objects of each project, in a file for each; return their number.

    A project, and one of each kind that lives in it and has to be asked for in each project.
    ``whole``: all ten that it has.
    """
    chosen = ("Project", "DeploymentTarget", "Schedule", "ProjectSecret")
    number = 0
    for project in range(projects):
        manifests = list(_project(project))
        of_kind = {manifest["kind"]: manifest for manifest in manifests}
        written = manifests if whole else [of_kind[kind] for kind in chosen]
        _write(folder / f"{project}.yml", written)
        number += len(written)
    return number


def write_secrets(folder: Path, secrets: int, values: int) -> None:
    """Write secrets of the organization, each with as many values as asked."""
    written = (
        _manifest("Secret", {"name": name}, "v1beta", data={"env_vars": _variables(values, name)})
        for name in (f"secret-{number}" for number in range(secrets))
    )
    _write(folder / "secrets.yml", written)


def write_notifications(folder: Path, number: int, word: str) -> None:
    """Write notifications that differ in more than their names, which begin with a word."""
    written = []
    for count in range(number):
        rule = {
            "name": "failures",
            "filter": {
                "projects": [f"service-{count}"],
                "branches": ["main", f"/release-{count}/"],
            },
            "notify": {"slack": {"endpoint": "https://hooks.slack.example.com/DEMO"}},
        }
        written.append(
            _manifest("Notification", {"name": f"{word}-{count}"}, spec={"rules": [rule]})
        )
    _write(folder / "notifications.yml", written)


def write_terraform(folder: Path, objects: int) -> None:
    """Write as many resources of the built-in type, each with eight fields like a project's."""
    resources = {
        f"object_{n}": {
            "input": {
                "name": f"service-{n}",
                "description": f"Service number {n}",
                "visibility": "private",
                "url": f"git@github.com:fernwood-example/service-{n}.git",
                "run_on": ["branches", "tags"],
                "pipeline_file": ".semaphore/semaphore.yml",
                "branches": ["main", "/release-.*/"],
                "permissions": ["default_branch", "tag"],
            }
        }
        for n in range(objects)
    }
    text = json.dumps({"resource": {"terraform_data": resources}}, indent=1)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.tf.json").write_text(text)


def _write(path: Path, manifests: Iterable[Manifest]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n---\n".join(json.dumps(manifest, indent=2) for manifest in manifests))


def _manifest(kind: str, metadata: Manifest, version: str = "v1alpha", **rest: Any) -> Manifest:
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def _project(number: int) -> Iterator[Manifest]:
    name = f"service-{number}"
    inside = {"project_id_or_name": name}
    yield _manifest(
        "Project",
        {"name": name, "description": f"Service number {number}"},
        spec={
            "visibility": "private",
            "repository": {
                "url": f"git@github.com:fernwood-example/{name}.git",
                "run_on": ["branches", "tags"],
                "whitelist": {"branches": ["main", "/release-.*/"], "tags": []},
            },
        },
    )
    rules = [{"selector": "/logs/**/*", "age": "2 weeks"}]
    spec: Manifest = {"job_level_retention_policies": rules}
    yield _manifest("ArtifactsRetentionPolicy", inside, spec=spec)
    for target in ("staging", "production", "scratch"):
        spec = {
            "subject_rules": [{"type": "ROLE", "subject_id": "Admin"}, {"type": "AUTO"}],
            "object_rules": [{"type": "BRANCH", "match_mode": "EXACT", "pattern": "main"}],
            "env_vars": _variables(3, name),
            "files": [],
        }
        yield _manifest("DeploymentTarget", {"name": target, **inside}, spec=spec)
    for hour in range(3):
        spec = {
            "project": name,
            "recurring": True,
            "reference": {"type": "BRANCH", "name": "main"},
            "at": f"0 {hour} * * *",
            "pipeline_file": ".semaphore/nightly.yml",
        }
        yield _manifest("Schedule", {"name": f"nightly-{hour}"}, "v1.2", spec=spec)
    for secret in ("database", "registry"):
        data = {"env_vars": _variables(3, name)}
        yield _manifest("ProjectSecret", {"name": secret, **inside}, "v1", data=data)


def _organization(objects: int, projects: int) -> Iterator[Manifest]:
    for number in range(objects):
        name, project = f"object-{number}", f"service-{number % projects}"
        match number % 8:
            case 0 | 1 | 2 | 3:
                data = {"env_vars": _variables(4, name)}
                yield _manifest("Secret", {"name": name}, "v1beta", data=data)
            case 4 | 5:
                rule = {
                    "filter": {"projects": [project], "branches": ["main"]},
                    "notify": {"slack": {"endpoint": "https://hooks.slack.example.com/DEMO"}},
                }
                yield _manifest("Notification", {"name": name}, spec={"rules": [rule]})
            case 6:
                widgets = [
                    {"name": sort, "type": sort, "filters": {"project_id": project}}
                    for sort in _TYPES
                ]
                yield _manifest("Dashboard", {"name": name}, spec={"widgets": widgets})
            case _:
                settings = {"agent_name_settings": {"release_after": 600}}
                yield _manifest("SelfHostedAgentType", {"name": f"s1-{name}"}, spec=settings)


def _variables(number: int, word: str) -> list[dict[str, str]]:
    return [{"name": f"SETTING_{n}", "value": f"{word}-value-{n}"} for n in range(number)]
