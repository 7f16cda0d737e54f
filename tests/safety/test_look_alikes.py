"""Objects that differ in nothing but their names, and settings that exclude each other."""

from typing import Any

from tests.safety.conftest import House
from tests.safety.samples import dashboard, documents

AGENT_TYPES = "/api/v1alpha/self_hosted_agent_types"
AGENT_TYPE = (
    "apiVersion: v1alpha\nkind: SelfHostedAgentType\nmetadata: {name: s1-a}\n"
    "spec: {agent_name_settings: {%s}}\n"
)


def test_a_rename_hint_is_about_one_object(house: House) -> None:
    """Of several that look alike, each is named once, and one too many is new."""
    house.write("a.yml", documents(dashboard("a"), dashboard("b")))
    house.apply()
    house.write("a.yml", documents(*map(dashboard, "cde")))
    hints = [note.text.partition(", ")[0] for note in house.plan().notes]
    assert [hint for hint in hints if "looks like" in hint] == [
        "Dashboard/c looks like Dashboard/a renamed",
        "Dashboard/d looks like Dashboard/b renamed",
    ]


def test_agents_that_choose_their_names_have_no_account(house: House) -> None:
    """What belongs to the other way of naming goes with it."""

    def settings() -> Any:
        (found,) = house.call("GET", AGENT_TYPES)["agent_types"]
        return found["spec"]["agent_name_settings"]

    aws = "aws: {account_id: '1234', role_name_patterns: builder}"
    house.write("a.yml", AGENT_TYPE % f"assignment_origin: assignment_origin_aws_sts, {aws}")
    house.apply()
    assert settings()["aws"] == {"account_id": "1234", "role_name_patterns": "builder"}
    house.write("a.yml", AGENT_TYPE % "assignment_origin: assignment_origin_agent")
    (change,) = house.plan().changes
    paths = [field.path for field in change.fields]
    assert paths == [
        "spec.agent_name_settings.assignment_origin",
        "spec.agent_name_settings.aws.account_id",
        "spec.agent_name_settings.aws.role_name_patterns",
    ]
    house.apply()
    assert settings()["assignment_origin"] == "assignment_origin_agent"
    assert not any((settings().get("aws") or {}).values())
    assert house.plan().changes == ()
