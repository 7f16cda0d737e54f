"""One form per meaning for comparing, the server's own for sending; null resets."""

from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.kinds.deployment_target import TargetSpec
from reconciler.kinds.kind import normal, settle, translate


def _secret(**policy: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "s", "id": "1", "content_included": True},
        "data": {"env_vars": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]},
        "org_config": {"projects_access": "ALLOWED"} | policy,
    }


def test_observed_values_are_verbatim() -> None:
    """Order and repetition stay as the server shows them, until they are compared."""
    spec: Any = KINDS["Secret"].decode(_secret(project_ids=["p2", "p1", "p2"])).spec
    assert spec.org_config.project_ids == ("p2", "p1", "p2")
    assert [variable.name for variable in spec.data.env_vars] == ["B", "A"]
    formed: Any = settle(spec)
    assert formed.org_config.project_ids == ("p1", "p2")
    assert [variable.name for variable in formed.data.env_vars] == ["A", "B"]


def test_names_are_sorted_as_names() -> None:
    """The order of ids is another one."""
    names = {"p1": "web", "p2": "api"}
    spec: Any = KINDS["Secret"].decode(_secret(project_ids=["p1", "p2"])).spec
    named: Any = normal(translate(spec, lambda _, id_: names[id_]))
    assert named.org_config.project_ids == ("api", "web")


def test_base64_is_compared_in_one_line() -> None:
    """And sent back in as many as it had."""
    body = _secret() | {"data": {"files": [{"path": "x", "content": "aGVs\nbG8=\n"}]}}
    spec: Any = KINDS["Secret"].decode(body).spec
    formed: Any = settle(spec)
    assert spec.data.files[0].content.reveal() == "aGVs\nbG8=\n"
    assert formed.data.files[0].content.reveal() == "aGVsbG8="


@pytest.mark.parametrize("age", ["7 days", "1 weeks"])
def test_ages_are_compared_in_one_unit(age: str) -> None:
    """As the server shows them."""
    rules = {"project_level_retention_policies": [{"selector": "/x", "age": age}]}
    policy: Any = KINDS["ArtifactsRetentionPolicy"].declared({"spec": rules})
    assert policy.spec.project_level_retention_policies[0].age == "1 week"


def test_null_resets_all_of_a_section_but_its_entries() -> None:
    """Lists of mappings are not mentioned by it: those commented out are not those to delete."""
    for spec in (None, dict.fromkeys(TargetSpec.model_fields)):
        target: Any = KINDS["DeploymentTarget"].declared({"metadata": {"name": "t"}, "spec": spec})
        entries = {"env_vars", "files", "subject_rules", "object_rules"}
        assert target.spec.model_fields_set == TargetSpec.model_fields.keys() - entries
    secret: Any = KINDS["Secret"].declared({"metadata": {"name": "s"}, "data": None})
    assert secret.data.model_fields_set == set()
    empty: dict[str, Any] = {"env_vars": [], "files": None}
    secret = KINDS["Secret"].declared({"metadata": {"name": "s"}, "data": empty})
    assert secret.data.model_fields_set == {"env_vars"}


def test_null_from_the_server_is_the_default() -> None:
    """Whatever the field is."""
    seen: Any = KINDS["Secret"].observed({"metadata": {"name": "s"}, "data": {"env_vars": None}})
    assert (seen.data.env_vars, seen.data.files) == ((), ())


def test_an_agent_type_by_aws_needs_an_account() -> None:
    """What is missing may show only together with what is live."""
    kind = KINDS["SelfHostedAgentType"]
    sts = {"assignment_origin": "assignment_origin_aws_sts", "aws": {"role_name_patterns": "*"}}
    spec = kind.observed({"metadata": {"name": "s1-x"}, "spec": {"agent_name_settings": sts}})
    assert "needs aws.account_id" in kind.unwritable(settle(spec))
