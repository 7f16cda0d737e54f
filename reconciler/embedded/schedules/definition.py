"""Schedule definitions: checked, and turned into the fields they set (A 10)."""

from dataclasses import dataclass
from typing import Any

from reconciler.embedded.schedules import cron, references, schemas, yaml
from reconciler.embedded.schedules.storage import Fields


class Invalid(Exception):
    """What the real server prints: mostly an Elixir term (A 14)."""


@dataclass(frozen=True)
class Definition:
    """`fields` holds only what the definition says; the rest is kept on update (A 11)."""

    version: str
    schedule_id: str
    project_name: str
    fields: Fields


def read(text: str) -> Definition:
    try:
        value = yaml.parse(text)
    except yaml.Malformed:
        raise Invalid("malformed yaml") from None
    _validate(schemas.HEADER, value)
    version: str = value["apiVersion"]
    if version not in schemas.SPECS:
        raise Invalid(f"{{:malformed, \"Version: '{version}' is not supported!\"}}")
    _validate(schemas.SPECS[version], value["spec"])
    metadata, spec = value["metadata"], value["spec"]
    definition = Definition(
        version=version,
        schedule_id=metadata.get("id", ""),
        project_name=spec["project"],
        fields=_fields(version, metadata, spec),
    )
    _check_cron(definition.fields)
    return definition


def _validate(schema: schemas.Schema, value: Any) -> None:
    found = schemas.problems(schema, value)
    if found:
        listed = ", ".join(f"{{{_quoted(text)}, {_quoted(path)}}}" for text, path in found)
        raise Invalid(f"{{:malformed, [{listed}]}}")


def _fields(version: str, metadata: Fields, spec: Fields) -> Fields:
    fields: Fields = {key: spec[key] for key in ("at", "pipeline_file") if key in spec}
    fields |= {"name": metadata["name"], "project_name": spec["project"]}
    fields["recurring"] = spec.get("recurring", True)
    fields["reference"] = _reference(spec)
    if "paused" in spec:
        fields["paused"] = spec["paused"]
    if "parameters" in spec:
        fields["parameters"] = spec["parameters"]
    if "description" in metadata and version != "v1.0":
        fields["description"] = metadata["description"]
    return fields


def _reference(spec: Fields) -> str:
    """Without a branch v1.1 means, by mistake, a branch without a name (A 10)."""
    if "reference" in spec:
        return references.of_type(spec["reference"]["type"], spec["reference"]["name"])
    return references.of_branch(spec.get("branch", ""))


def _check_cron(fields: Fields) -> None:
    if not fields["recurring"]:
        return
    try:
        cron.check(fields.get("at", ""))
    except cron.Malformed as error:
        raise Invalid(
            f"Invalid cron expression in 'at' field: {{:error, {_quoted(str(error))}}}"
        ) from None


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
