"""Definitions of pipelines, as text (D 12)."""

import pytest

from reconciler.errors import BadSettings, Rejected
from tests.remote.client.scripted import Server, data


def test_validate_yaml() -> None:
    """An invalid definition is a verdict, not an error (D 12)."""
    server = Server().on(
        "POST /api/v1alpha/yaml",
        [
            data({"pipeline_id": "", "message": "YAML definition is valid."}),
            data('{:malformed, [{"Type mismatch.", "#/blocks"}]}', 400),
            data("Missing required post parameter yaml_definition.", 400),
            data({"pipeline_id": "", "message": None}),
        ],
    )

    good = server.ask(lambda s: s.yaml.validate("version: v1.0"))
    bad = server.ask(lambda s: s.yaml.validate("version: v1.0"))

    assert (good.valid, good.message) == (True, "YAML definition is valid.")
    assert not bad.valid
    assert "Type mismatch" in bad.message
    with pytest.raises(Rejected):
        server.ask(lambda s: s.yaml.validate(""))
    assert server.body(0) == {"yaml_definition": "version: v1.0"}
    assert server.ask(lambda s: s.yaml.validate("version: v1.0")).message == ""


def test_schedule_yaml() -> None:
    """A definition can be run inside a workflow, but not by forgetting which."""
    server = Server().on(
        "POST /api/v1alpha/yaml", data({"pipeline_id": "p2", "message": "scheduled"})
    )

    assert server.ask(lambda s: s.yaml.schedule("y", pipeline_id="p")) == "p2"
    with pytest.raises(BadSettings):
        server.ask(lambda s: s.yaml.schedule("y", pipeline_id=""))
