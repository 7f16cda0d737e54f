"""The decoder that stands for the client's: as strict, and as lenient (E 2.5)."""

from typing import Any

import pytest

from tests.sem import go_json

STRUCTS = {"Inner": {"name": "string"}}


def reasons(text: str, kind: Any) -> list[str]:
    return list(go_json.unreadable(go_json.parse(text.encode()), kind, STRUCTS))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"a"', "string"),
        ("null", "string"),
        ("null", "[]Inner"),
        ("null", "number,string"),
        ("true", "*bool"),
        ("-2147483648", "int32"),
        ("9223372036854775807", "int64"),
        ("1.5", "number"),
        ('"15"', "number"),
        ('"1536673464"', "number,string"),
        ('"\\"quoted\\""', "string,string"),
        ("[]", "[]string"),
        ("{}", "map[string]string"),
        ('{"a": {"b": 1}}', "map[string]any"),
        ('{"name": "a", "unknown": [1]}', "Inner"),
        ('{"NAME": "a"}', "Inner"),
        ("{}", {"missing": "string"}),
        ('"2024-01-15T09:00:00.000000Z"', "*time"),
        ('"2024-01-15T09:00:00+02:00"', "time"),
    ],
)
def test_readable(text: str, kind: Any) -> None:
    """Null, what is missing and what is unknown do no harm."""
    assert reasons(text, kind) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1", "string"),
        ('"true"', "bool"),
        ("2147483648", "int32"),
        ("1.0", "int64"),
        ("true", "int"),
        ('""', "number"),
        ('"abc"', "number"),
        ("1536673464", "number,string"),
        ('""', "number,string"),
        ('"plain"', "string,string"),
        ("{}", "[]string"),
        ("[1]", "[]string"),
        ("[]", "map[string]string"),
        ('{"limit": 3}', "map[string]string"),
        ("[]", "Inner"),
        ('{"NAME": 1}', "Inner"),
        ('"2024-01-15 09:00:00Z"', "*time"),
        ('"2024-01-15T09:00:00"', "*time"),
    ],
)
def test_unreadable(text: str, kind: Any) -> None:
    """Wrong types, numbers where the tag wants text, times without a zone."""
    assert len(reasons(text, kind)) == 1


@pytest.mark.parametrize("text", ["", "{}{}", "NaN", "not json"])
def test_no_json(text: str) -> None:
    """One value and nothing else."""
    with pytest.raises(ValueError, match=r".+"):
        go_json.parse(text.encode())


def test_reasons_have_places() -> None:
    """All of them, each with its path."""
    kind = {"list": "[]Inner", "at": "*time"}
    found = reasons('{"list": [{"name": 1}, {"name": 2}], "at": ""}', kind)
    assert [reason.partition(":")[0] for reason in found] == [".list.0.name", ".list.1.name", ".at"]
