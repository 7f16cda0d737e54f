"""Rules and widgets are known by their names: what one does not mention, it keeps."""

from typing import Any

from tests.safety.conftest import House

FULL = """\
apiVersion: v1alpha
kind: Notification
metadata: {name: shop}
spec:
  rules:
  - name: main
    filter: {projects: [zoo, api], branches: [main], results: [failed]}
    notify:
      slack: {endpoint: "https://hooks.test/a", channels: ["#b", "#a"], message: hi}
      webhook: {endpoint: "https://events.test/a", timeout: 30, secret: sign}
  - name: nightly
    filter: {projects: [api]}
    notify: {slack: {endpoint: "https://hooks.test/b", status: INACTIVE}}
---
apiVersion: v1alpha
kind: Dashboard
metadata: {name: team}
spec:
  widgets:
  - {name: flows, type: list_workflows, filters: {branch: main, github_uid: "7"}}
  - {name: times, type: duration_pipelines, filters: {branch: main, pipeline_file: a.yml}}
"""
_HEAD = "apiVersion: v1alpha\nkind: Notification\nmetadata: {name: shop}\nspec:\n  rules:\n"
_TEAM = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: team}\nspec:\n  widgets:\n"


def _rules(house: House) -> list[dict[str, Any]]:
    (found,) = house.call("GET", "/api/v1alpha/notifications")["notifications"]
    rules: list[dict[str, Any]] = found["spec"]["rules"]
    return rules


def _widgets(house: House) -> list[dict[str, Any]]:
    (found,) = house.call("GET", "/api/v1alpha/dashboards")["dashboards"]
    widgets: list[dict[str, Any]] = found["spec"]["widgets"]
    return widgets


def _paths(house: House) -> list[str]:
    return [field.path for change in house.plan().changes for field in change.fields]


def _applied(house: House, text: str, full: str = FULL) -> None:
    house.write("m.yml", full)
    house.apply()
    house.write("m.yml", text)


def test_a_rule_keeps_what_it_does_not_mention(house: House) -> None:
    """In the server's own order and spelling; the plan names the rule and what changes in it."""
    text = _HEAD + (
        "  - {name: nightly, notify: {slack: {status: null, endpoint: 'https://hooks.test/b'}}}\n"
        "  - {name: main, notify: {slack: {endpoint: 'https://hooks.test/c'}}}\n"
    )
    _applied(house, text)
    before = {rule["name"]: rule for rule in _rules(house)}
    assert _paths(house) == [
        "spec.rules",
        "spec.rules.main.notify.slack.endpoint",
        "spec.rules.nightly.notify.slack.status",
    ]
    house.apply()
    before["main"]["notify"]["slack"]["endpoint"] = "https://hooks.test/c"
    before["nightly"]["notify"]["slack"]["status"] = "ACTIVE"
    assert _rules(house) == [before["nightly"], before["main"]]
    assert house.plan().changes == ()


def test_what_is_alike_is_repeated_as_the_server_shows_it(house: House) -> None:
    """Lists without an order keep the one they have, though another field of the rule changes."""
    house.write("m.yml", FULL)
    house.apply()
    (found,) = house.call("GET", "/api/v1alpha/notifications")["notifications"]
    found["spec"]["rules"][0]["filter"]["projects"] = ["zoo", "api", "zoo"]
    house.call("PATCH", f"/api/v1alpha/notifications/{found['metadata']['id']}", json=found)
    house.write("m.yml", FULL.replace("message: hi", "message: ho"))
    assert _paths(house) == ["spec.rules.main.notify.slack.message"]
    house.apply()
    assert _rules(house)[0]["filter"]["projects"] == ["zoo", "api", "zoo"]


def test_a_renamed_rule_is_another(house: House) -> None:
    """It gets nothing of the one that goes, and both are shown."""
    text = _HEAD + "  - {name: late, notify: {webhook: {endpoint: 'https://events.test/c'}}}\n"
    _applied(house, text)
    assert _paths(house) == [
        "spec.rules.late.notify.webhook.endpoint",
        "spec.rules.main.filter.branches",
        "spec.rules.main.filter.projects",
        "spec.rules.main.filter.results",
        "spec.rules.main.notify.slack.channels",
        "spec.rules.main.notify.slack.endpoint",
        "spec.rules.main.notify.slack.message",
        "spec.rules.main.notify.webhook.endpoint",
        "spec.rules.main.notify.webhook.secret",
        "spec.rules.main.notify.webhook.timeout",
        "spec.rules.nightly.filter.projects",
        "spec.rules.nightly.notify.slack.endpoint",
        "spec.rules.nightly.notify.slack.status",
    ]
    house.apply()
    (rule,) = _rules(house)
    assert rule["filter"]["projects"] == []
    assert rule["notify"]["slack"]["endpoint"] == ""


