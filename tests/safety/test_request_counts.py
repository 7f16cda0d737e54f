"""How many requests a plan costs, to the request; and that reads run side by side."""

import asyncio
from typing import Any

import httpx
import pytest

from reconciler import commands
from reconciler.commands import Organization
from reconciler.model import Sealed
from tests.safety.conftest import URL, House
from tests.safety.samples import dashboard, documents, project, schedule, secret

TARGET = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {{name: {name}, project_id_or_name: api}}
spec: {{{spec}}}
"""


def counted(house: House, *texts: str) -> int:
    house.write("a.yml", documents(*texts))
    house.apply()
    before = len(house.writes())
    assert house.plan().changes == ()
    assert len(house.writes()) == before
    return house.requests


def test_one_list_for_each_kind_of_the_organization(house: House) -> None:
    """Twenty dashboards and twenty secrets: two lists."""
    texts = [dashboard(f"d{n}") for n in range(20)] + [secret(f"s{n}") for n in range(20)]
    assert counted(house, *texts) == 2


def test_pages(house: House) -> None:
    """150 secrets are two pages of a hundred."""
    assert counted(house, *(secret(f"s{n:03}") for n in range(150))) == 2


def test_projects_are_listed_once(house: House) -> None:
    """Projects cost their pages, whatever their number; references to them nothing more."""
    board = dashboard("d").replace("branch: main", "branch: main, project_id: p3")
    assert counted(house, *(project(f"p{n}") for n in range(12)), board) == 2


def test_schedules_cost_one_list_a_project(house: House) -> None:
    """The schedules of a project come in one list, without a describe."""
    texts = [project("a"), project("b")]
    texts += [schedule(p, f"s{n}") for p in ("a", "b") for n in range(5)]
    assert counted(house, *texts) == 3


def test_targets_are_described_only_for_their_values(house: House) -> None:
    """A describe for the one target whose env_vars are declared, none for the others."""
    plain = [TARGET.format(name=f"t{n}", spec="") for n in range(4)]
    valued = TARGET.format(name="v", spec="env_vars: [{name: A, value: b}]")
    assert counted(house, project("api"), *plain) == 2
    assert counted(house, project("api"), *plain, valued) == 3


def test_retention_costs_one_read_a_project(house: House) -> None:
    """A policy has no list; it is read by its project."""
    policy = (
        "apiVersion: v1alpha\nkind: ArtifactsRetentionPolicy\n"
        "metadata: {project_id_or_name: api}\n"
        "spec: {job_level_retention_policies: [{selector: /x, age: 1 week}]}\n"
    )
    assert counted(house, project("api"), policy) == 2


@pytest.mark.parametrize("parallelism", [1, 4, 10])
def test_reads_run_side_by_side(house: House, parallelism: int) -> None:
    """As many reads are under way at a time as allowed, and no more."""
    names = [f"p{n}" for n in range(12)]
    house.write("a.yml", documents(*map(project, names), *(schedule(p, "s") for p in names)))
    house.apply()
    most = asyncio.run(_most_at_once(house, parallelism))
    assert most == parallelism


async def _most_at_once(house: House, parallelism: int) -> int:
    inner = house.embedded.transport()

    class Slow(httpx.AsyncBaseTransport):
        now = most = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0.01)
            try:
                return await inner.handle_async_request(request)
            finally:
                self.now -= 1

    slow = Slow()
    organization: Any = Organization(url=URL, token=Sealed("t"), parallelism=parallelism)
    async with commands.connect(organization, transport=slow) as session:
        await commands.plan(session, house.request({}))
    return slow.most
