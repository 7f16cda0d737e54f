"""The fixtures are enough: every endpoint, every kind, every shape of an error."""

import json
import re
from collections import Counter

import httpx
import pytest

from reconciler.errors import ApiError, NoAnswer, NotSent
from reconciler.kinds import KINDS, Kind
from reconciler.model import Sealed
from reconciler.remote.breaker import CircuitOpen
from reconciler.remote.client import Semaphore
from reconciler.remote.http import Http
from tests.contract.fixture import NOT_GIVEN, Fixture, fixtures
from tests.contract.shapes import SHAPES, shape

FIXTURES = list(fixtures())
V = "/api/v1alpha"
ANSWERLESS = (NoAnswer, NotSent, CircuitOpen)

ENDPOINTS = (
    f"POST {V}/plumber-workflows",
    f"GET {V}/plumber-workflows",
    f"GET {V}/plumber-workflows/*",
    f"POST {V}/plumber-workflows/*/reschedule",
    f"POST {V}/plumber-workflows/*/terminate",
    f"GET {V}/pipelines",
    f"GET {V}/pipelines/*",
    f"PATCH {V}/pipelines/*",
    f"POST {V}/pipelines/*/partial_rebuild",
    f"GET {V}/pipelines/*/describe_topology",
    f"POST {V}/yaml",
    f"GET {V}/promotions",
    f"POST {V}/promotions",
    f"GET {V}/jobs",
    f"POST {V}/jobs",
    f"GET {V}/jobs/*",
    f"POST {V}/jobs/*/stop",
    f"POST {V}/jobs/*/debug",
    f"GET {V}/jobs/*/debug_ssh_key",
    "GET /jobs/*/plain_logs.json",
    f"GET {V}/logs/*",
    "GET /api/v1/logs/*",
    f"GET {V}/self_hosted_agent_types",
    f"POST {V}/self_hosted_agent_types",
    f"GET {V}/self_hosted_agent_types/*",
    f"PATCH {V}/self_hosted_agent_types/*",
    f"DELETE {V}/self_hosted_agent_types/*",
    f"POST {V}/self_hosted_agent_types/*/disable_all",
    f"GET {V}/agents",
    f"GET {V}/agents/*",
    f"GET {V}/deployment_targets",
    f"POST {V}/deployment_targets",
    f"GET {V}/deployment_targets/*",
    f"PATCH {V}/deployment_targets/*",
    f"DELETE {V}/deployment_targets/*",
    f"PATCH {V}/deployment_targets/*/activate",
    f"PATCH {V}/deployment_targets/*/deactivate",
    f"GET {V}/deployment_targets/*/history",
    f"GET {V}/schedules",
    f"GET {V}/tasks",
    f"POST {V}/schedules",
    f"GET {V}/schedules/*",
    f"DELETE {V}/schedules/*",
    f"POST {V}/schedules/*/run_now",
    f"POST {V}/tasks/*/run_now",
    f"POST {V}/artifacts_retention_policies",
    f"GET {V}/artifacts_retention_policies/*",
    "POST /api/v1/artifacts",
    f"GET {V}/artifacts",
    f"GET {V}/artifacts/signed_url",
    f"GET {V}/troubleshoot/job/*",
    f"GET {V}/troubleshoot/pipeline/*",
    *(
        f"{method} {path}"
        for collection in (
            f"{V}/projects",
            f"{V}/dashboards",
            f"{V}/notifications",
            "/api/v1beta/secrets",
            "/api/v1/projects/*/secrets",
        )
        for method, path in (
            ("GET", collection),
            ("POST", collection),
            ("GET", f"{collection}/*"),
            ("PATCH", f"{collection}/*"),
            ("DELETE", f"{collection}/*"),
        )
    ),
)
"""Those of the documents (D 19), and more that the client uses."""


def test_there_are_enough_of_them() -> None:
    """Names say which one it is, and every one has a source."""
    names = Counter((fixture.family, fixture.name) for fixture in FIXTURES)
    assert names.most_common(1)[0][1] == 1
    assert len(names) >= 250
    source = re.compile(r"[A-E] \d+|F [A-G]\d?|API documentation|editions")
    assert [fixture.name for fixture in FIXTURES if not source.search(fixture.source)] == []


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_endpoint_succeeds_once(endpoint: str) -> None:
    """And what it answers then is understood."""
    method, path = endpoint.split(" ")
    pattern = re.compile(re.escape(path).replace(r"\*", "[^/]+"))
    good = [
        fixture
        for fixture in FIXTURES
        if fixture.request.method == method
        and pattern.fullmatch(fixture.request.path)
        and fixture.status == 200
    ]
    assert good


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_is_read_written_and_refused(kind: Kind) -> None:
    """Under its own path."""
    path = re.escape(kind.api.path).replace(r"\{project\}", "[^/]+")
    own = [f for f in FIXTURES if re.match(path + "(/|$)", f.request.path)]
    assert {fixture.request.method for fixture in own if fixture.status == 200} >= {"GET", "POST"}
    assert len({fixture.status for fixture in own}) >= 3


def test_every_shape_of_an_error_is_there() -> None:
    """All that the servers send (D 6), and redirects."""
    refused = [fixture for fixture in FIXTURES if fixture.status != 200]
    assert {shape(fixture.status, written(fixture)) for fixture in refused} == SHAPES


def test_every_error_of_the_client_is_there() -> None:
    """But for those that stand for no answer at all."""
    raised = {fixture.client["raises"] for fixture in FIXTURES if "raises" in fixture.client}
    answers = {error for error in every_error(ApiError) if not issubclass(error, ANSWERLESS)}
    assert raised == {error.__name__ for error in answers}


def test_every_family_of_the_client_is_called() -> None:
    """Each with its own methods."""
    unused = httpx.MockTransport(lambda _: httpx.Response(500))
    families = vars(Semaphore(Http("https://acme.example", Sealed("any"), transport=unused)))
    called = {each.client["call"].partition(".")[0] for each in FIXTURES if "call" in each.client}
    assert called == families.keys()


def written(fixture: Fixture) -> str:
    return json.dumps(fixture.body) if fixture.body is not NOT_GIVEN else fixture.words or ""


def every_error(base: type[ApiError]) -> set[type[ApiError]]:
    below = {error for each in base.__subclasses__() for error in every_error(each)}
    return below | set(base.__subclasses__())