def test_rules_that_no_name_identifies(house: House) -> None:
    """They are as they are written: what one leaves out is never another's."""
    one = "{notify: {slack: {endpoint: 'https://hooks.test/%s', message: '%s'}}}"
    two = "{name: x, notify: {slack: {endpoint: 'https://hooks.test/%s', message: '%s'}}}"
    rules = [one % ("a", "a"), one % ("b", "b"), two % ("c", "c"), two % ("d", "d")]
    full = _HEAD + "".join(f"  - {rule}\n" for rule in rules)
    bare = "{notify: {slack: {endpoint: 'https://hooks.test/b'}}}"
    _applied(house, f"{_HEAD}  - {bare}\n  - {two % ('c', 'c')}\n", full)
    house.apply()
    assert [
        (rule["name"], rule["notify"]["slack"]["endpoint"][-1], rule["notify"]["slack"]["message"])
        for rule in _rules(house)
    ] == [("", "b", ""), ("x", "c", "c")]
    assert house.plan().changes == ()


def test_the_order_counts_and_is_shown(house: House) -> None:
    """A plan that only reorders says so; another order is another decision."""
    house.write("m.yml", FULL)
    house.apply()
    head, first, second = FULL.partition("  - name: nightly")
    main = head[head.index("  - name: main") :]
    rest = second[: second.index("---")]
    house.write("m.yml", head.replace(main, "") + first + rest + main)
    (change,) = house.plan().changes
    (field,) = change.fields
    assert (field.path, field.before, field.after) == (
        "spec.rules",
        ["main", "nightly"],
        ["nightly", "main"],
    )
    assert field.cause == "changed here"


def test_a_widget_keeps_its_filters(house: House) -> None:
    """Those its type has; another type forgets the others, and null resets one."""
    text = _TEAM + (
        "  - {name: flows, type: list_pipelines, filters: {pipeline_file: b.yml}}\n"
        "  - {name: times, type: duration_pipelines, filters: {branch: null}}\n"
    )
    _applied(house, text)
    assert _paths(house) == [
        "spec.widgets.flows.filters.github_uid",
        "spec.widgets.flows.filters.pipeline_file",
        "spec.widgets.flows.type",
        "spec.widgets.times.filters.branch",
    ]
    house.apply()
    assert [widget["filters"] for widget in _widgets(house)] == [
        {"branch": "main", "pipeline_file": "b.yml"},
        {"pipeline_file": "a.yml"},
    ]


def test_a_field_of_a_rule_can_be_left_to_others(house: House) -> None:
    """By the rule's name; of a rule that has none by its place."""
    ignored = "reconciler: {ignore: [spec.rules.main.notify.slack, spec.rules.1.filter]}\n"
    text = (
        FULL.split("---", maxsplit=1)[0]
        .replace("#b", "#c")
        .replace("hooks.test/a", "elsewhere.test/a")
        .replace("[failed]", "[passed]")
        .replace("name: nightly", "name: ''")
    )
    _applied(house, ignored + text.replace("[api]", "[ape]"), text)
    assert _paths(house) == []
    house.write("m.yml", ignored + text.replace("[passed]", "[stopped]").replace("[api]", "[b]"))
    assert _paths(house) == ["spec.rules.main.filter.results"]


def test_the_order_of_parameters_is_shown(house: House) -> None:
    """Two orders are two decisions."""
    text = (
        "apiVersion: v1alpha\nkind: Project\nmetadata: {name: api}\n"
        "spec: {repository: {url: 'git@github.com:o/r.git', integration_type: github_app}}\n---\n"
        "apiVersion: v1.2\nkind: Schedule\nmetadata: {name: s}\nspec:\n  project: api\n"
        "  recurring: false\n  pipeline_file: a.yml\n  reference: {type: BRANCH, name: main}\n"
        "  parameters: [%s]\n"
    )
    house.write("m.yml", text % "{name: A}, {name: B}, {name: C}")
    house.apply()
    house.write("m.yml", text % "{name: C}, {name: A}, {name: B}")
    (change,) = house.plan().changes
    assert [(field.path, field.before, field.after) for field in change.fields] == [
        ("spec.parameters", ["A", "B", "C"], ["C", "A", "B"])
    ]
