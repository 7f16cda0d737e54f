"""What a manifest speaks of, and what it says nothing of any more."""

from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.kind import settle
from reconciler.model.mentioned import left_alone, mentioned


def _schedule(**spec: Any) -> Any:
    return KINDS["Schedule"].declared(
        {"metadata": {"name": "x"}, "spec": {"pipeline_file": "p.yml", **spec}}
    )


FULL = _schedule(
    recurring="false",
    parameters=[
        {"name": "A.b", "options": ["x", "y"], "description": "d"},
        {"name": "C", "required": "true"},
    ],
)


def test_every_field_that_is_written_is_mentioned() -> None:
    """Also in items that are known by a key."""
    assert list(mentioned(FULL)) == [
        "metadata.name",
        "spec.parameters",
        "spec.parameters.A.b.description",
        "spec.parameters.A.b.name",
        "spec.parameters.A.b.options",
        "spec.parameters.C.name",
        "spec.parameters.C.required",
        "spec.pipeline_file",
        "spec.recurring",
    ]


def test_what_one_value_mentions_is_its_own() -> None:
    """Though all that mention the same share one set: what is made of one changes no other."""
    one, other = _schedule(at="0 1 * * *").spec, _schedule(at="0 2 * * *").spec
    assert one.model_fields_set is other.model_fields_set
    more = one.having({"recurring": True})
    assert more.model_fields_set == {"at", "pipeline_file", "recurring"}
    assert one.model_fields_set == other.model_fields_set == {"at", "pipeline_file"}
    assert more.exchanging({"reference": None}).model_fields_set == more.model_fields_set


def _left(now: Any) -> dict[str, Any]:
    return dict(left_alone(now, settle(FULL), set(mentioned(FULL))))


def test_what_is_mentioned_no_longer_keeps_its_value() -> None:
    """An item that is not in a list any more goes; a default says nothing."""
    assert _left(FULL) == {}
    assert set(_left(_schedule())) == {"spec.parameters", "spec.recurring"}
    items = [{"name": "A.b", "options": ["x"]}]
    assert _left(_schedule(parameters=items, recurring="false")) == {
        "spec.parameters.A.b.description": "d"
    }
    assert _left(_schedule(parameters=[], recurring="false")) == {}
    with_default = _schedule(paused="false")
    left = left_alone(_schedule(), settle(with_default), set(mentioned(with_default)))
    assert list(left) == []


def test_a_section_that_is_mentioned_no_longer() -> None:
    """Each of its fields that was is told, and no other."""
    kind = KINDS["Project"]
    url = {"url": "git@github.com:acme/api.git", "run_on": ["tags"]}
    forks = {"allowed_secrets": ["s"]}
    then: Any = kind.declared(
        {
            "metadata": {"name": "api", "description": "d"},
            "spec": {"repository": {**url, "forked_pull_requests": forks}},
        }
    )
    live = settle(then.mentioned())
    now = kind.declared({"metadata": {"name": "api"}, "spec": {"repository": {"url": url["url"]}}})
    assert dict(left_alone(now, live, set(mentioned(then)))) == {
        "metadata.description": "d",
        "spec.repository.forked_pull_requests.allowed_secrets": ("s",),
        "spec.repository.run_on": ("tags",),
    }
