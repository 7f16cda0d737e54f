"""Text that stands in the place of an id is never what has that name."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.cases import HOME, OTHER, Case, names, project_sent, scene_of, settings
from tests.laws.organization import Sent
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import Doc
from tests.laws.test_convergence import converges

_WIDGET = {"name": "of home", "type": "list_workflows", "filters": {"project_id": HOME}}
NAMING: dict[str, Doc] = {
    "Dashboard": {"spec": {"widgets": [_WIDGET]}},
    "Secret": {
        "data": {},
        "org_config": {"projects_access": "ALLOWED", "project_ids": [OTHER, HOME]},
    },
}
"""What refers to a project by its name, in kinds whose names the server resolves none of."""


@st.composite
def literals(draw: st.DrawFn, kind: str) -> Case:
    """Somebody sent just what a manifest says, and so names where ids belong."""
    name = draw(names(kind, most=1))[0]
    doc = draw(WRITINGS[kind].manifest(scene_of(kind), name))
    body: Doc = {"metadata": doc["metadata"], **NAMING[kind]}
    doc = {"apiVersion": doc["apiVersion"], "kind": kind, **body}
    chosen = draw(settings(kind, secrets_access_policy=True))
    sent = (project_sent(HOME), project_sent(OTHER), Sent(kind, "", name, body))
    return Case(chosen, sent, (), (doc,), draw(st.integers(0, 2**32)), ledger=draw(st.booleans()))


@pytest.mark.parametrize("kind", NAMING)
@given(data=st.data())
def test_what_is_named_is_reached(kind: str, data: st.DataObject) -> None:
    """Though the organization has the very same text there."""
    asyncio.run(converges(data.draw(literals(kind))))
