"""A field that a manifest says no more keeps its value, of every kind, and the plan says so."""

from typing import Any

import yaml

from reconciler.kinds import KINDS
from tests.safety.conftest import House
from tests.safety.samples import documents
from tests.safety.test_nothing import WHOLE

AGENT_TYPE = """\
apiVersion: v1alpha
kind: SelfHostedAgentType
metadata: {name: s1-a}
spec: {agent_name_settings: {release_after: 90}}
"""
KEPT = {"Project": ("repository",), "Schedule": ("project", "at", "reference", "pipeline_file")}
"""What a spec must have."""

DROPPED = {
    "ArtifactsRetentionPolicy/api": (
        "spec.job_level_retention_policies",
        "spec.project_level_retention_policies",
        "spec.workflow_level_retention_policies",
    ),
    "Dashboard/d": ("spec.widgets",),
    "DeploymentTarget/api/prod": (
        *("spec.env_vars", "spec.files", "spec.object_rules", "spec.subject_rules"),
    ),
    "Notification/n": ("spec.rules",),
    "Project/api": ("spec.repository.run_on",),
    "ProjectSecret/api/p": ("data.env_vars",),
    "Schedule/api/nightly": ("spec.parameters",),
    "Secret/s": ("data.env_vars", "data.files"),
    "SelfHostedAgentType/s1-a": ("spec.agent_name_settings.release_after",),
}


def _least(doc: Any) -> Any:
    """Return a manifest that says no more than it must."""
    spec = {key: doc["spec"][key] for key in KEPT.get(doc["kind"], ()) if key in doc["spec"]}
    if doc["kind"] == "Project":
        spec["repository"] = {"url": spec["repository"]["url"]}
    if doc["kind"] == "Schedule":
        spec["recurring"] = True
    head = {key: doc[key] for key in ("apiVersion", "kind", "metadata")}
    return head | ({"spec": spec} if spec else {})


def _dropped(house: House) -> dict[str, tuple[str, ...]]:
    told: dict[str, tuple[str, ...]] = {}
    for note in house.plan().notes:
        address, text = note.text.split(": ", 1)
        if "declared no longer" in text:
            told[address] = (*told.get(address, ()), text.split(" ")[0])
    return told


def test_what_a_manifest_says_no_more_stays_and_is_told(house: House) -> None:
    """Until an apply has remembered that it is so; not of what another made in our place."""
    whole = documents(WHOLE, AGENT_TYPE)
    house.write("a.yml", whole)
    house.apply()
    assert {address.split("/")[0] for address in DROPPED} == set(KINDS)
    least = documents(*(yaml.safe_dump(_least(doc)) for doc in yaml.safe_load_all(whole)))
    house.write("a.yml", least)
    assert house.plan().changes == ()
    assert _dropped(house) == DROPPED
    house.call("DELETE", "/api/v1alpha/dashboards/d")
    body = {
        "metadata": {"name": "d"},
        "spec": {"widgets": [{"name": "theirs", "type": "list_workflows"}]},
    }
    house.call("POST", "/api/v1alpha/dashboards", json=body)
    assert _dropped(house) == {a: f for a, f in DROPPED.items() if a != "Dashboard/d"}
    house.apply()
    assert _dropped(house) == {}
    house.write("a.yml", whole)
    assert {str(c.address) for c in house.plan().changes} == {"Dashboard/d"}
