"""Endpoints of notifications: shown by Semaphore, compared in memory, and by us shown nowhere."""

import itertools
import json
from typing import Any

import pytest

from reconciler.commands import Purpose
from reconciler.model import Change
from reconciler.planning import moved
from tests.safety.conftest import House, at

NOTIFICATIONS = "/api/v1alpha/notifications"
RED = """\
apiVersion: v1alpha
kind: Notification
metadata: {name: red}
spec:
  rules:
  - name: main
    filter: {projects: [api]}
    notify:
      slack: {%s, channels: ["#red"]}
      webhook: {endpoint: ''}
"""
TOKEN = """\
apiVersion: v1beta
kind: Secret
metadata: {name: red}
data: {env_vars: [{name: TOKEN, %s}]}
"""
VALUES = TOKEN.replace("[{name: TOKEN, %s}]", "%s")
PATH = "spec.rules.main.notify.slack.endpoint"
WORDS = "<secret from server>", "<secret from env SLACK>"


def _written(house: House, text: str) -> None:
    house.write("red.yml", text)


def _outside(house: House, **slack: Any) -> None:
    (found,) = house.call("GET", NOTIFICATIONS)["notifications"]
    for rule in found["spec"]["rules"]:
        rule["notify"]["slack"] |= slack
    house.call("PATCH", f"{NOTIFICATIONS}/{found['metadata']['id']}", json=found)


def _endpoints(house: House) -> list[str]:
    (found,) = house.call("GET", NOTIFICATIONS)["notifications"]
    return [rule["notify"]["slack"]["endpoint"] for rule in found["spec"]["rules"]]


def _planned(house: House, **options: Any) -> Change:
    (change,) = house.plan(**options).changes
    return change


