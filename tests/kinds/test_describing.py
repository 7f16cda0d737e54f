"""What is live, said as a manifest: as short as can be, and read back as what it was."""

from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.kinds.describing import Remark, described, described_value
from reconciler.kinds.kind import settle, translate
from reconciler.model import Directory, Live, Sealed

_SHOP = "8a1c7d1e-0f3b-4c55-9a55-0d9d6b6f2a11"
_STAYS = "it is not said here, and stays as it is"
_DIRECTORY = Directory().having("Project", {_SHOP: "shop"})


def _live(kind: str, section: dict[str, Any]) -> Live:
    name = section.get("metadata", {}).get("name", "")
    spec = translate(KINDS[kind].observed(section), _DIRECTORY.seen)
    return Live(KINDS[kind].address(name, "shop"), "id", settle(spec))


def _repository(**more: Any) -> dict[str, Any]:
    return {"url": "git@github.com:acme/shop.git", "integration_type": "github_app", **more}


def test_what_is_so_anyway_goes_without_saying() -> None:
    """Of a project with nothing but defaults there are its name and its repository."""
    live = _live("Project", {"metadata": {"name": "shop"}, "spec": {"repository": _repository()}})

    assert described(KINDS["Project"], live).data == {
        "apiVersion": "v1alpha",
        "kind": "Project",
        "metadata": {"name": "shop"},
        "spec": {"repository": _repository()},
    }


def test_all_is_said_when_asked_for() -> None:
    """Defaults, too; keys in the order of `sem`."""
    live = _live("Project", {"metadata": {"name": "shop"}, "spec": {"repository": _repository()}})
    data: Any = described(KINDS["Project"], live, full=True).data

    assert list(data["spec"]["repository"]) == [
        *("url", "run_on", "forked_pull_requests", "pipeline_file"),
        *("status", "whitelist", "integration_type"),
    ]
    assert data["spec"]["visibility"] == "private"
    assert data["spec"]["custom_permissions"] is False


def test_a_title_that_the_name_gives_is_not_said() -> None:
    """What the server derives is no setting."""
    derived = _live("Dashboard", {"metadata": {"name": "my-work", "title": "My Work"}, "spec": {}})
    own = _live("Dashboard", {"metadata": {"name": "my-work", "title": "Ours"}, "spec": {}})

    assert described(KINDS["Dashboard"], derived).data == {
        "apiVersion": "v1alpha",
        "kind": "Dashboard",
        "metadata": {"name": "my-work"},
    }
    assert described(KINDS["Dashboard"], own).data == {
        "apiVersion": "v1alpha",
        "kind": "Dashboard",
        "metadata": {"name": "my-work", "title": "Ours"},
    }


def test_what_belongs_together_is_said_together() -> None:
    """Projects of a secret count only beside the word that is the default."""
    config = {"projects_access": "ALL", "project_ids": [_SHOP]}
    live = _live("Secret", {"metadata": {"name": "db"}, "data": {}, "org_config": config})
    data: Any = described(KINDS["Secret"], live).data

    assert data["org_config"]["projects_access"] == "ALL"
    assert data["org_config"]["project_ids"] == ["shop"]


def test_a_user_goes_by_the_login() -> None:
    """An id says nothing to a reader; where there is no login it has to do."""
    rules = [
        {"type": "USER", "subject_id": _SHOP, "git_login": "ada"},
        {"type": "USER", "subject_id": _SHOP},
    ]
    target = {"metadata": {"name": "p"}, "spec": {"subject_rules": rules}}
    data: Any = described(KINDS["DeploymentTarget"], _live("DeploymentTarget", target)).data

    assert data["metadata"] == {"name": "p", "project_id_or_name": "shop"}
    assert data["spec"]["subject_rules"] == [{"type": "USER", "git_login": "ada"}, rules[1]]


@pytest.mark.parametrize("shown", ["hidden", "clear"])
def test_a_value_stays_where_it_is(shown: str) -> None:
    """Whether Semaphore shows it or not; what is empty is no secret."""
    value = Sealed("hunter2", live=True) if shown == "clear" else Sealed()
    body = {"metadata": {"name": "db"}, "data": {"env_vars": [{"name": "A", "value": value}]}}
    slack = {"endpoint": "https://hooks.example.com/T0"}
    rule = {"name": "r", "filter": {"projects": ["x"]}, "notify": {"slack": slack}}
    notification = {"metadata": {"name": "n"}, "spec": {"rules": [rule]}}
    secret: Any = described(KINDS["Secret"], _live("Secret", body)).data
    told: Any = described(KINDS["Notification"], _live("Notification", notification)).data

    assert secret["data"] == {"env_vars": [{"name": "A", "value_from": {"live": "keep"}}]}
    assert told["spec"]["rules"][0]["notify"] == {"slack": {"endpoint_from": {"live": "keep"}}}


def test_who_asks_says_what_a_value_is() -> None:
    """It is told the path that secrets are known by."""
    variables = [{"name": "A", "value": Sealed()}, {"name": "B", "value": Sealed("b", live=True)}]
    body = {"metadata": {"name": "db"}, "data": {"env_vars": variables}}

    def say(path: str, sealed: Sealed) -> Any:
        return sealed.reveal() if sealed.is_clear else {"env": path}

    data: Any = described(KINDS["Secret"], _live("Secret", body), say).data
    assert data["data"]["env_vars"] == [
        {"name": "A", "value_from": {"env": "data.env_vars.A.value"}},
        {"name": "B", "value": "b"},
    ]


_GONE = "9246a1a3-93b5-4f9c-b4d5-6b1f7a3c2d10"


