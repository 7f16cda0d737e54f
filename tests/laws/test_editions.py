"""What an edition does not have is said plainly, and nothing is written."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.commands import Request
from reconciler.embedded import Edition, Settings
from reconciler.errors import PermissionDenied
from tests.laws.cases import HOME, OTHER, names, project_sent, scene_of
from tests.laws.effort import fewer
from tests.laws.ground import ground
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import Doc

_COMMUNITY = Settings.of(Edition.CE)


@st.composite
def targets(draw: st.DrawFn) -> list[Doc]:
    scene = scene_of("DeploymentTarget")
    found = draw(names("DeploymentTarget"))
    return [draw(WRITINGS["DeploymentTarget"].manifest(scene, name)) for name in found]


@fewer
@given(targets())
def test_the_community_edition_has_no_targets(docs: list[Doc]) -> None:
    """Not even the plan is made, and the refusal says what is missing."""
    asyncio.run(_is_refused(docs))


async def _is_refused(docs: list[Doc]) -> None:
    async with ground(_COMMUNITY) as here:
        await here.send(map(project_sent, (HOME, OTHER)))
        start = here.number()
        request = Request(state=await here.load(docs))
        with pytest.raises(PermissionDenied, match="deployment targets feature is not enabled"):
            await here.run(request)
        assert here.writes(start) == []
