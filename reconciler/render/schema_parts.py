"""Pieces of JSON Schema that no model has: sources, rules, old forms, what answers show."""

from collections.abc import Iterable
from typing import Any

from reconciler.kinds.kind import Form
from reconciler.kinds.sealing import FROM
from reconciler.kinds.secret_sources import KEEP, LIVE, TRIM, installed

Schema = dict[str, Any]

TEXT = ["string", "number", "boolean"]
"""The loader keeps the source text of every scalar, so ``1.10`` and ``yes`` are texts too."""

_NAME = {"type": "string", "minLength": 1}

RULES: Schema = {
    "description": "How reconciler treats the object, not what it is",
    "type": ["object", "null"],
    "additionalProperties": False,
    "properties": {
        "protect": {"type": ["boolean", "null"], "description": "never delete or replace it"},
        "ignore": {
            "type": ["array", "null"],
            "items": _NAME,
            "description": "dotted paths of fields left to others",
        },
        "renamed_from": {
            "type": ["string", "null"],
            "minLength": 1,
            "description": "rename that object instead of creating one",
        },
        "absent": {"type": ["boolean", "null"], "description": "this object must not exist"},
        "replace": {
            "enum": ["allow", "deny", None],
            "description": "whether it may be deleted and created again where it can't be updated",
        },
        "on_removal": {
            "enum": ["forget", "prune", None],
            "description": "what becomes of it once its manifest is gone: it is given back and "
            "stays, or --prune deletes it",
        },
        "mode": {
            "enum": ["observe", "manage", None],
            "description": "observe: it is compared, and never written",
        },
    },
}

TASK_FORMS: Schema = {
    "id": {"description": "set by Semaphore; accepted and ignored"},
    "scheduled": {"type": ["boolean", "null"], "description": "as `recurring`"},
    "branch": {
        "type": [*TEXT, "null"],
        "description": "a branch, or a full refs/tags/… or refs/pull/…/head",
    },
    "status": {"enum": ["ACTIVE", "INACTIVE", None], "description": "INACTIVE is `paused: true`"},
}
"""What an entry of spec.tasks may have beside a Schedule's fields (A 12)."""

_TRIM: Schema = {
    "type": "boolean",
    "description": "whether a newline at the end and a byte order mark at the beginning are to go",
}


def _source(name: str, settings: Schema) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name],
        "properties": {name: settings, TRIM: _TRIM},
    }


def _settings(required: dict[str, str], optional: dict[str, str]) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {
            key: {**_NAME, "description": said} for key, said in (required | optional).items()
        },
    }


_PATH = "path of a file, from the manifest's folder"
_OWN_SOURCES = [
    _source("env", {**_NAME, "description": "name of an environment variable"}),
    _source("file", {**_NAME, "description": _PATH}),
    _source(
        "sops",
        _settings({"file": _PATH}, {"key": "dotted path in it; the whole file if not given"}),
    ),
    _source(
        "vault",
        _settings({"path": "mount and path of a KV secret", "key": "which of its values"}, {}),
    ),
]
_KEPT: Schema = {
    "type": "object",
    "additionalProperties": False,
    "required": [LIVE],
    "properties": {
        LIVE: {"const": KEEP, "description": "the value is not ours and stays as it is live"}
    },
}


def read_only() -> Schema:
    return {"readOnly": True, "description": "set by Semaphore; accepted and ignored"}


def legacy(text: str) -> Schema:
    return {"deprecated": True, "description": text}


def older(text: str) -> Schema:
    return {"type": [*TEXT, "null"], "description": f"in an older version; today {text}"}


def of_version(version: str, form: Form) -> Schema:
    """Say what a manifest of one version must have and lacks, below the keys of the model."""
    needed, lacking = _by_section(form.required), _by_section(form.lacks)
    then = {
        section: {
            "required": needed.get(section, []),
            "not": {"anyOf": [{"required": [key]} for key in lacking.get(section, [])]},
        }
        for section in sorted(needed.keys() | lacking.keys())
    }
    return {"if": {"properties": {"apiVersion": {"const": version}}}, "then": {"properties": then}}


def _by_section(paths: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for dotted in paths:
        section, _, key = dotted.partition(".")
        found.setdefault(section, []).append(key)
    return found


def project_key() -> Schema:
    return {**_NAME, "description": "name of the project, or its id"}


def sources() -> list[Schema]:
    """Return what a secret value may be from, each as a mapping that names it."""
    return [*_OWN_SOURCES, *(_source(added, {}) for added in installed()), _KEPT]


def offer_sources(part: Schema, literal: str) -> None:
    """Let a secret value of a model name its source instead; both exclude each other."""
    sourced = f"{literal}{FROM}"
    part["properties"][sourced] = {"oneOf": sources()}
    required = part.get("required", [])
    if literal in required:
        part["required"] = [key for key in required if key != literal]
        part["anyOf"] = [{"required": [literal]}, {"required": [sourced]}]
    else:
        part["not"] = {"required": [literal, sourced]}


def offer_local_file(part: Schema) -> None:
    """Let the content of a target's file be that of a local one, as `sem` has it (C 5.1)."""
    part["properties"]["source"] = {"type": "string", "description": "a local file"}
    part["anyOf"].append({"required": ["source"]})


def strict(schema: Schema) -> Schema:
    """Return a model's schema as strict and as lenient as the loader is.

    Unknown keys are errors, scalars keep their source text, and null resets what has a default.
    """
    found = {key: value for key, value in schema.items() if key not in ("title", "properties")}
    if found.get("type") == "string" and "enum" not in found:
        found["type"] = list(TEXT)
    for key in ("anyOf", "allOf", "oneOf"):
        if key in found:
            found[key] = [strict(choice) for choice in found[key]]
    if "items" in found:
        found["items"] = strict(found["items"])
    if found.get("type") == "object":
        required = schema.get("required", [])
        found["additionalProperties"] = False
        found["properties"] = {
            name: strict(inner) if name in required else _resettable(strict(inner))
            for name, inner in schema.get("properties", {}).items()
        }
    return found


def _resettable(schema: Schema) -> Schema:
    if schema.get("default", "") is None:
        schema = {key: value for key, value in schema.items() if key != "default"}
    if "$ref" in schema:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return rest | {"anyOf": [{"$ref": schema["$ref"]}, {"type": "null"}]}
    if "enum" in schema:
        return {key: value for key, value in schema.items() if key != "type"} | {
            "enum": [*schema["enum"], None]
        }
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return schema | {"type": [*types, "null"]}
    return schema