@pytest.mark.parametrize(
    ("text", "written", "about"),
    [
        (
            "shop",
            "shop (text, not an id)",
            "'shop' is no id, and leads to no Project, nor to one of that name",
        ),
        (_GONE, _GONE, f"{_GONE} is the id of no Project that can be seen"),
    ],
    ids=["text", "id"],
)
def test_what_is_the_id_of_nothing_is_said_as_it_is_and_told(
    text: str, written: str, about: str
) -> None:
    """Text as plans show it, for as a name it would lead to what has that name; an id as it is."""
    filters = {"project_id": text, "branch": "main"}
    widgets = [{"name": "w", "type": "list_workflows", "filters": filters}] * 2
    live = _live("Dashboard", {"metadata": {"name": "d"}, "spec": {"widgets": widgets}})
    found = described(KINDS["Dashboard"], live)

    assert found.data is not None
    said = {**filters, "project_id": written}
    assert found.data["spec"]["widgets"] == [{**widgets[0], "filters": said}] * 2
    told = f"{about}; it stays as it is"
    paths = [f"spec.widgets.{number}.filters.project_id" for number in (0, 1)]
    assert found.remarks == tuple(Remark(path, told) for path in paths)


def test_a_lost_id_takes_nothing_else_of_a_secret_with_it() -> None:
    """Its access rules are all there."""
    config = {
        "projects_access": "ALLOWED",
        "project_ids": [_GONE, _SHOP],
        "debug_access": "JOB_DEBUG_NO",
    }
    live = _live("Secret", {"metadata": {"name": "db"}, "data": {}, "org_config": config})
    data: Any = described(KINDS["Secret"], live).data

    assert data["org_config"] == {**config, "project_ids": [_GONE, "shop"]}


def test_only_what_can_not_be_said_is_left_out() -> None:
    """With what needs it, for the reason that is so; the rest of the part is said."""
    config = {
        "projects_access": "SOME",
        "project_ids": [_SHOP],
        "debug_access": "JOB_DEBUG_NO",
    }
    live = _live("Secret", {"metadata": {"name": "db"}, "data": {}, "org_config": config})
    found = described(KINDS["Secret"], live)
    data: Any = found.data

    assert data["org_config"]["debug_access"] == "JOB_DEBUG_NO"
    assert "project_ids" not in data["org_config"]
    word, needing = found.remarks
    assert word.path == "org_config.projects_access"
    assert needing == Remark(
        "org_config.project_ids", f"it can't be said without projects_access; {_STAYS}"
    )


def test_a_list_is_all_or_nothing() -> None:
    """Items that have no name of their own can't be said in part: the others would go."""
    widgets = [{"name": "w", "type": type_} for type_ in ("list_workflows", "pie")]
    live = _live("Dashboard", {"metadata": {"name": "d"}, "spec": {"widgets": widgets}})
    found = described(KINDS["Dashboard"], live)

    assert found.data == {"apiVersion": "v1alpha", "kind": "Dashboard", "metadata": {"name": "d"}}
    assert [remark.path for remark in found.remarks] == ["spec.widgets"]


def test_what_would_be_refused_is_left_out_and_told() -> None:
    """A pattern that nobody can compile is kept by the server, and no manifest may have it."""
    lists = {"branches": ["/[/"], "tags": ["v1"]}
    spec = {"repository": _repository(whitelist=lists)}
    found = described(
        KINDS["Project"], _live("Project", {"metadata": {"name": "shop"}, "spec": spec})
    )

    assert found.data is not None
    assert found.data["spec"]["repository"]["whitelist"] == {"tags": ["v1"]}
    assert [remark.path for remark in found.remarks] == ["spec.repository.whitelist.branches"]


def test_what_needs_what_can_not_be_said_is_no_manifest() -> None:
    """A repository without an address that may be written is none."""
    spec = {"repository": {"url": "nowhere", "integration_type": "github_app"}}
    found = described(
        KINDS["Project"], _live("Project", {"metadata": {"name": "shop"}, "spec": spec})
    )

    assert found.data is None
    assert [remark.path for remark in found.remarks] == ["spec.repository"]


@pytest.mark.parametrize("branch", ["", "refs/heads/main"])
def test_a_task_on_no_branch_is_in_the_form_that_has_none(branch: str) -> None:
    """Today's form needs a reference, and a manifest may not say this one."""
    spec = {
        "reference": {"type": "BRANCH", "name": branch},
        "recurring": False,
        "pipeline_file": "x.yml",
    }
    found = described(
        KINDS["Schedule"], _live("Schedule", {"metadata": {"name": "n"}, "spec": spec})
    )

    assert found.data == {
        "apiVersion": "v1.1",
        "kind": "Schedule",
        "metadata": {"name": "n"},
        "spec": {"project": "shop", "recurring": False, "pipeline_file": "x.yml"},
    }
    assert [remark.path for remark in found.remarks] == ["spec.reference"]


def test_a_project_without_rules_has_no_policy_to_write() -> None:
    """Each project has one; an empty one is nothing."""
    assert (
        described(KINDS["ArtifactsRetentionPolicy"], _live("ArtifactsRetentionPolicy", {})).data
        is None
    )


def test_a_part_is_said_as_it_is_in_the_whole() -> None:
    """For what is put into a file that is there."""
    rule = {"name": "r", "filter": {"projects": ["x"]}, "notify": {"email": {"cc": ["a@b.c"]}}}
    spec: Any = _live("Notification", {"metadata": {"name": "n"}, "spec": {"rules": [rule]}}).spec

    assert described_value(spec.spec.rules) == [rule]
