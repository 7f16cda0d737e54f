"""The schemas of schedule definitions, and validation in the words of the real validator (A 10)."""

from typing import Any

Schema = dict[str, Any]
Problem = tuple[str, str]

_STRING: Schema = {"type": "string"}
_BOOLEAN: Schema = {"type": "boolean"}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
}


def _object(properties: Schema, required: list[str], **more: Any) -> Schema:
    closed = {"type": "object", "properties": properties, "required": required}
    return closed | {"additionalProperties": False} | more


HEADER = _object(
    {
        "apiVersion": _STRING,
        "kind": _STRING,
        "metadata": _object({"name": _STRING, "id": _STRING, "description": _STRING}, ["name"]),
        "spec": {"type": "object"},
    },
    ["apiVersion", "kind", "metadata", "spec"],
)

_PARAMETER = _object(
    {
        "name": _STRING,
        "required": _BOOLEAN,
        "description": _STRING,
        "default_value": _STRING,
        "options": {"type": "array", "items": _STRING},
        "regex_pattern": _STRING,
        "validate_input_format": _BOOLEAN,
    },
    ["name", "required"],
)
_REFERENCE = _object(
    {"type": _STRING | {"enum": ["BRANCH", "TAG", "PR"]}, "name": _STRING}, ["type", "name"]
)
_COMMON: Schema = {
    "project": _STRING,
    "at": _STRING,
    "pipeline_file": _STRING,
    "paused": _BOOLEAN,
}
_MANUAL: Schema = _COMMON | {
    "recurring": _BOOLEAN,
    "parameters": {"type": "array", "items": _PARAMETER},
}

SPECS: dict[str, Schema] = {
    "v1.0": _object(_COMMON | {"branch": _STRING}, ["project", "branch", "at", "pipeline_file"]),
    "v1.1": _object(_MANUAL | {"branch": _STRING}, ["project", "recurring"]),
    "v1.2": _object(
        _MANUAL | {"reference": _REFERENCE},
        ["project", "recurring"],
        # The second alternative can never hold: `branch` is not a property.
        anyOf=[{"required": ["reference"]}, {"required": ["branch"]}],
    ),
}


def problems(schema: Schema, value: Any, path: str = "#") -> list[Problem]:
    """Messages and their places, in the order the real validator finds them."""
    expected = schema.get("type")
    if expected is not None and not isinstance(value, _TYPES[expected]):
        wanted = expected.capitalize()
        return [(f"Type mismatch. Expected {wanted} but got {_type_name(value)}.", path)]
    found: list[Problem] = []
    if isinstance(value, dict):
        found += _object_problems(schema, value, path)
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            found += problems(schema["items"], item, f"{path}/{index}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(("Value is not allowed in enum.", path))
    return found


def _object_problems(schema: Schema, value: dict[str, Any], path: str) -> list[Problem]:
    properties: Schema = schema.get("properties", {})
    found: list[Problem] = []
    if schema.get("additionalProperties") is False:
        unknown = sorted(str(key) for key in value if key not in properties)
        message = "Schema does not allow additional properties."
        found += [(message, f"{path}/{key}") for key in unknown]
    alternatives = schema.get("anyOf", [])
    if alternatives and all(problems(option, value, path) for option in alternatives):
        found.append(("Expected any of the schemata to match but none did.", path))
    for key in sorted(properties.keys() & value.keys()):
        found += problems(properties[key], value[key], f"{path}/{key}")
    missing = [key for key in schema.get("required", []) if key not in value]
    if len(missing) == 1:
        found.append((f"Required property {missing[0]} was not present.", path))
    elif missing:
        found.append((f"Required properties {', '.join(missing)} were not present.", path))
    return found


def _type_name(value: Any) -> str:
    if value is None:
        return "Null"
    names: dict[type, str] = {bool: "Boolean", int: "Integer", float: "Number", str: "String"}
    return names.get(type(value), "Object" if isinstance(value, dict) else "Array")