def test_from_a_source(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read, written and compared; a plan has words for it."""
    monkeypatch.setenv("SLACK", "https://hooks.test/1")
    _written(house, RED % "endpoint_from: {env: SLACK}")
    assert PATH in {field.path for field in _planned(house).fields if field.secret}
    house.apply()
    assert _endpoints(house) == ["https://hooks.test/1"]
    assert house.plan().changes == ()
    assert house.plan().hidden == ()
    monkeypatch.setenv("SLACK", "https://hooks.test/2")
    change = _planned(house)
    assert [(f.path, f.before, f.after, f.secret) for f in change.fields] == [(PATH, *WORDS, True)]
    assert change.secrets_written == (PATH,)
    house.apply()
    assert _endpoints(house) == ["https://hooks.test/2"]


def test_one_that_is_not_read_is_not_known(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its value nothing is called equal, and nothing changed."""
    monkeypatch.setenv("SLACK", "https://hooks.test/1")
    _written(house, RED % "endpoint_from: {env: SLACK}")
    house.apply()
    _outside(house, message="hi")
    found = house.plan(values=False)
    assert found.changes == ()
    assert [(str(value.address), value.path, str(value.state)) for value in found.hidden] == [
        ("Notification/red", PATH, "unknown")
    ]


def test_one_that_is_not_ours(house: House) -> None:
    """`live: keep` writes none and takes any; where there would be none, the plan is refused."""
    _written(house, RED % "endpoint: 'https://hooks.test/1'")
    house.apply()
    _outside(house, endpoint="https://hooks.test/theirs")
    kept = RED % "endpoint_from: {live: keep}"
    _written(house, kept)
    assert house.plan().changes == ()
    _written(house, kept.replace("#red", "#other"))
    assert [field.path for field in _planned(house).fields] == [
        "spec.rules.main.notify.slack.channels"
    ]
    house.apply()
    assert _endpoints(house) == ["https://hooks.test/theirs"]
    _written(house, kept.replace("main", "late"))
    assert house.plan().refusals == ()  # the same but for its name
    _written(house, kept.replace("main", "new").replace("#red", "#new").replace("[api]", "[web]"))
    (refusal,) = house.plan().refusals
    assert "spec.rules.new.notify.slack.endpoint" in refusal.text


def test_none(house: House) -> None:
    """An empty one is no secret: it is shown as it is, and set back by writing it so."""
    text = RED % "endpoint: 'https://hooks.test/1'"
    _written(house, text)
    house.apply()
    _written(house, text.replace("https://hooks.test/1", "").replace("''}", "'https://x.test'}"))
    change = _planned(house)
    assert [(field.path, field.before, field.after) for field in change.fields] == [
        (PATH, "<secret from server>", None),
        ("spec.rules.main.notify.webhook.endpoint", None, "<secret from manifest>"),
    ]
    house.apply()
    assert _endpoints(house) == [""]
    assert house.plan().changes == ()


@pytest.mark.parametrize("kind", ["Notification", "Secret"])
@pytest.mark.parametrize(
    ("here", "outside", "cause"),
    [
        ("2", "1", "changed here"),
        ("1", "2", "changed outside"),
        ("2", "3", "changed here and outside"),
    ],
)
def test_who_changed_it(make_house: Any, kind: str, here: str, outside: str, cause: str) -> None:
    """What we wrote is held against what is declared and what is shown, of secrets, too."""
    house = make_house(secrets_exposed_content=True)
    text = RED if kind == "Notification" else TOKEN
    key = "endpoint" if kind == "Notification" else "value"
    _written(house, text % f"{key}: 'https://hooks.test/1'")
    house.apply()
    if kind == "Notification":
        _outside(house, endpoint=f"https://hooks.test/{outside}", message="hi")
    else:
        (found,) = house.call("GET", "/api/v1beta/secrets")["secrets"]
        found["data"]["env_vars"] = [{"name": "TOKEN", "value": f"https://hooks.test/{outside}"}]
        house.call("PATCH", "/api/v1beta/secrets/red", json=found)
    _written(house, text % f"{key}: 'https://hooks.test/{here}'")
    (field,) = _planned(house).fields
    assert (field.secret, field.cause) == (True, cause)
    drift = _planned(house, purpose=Purpose.DRIFT)
    assert [field.cause for field in drift.fields] == [cause]


@pytest.mark.parametrize(
    ("here", "outside", "path", "cause"),
    [
        ("AB", "A", "B", "changed here"),
        ("A", "AB", "B", "changed outside"),
        ("A", "B", "A", "changed outside"),
        ("B", "A", "A", "changed here"),
    ],
)
def test_who_added_it(make_house: Any, here: str, outside: str, path: str, cause: str) -> None:
    """A secret value that came or went with its item is told by what we wrote, too."""

    def items(names: str) -> list[dict[str, str]]:
        return [{"name": name, "value": f"https://hooks.test/{name}"} for name in names]

    house = make_house(secrets_exposed_content=True)
    _written(house, VALUES % json.dumps(items("A")))
    house.apply()
    (found,) = house.call("GET", "/api/v1beta/secrets")["secrets"]
    found["data"]["env_vars"] = items(outside)
    house.call("PATCH", "/api/v1beta/secrets/red", json=found)
    _written(house, VALUES % json.dumps(items(here)))
    causes = {field.path: field.cause for field in _planned(house).fields}
    assert causes[f"data.env_vars.{path}"] == cause, causes


def test_what_moved_since_a_plan(make_house: Any) -> None:
    """Only what did: values that are shown and the same did not, whoever holds them."""
    house = make_house(secrets_exposed_content=True)
    _written(house, RED % "endpoint: 'https://hooks.test/1'")
    house.apply()
    lives = []
    for slack in ({}, {"message": "hi"}, {"endpoint": "https://hooks.test/2"}):
        _outside(house, **slack)
        _written(house, RED % "endpoint: 'https://hooks.test/other'")
        live = _planned(house).live
        assert live is not None
        assert live.address == at("Notification/red")
        lives.append(live)
    found = [moved(then, now) for then, now in itertools.pairwise(lives)]
    assert found == [("spec.rules.main.notify.slack.message",), (PATH,)]
