"""Notification: rules with filters and three ways of telling."""

from dataclasses import replace
from functools import cache

from hypothesis import strategies as st

from tests.laws.strategies.basics import (
    PATTERNS,
    Docs,
    Scene,
    Writing,
    document,
    labels,
    lists,
    section,
    something,
    texts,
)
from tests.laws.strategies.secrets import sources, values

_STATUS = st.sampled_from(["ACTIVE", "INACTIVE"])
_INT32 = st.integers(-(2**31), 2**31 - 1)
_REGEX = st.sampled_from(PATTERNS).map(lambda pattern: f"/{pattern}/")
_RESULTS = st.sampled_from(["passed", "failed", "stopped", "canceled"])
_TERMS = lists(something() | _REGEX)
_CHANNELS = lists(texts())


@cache
def _filter(scene: Scene) -> Docs:
    terms = dict.fromkeys(("projects", "branches", "pipelines", "blocks", "tags"), _TERMS)
    return section(scene, {**terms, "results": lists(_RESULTS | _REGEX), "states": st.just([])})


@cache
def _notify(scene: Scene, *, sourced: bool) -> Docs:
    """``sourced``: an endpoint that has to be there is in the environment or a file."""
    slack = {"channels": _CHANNELS, "message": texts(), "status": _STATUS}
    email = {"subject": texts(), "bcc": _CHANNELS, "content": texts(), "status": _STATUS}
    webhook = {
        "timeout": _INT32,
        "action": texts(),
        "retries": _INT32,
        "status": _STATUS,
        "secret": texts(),
    }
    endpoint, copies = {"endpoint": st.just("") | values()}, {"cc": _CHANNELS}
    some = {"endpoint_from": sources()} if sourced else {"endpoint": values()}
    open_ = {
        "slack": section(scene, slack | endpoint),
        "email": section(scene, email | copies),
        "webhook": section(scene, webhook | endpoint),
    }
    told = {
        "slack": section(scene, slack, some),
        "email": section(scene, email, {"cc": st.lists(something(), min_size=1, max_size=2)}),
        "webhook": section(scene, webhook, some),
    }
    return st.one_of(*(section(scene, open_, {way: told[way]}) for way in told))


@cache
def _rule(scene: Scene, *, sourced: bool) -> Docs:
    parts = {"name": labels(), "filter": _filter(scene)}
    return section(scene, parts, {"notify": _notify(scene, sourced=sourced)})


def _notification(scene: Scene, name: str) -> Docs:
    rule = _rule(scene, sourced=False) | _rule(scene, sourced=True)
    spec = section(scene, {"rules": lists(rule, 2)})
    parts = {"metadata": st.just({"name": name})}
    return document(scene, "Notification", "v1alpha", parts, {"spec": spec})


def _sent_notification(scene: Scene, name: str) -> Docs:
    full = replace(scene, full=True)
    spec = st.fixed_dictionaries({"rules": lists(_rule(full, sourced=False), 2)})
    return st.fixed_dictionaries({"metadata": st.just({"name": name}), "spec": spec})


NOTIFICATION = Writing(something(), _notification, _sent_notification)
