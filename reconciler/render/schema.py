"""JSON Schema of manifests, for editors: the kinds' models and what the loader adds to them."""

from collections.abc import Mapping
from typing import Any

from reconciler.kinds import KINDS, Kind
from reconciler.kinds.sealing import sealed_fields, secretive
from reconciler.render.schema_parts import (
    RULES,
    TASK_FORMS,
    legacy,
    of_version,
    offer_local_file,
    offer_sources,
    older,
    project_key,
    read_only,
    strict,
)

Schema = dict[str, Any]

_DIALECT = "http://json-schema.org/draft-07/schema#"  # the one all editors know


def one(kind: Kind, kinds: Mapping[str, Kind] = KINDS) -> Schema:
    """Return the schema of one kind's manifests."""
    root, parts = _manifest(kind, kinds)
    return {"$schema": _DIALECT, **root, "$defs": parts}


def every(kinds: Mapping[str, Kind] = KINDS) -> Schema:
    """Return the schema of a manifest of any kind."""
    definitions: Schema = {}
    for kind in kinds.values():
        root, parts = _manifest(kind, kinds)
        definitions |= {kind.name: root, **parts}
    refs = [{"$ref": f"#/$defs/{name}"} for name in sorted(kinds)]
    title = "A manifest for Semaphore CI"
    return {"$schema": _DIALECT, "title": title, "oneOf": refs, "$defs": definitions}


def _manifest(kind: Kind, kinds: Mapping[str, Kind]) -> tuple[Schema, Schema]:
    """Return the schema of a whole document, and the definitions it refers to."""
    root, parts = _model(kind)
    for dotted in kind.read_only:
        _put(root, parts, dotted, read_only())
    for dotted, text in kind.legacy.items():
        _put(root, parts, dotted, legacy(text))
    for dotted, text in kind.older.items():
        _put(root, parts, dotted, older(text))
    if kind.contains:
        entry = _entry(kinds[kind.contains.kind], parts)
        for dotted in kind.contains.paths:
            _put(root, parts, dotted, {"type": ["array", "null"], "items": entry})
    if kind.project_at:
        _add_project(root, parts, kind)
    return _wrapped(kind, root), parts


def _model(kind: Kind) -> tuple[Schema, Schema]:
    prefix = f"{kind.name}."
    raw = kind.model.model_json_schema(ref_template=f"#/$defs/{prefix}{{model}}")
    parts = {f"{prefix}{name}": strict(part) for name, part in raw.pop("$defs", {}).items()}
    for model in set(secretive(kind.model)):
        for literal in sealed_fields(model):
            offer_sources(parts[f"{prefix}{model.__name__}"], literal)
    if kind.name == "DeploymentTarget":
        offer_local_file(parts[f"{prefix}File"])
    return strict(raw), parts


def _wrapped(kind: Kind, root: Schema) -> Schema:
    """Add the envelope; an object that must not exist needs to be named only."""
    needed = [name for name in root.get("required", []) if name != "metadata"]
    envelope: Schema = {
        "apiVersion": {"enum": list(kind.versions)},
        "kind": {"const": kind.name},
    }
    wrapped: Schema = {
        "title": kind.name,
        "description": kind.title,
        "type": "object",
        "additionalProperties": False,
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {**envelope, **root["properties"], "reconciler": RULES},
    }
    if kind.project_at and not kind.project_at[0].startswith("metadata."):
        needed = [name for name in needed if name != "spec"]
        wrapped["required"] = [*wrapped["required"], "spec"]
    if kind.forms:
        wrapped["allOf"] = [of_version(version, form) for version, form in kind.forms.items()]
    if needed:
        absent = {"required": ["absent"], "properties": {"absent": {"const": True}}}
        wrapped["anyOf"] = [
            {"required": needed},
            {"required": ["reconciler"], "properties": {"reconciler": absent}},
        ]
    return wrapped


def _add_project(root: Schema, parts: Schema, kind: Kind) -> None:
    """The project is named by one of several keys, which belong to no model."""
    for dotted in kind.project_at:
        _put(root, parts, dotted, project_key())
    keys = [dotted.rpartition(".")[2] for dotted in kind.project_at]
    above = _object_at(root, parts, kind.project_at[0].split(".")[:-1])
    above["anyOf"] = [{"required": [key]} for key in keys]


def _entry(kind: Kind, parts: Schema) -> Schema:
    """Return the schema of an entry in another kind's list, which is flat (A 12)."""
    root, inner = _model(kind)
    parts |= inner
    properties: Schema = {}
    for section in ("metadata", "spec"):
        properties |= _object_at(root, parts, [section])["properties"]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "pipeline_file"],
        "properties": properties | TASK_FORMS,
    }


def _put(root: Schema, parts: Schema, dotted: str, schema: Schema) -> None:
    *above, name = dotted.split(".")
    _object_at(root, parts, above)["properties"].setdefault(name, schema)


def _object_at(root: Schema, parts: Schema, path: list[str]) -> Schema:
    """Return the object at a path; one that no model has is made."""
    found = root
    for name in path:
        made: Schema = {"type": "object", "additionalProperties": False, "properties": {}}
        found = _resolved(found["properties"].setdefault(name, made), parts)
    return found


def _resolved(schema: Schema, parts: Schema) -> Schema:
    choices = [schema, *schema.get("anyOf", [])]
    ref = next((choice["$ref"] for choice in choices if "$ref" in choice), None)
    resolved: Schema = parts[ref.removeprefix("#/$defs/")] if ref else schema
    return resolved
