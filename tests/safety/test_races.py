"""What somebody else wrote between plan and apply is never written over, whatever its kind."""

import asyncio
from collections.abc import Awaitable, Callable
from http.client import BAD_REQUEST

import pytest

from reconciler import commands
from reconciler.commands import Session
from reconciler.embedded import Action as Fate
from reconciler.embedded import Fault
from reconciler.model import Outcome, Plan, Result
from tests.safety.conftest import House
from tests.safety.samples import dashboard, documents, project, schedule

ONE, OTHER, THEIRS = "one.test", "other.test", "theirs.test"


def target(value: str) -> str:
    return (
        "apiVersion: v1alpha\nkind: DeploymentTarget\n"
        f"metadata: {{name: t, project_id_or_name: api, url: 'https://{value}'}}\n"
    )


def secret(value: str) -> str:
    return (
        "apiVersion: v1beta\nkind: Secret\nmetadata: {name: s}\n"
        f"data: {{env_vars: [{{name: {value[:3].upper()}, value: v}}]}}\n"
    )


def project_secret(value: str) -> str:
    return (
        "apiVersion: v1\nkind: ProjectSecret\n"
        "metadata: {name: s, project_id_or_name: api}\n"
        f"data: {{env_vars: [{{name: {value[:3].upper()}, value: v}}]}}\n"
    )


def notification(value: str) -> str:
    return (
        "apiVersion: v1alpha\nkind: Notification\nmetadata: {name: n}\nspec: {rules: [{name: r, "
        f"filter: {{projects: [api]}}, notify: {{slack: {{endpoint: 'https://{value}'}}}}}}]}}\n"
    )


def agent_type(value: str) -> str:
    seconds = {ONE: 60, OTHER: 120, THEIRS: 180}[value]
    return (
        "apiVersion: v1alpha\nkind: SelfHostedAgentType\nmetadata: {name: s1-a}\n"
        f"spec: {{agent_name_settings: {{release_after: {seconds}}}}}\n"
    )


def retention(value: str) -> str:
    return (
        "apiVersion: v1alpha\nkind: ArtifactsRetentionPolicy\nmetadata: {project_id_or_name: api}\n"
        f"spec: {{job_level_retention_policies: [{{selector: /{value}, age: 1 week}}]}}\n"
    )


HOURS = {ONE: 1, OTHER: 2, THEIRS: 3}
KINDS = {
    "Project": lambda value: project("p").replace(
        "{name: p}", f"{{name: p, description: {value}}}"
    ),
    "Schedule": lambda value: schedule("api", "s", f"0 {HOURS[value]} * * *"),
    "DeploymentTarget": target,
    "Secret": secret,
    "ProjectSecret": project_secret,
    "Notification": notification,
    "Dashboard": lambda value: dashboard("d", value),
    "SelfHostedAgentType": agent_type,
    "ArtifactsRetentionPolicy": retention,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("exists", [False, True])
def test_what_somebody_else_wrote_stays(house: House, kind: str, exists: bool) -> None:
    """A create that comes second, and a change of what was changed: refused, and all stays."""
    text = KINDS[kind]
    house.write("a.yml", documents(project("api"), *([text(ONE)] if exists else [])))
    house.apply()
    (outcome,), written = asyncio.run(raced(house, text(OTHER), text(THEIRS)))
    assert (outcome.result, outcome.change.address.kind) == (Result.FAILED, kind)
    assert outcome.left in ("nothing was written", "nothing was deleted")
    assert "since it was planned" in outcome.detail
    assert written == []


async def raced(house: House, mine: str, theirs: str) -> tuple[tuple[Outcome, ...], list[str]]:
    """Plan one, let somebody without our ledger apply another, carry out the first.

    Return what came of it, and the paths of what it wrote.
    """
    ledger = house.ledger
    async with house.session() as session:
        planned = await planning(house, session, mine)
        assert planned.changes
        house.ledger = "none"
        done = await house.carry_out(session, await planning(house, session, theirs))
        assert [outcome.result for outcome in done] == [Result.DONE]
        house.ledger = ledger
        number = len(house.embedded.journal.entries())
        outcomes = await house.carry_out(session, planned)
        asked = house.embedded.journal.entries()[number:]
        return outcomes, [e.path for e in asked if e.method != "GET" and e.status < BAD_REQUEST]


async def planning(house: House, session: Session, text: str) -> Plan:
    house.write("a.yml", documents(project("api"), text))
    return await commands.plan(session, house.request({"allow_replace": True}))


def removed(house: House, meanwhile: Callable[[Session], Awaitable[object]]) -> Outcome:
    """Delete a project that is empty when that is planned; others act right after."""
    house.write("a.yml", documents(project("api"), dashboard("keep")))
    house.apply()
    gone = project("api") + "reconciler: {absent: true}\n"
    house.write("a.yml", documents(gone, dashboard("keep")))

    async def race() -> Outcome:
        async with house.session() as session:
            planned = await commands.plan(session, house.request({}))
            await meanwhile(session)
            (outcome,) = await house.carry_out(session, planned)
            return outcome

    return asyncio.run(race())


def test_what_came_into_a_project_is_not_deleted_with_it(house: House) -> None:
    """Somebody put a secret there after the plan was shown: it was not named, and stays."""

    async def others(session: Session) -> None:
        id_ = session.reader.directory.id("Project", "api")
        body = {"metadata": {"name": "late"}, "data": {"env_vars": [{"name": "A", "value": "v"}]}}
        await session.http.call("POST", f"/api/v1/projects/{id_}/secrets", body=body)

    outcome = removed(house, others)
    assert outcome.result is Result.FAILED
    assert "ProjectSecret/api/late came into it since it was planned" in outcome.detail
    assert outcome.left == "nothing was deleted"


def test_what_was_made_anew_in_a_project_is_not_deleted_with_it(house: House) -> None:
    """Another secret has the name of the one that was to go along: that was never named."""
    secrets: list[str] = []

    async def made(session: Session) -> None:
        id_ = session.reader.directory.id("Project", "api")
        path = f"/api/v1/projects/{id_}/secrets"
        for before in secrets:
            await session.http.call("DELETE", f"{path}/{before}")
        body = {"metadata": {"name": "theirs"}, "data": {"env_vars": [{"name": "A", "value": "v"}]}}
        answer = await session.http.call("POST", path, body=body)
        secrets[:] = [answer.data["metadata"]["id"]]

    async def before() -> None:
        async with house.session() as session:
            await commands.plan(session, house.request({}))
            await made(session)

    house.write("a.yml", documents(project("api"), dashboard("keep")))
    house.apply()
    asyncio.run(before())
    outcome = removed(house, made)
    assert (outcome.result, outcome.left) == (Result.FAILED, "nothing was deleted")
    assert "ProjectSecret/api/theirs came into it since it was planned" in outcome.detail


def test_a_project_that_cannot_be_looked_into_any_more_stays(house: House) -> None:
    """What came into it since it was planned can't be told then."""

    async def denied(_: Session) -> None:
        fault = Fault(action=Fate.ANSWER, status=403, path="*/secrets", times=None)
        house.embedded.faults.add(fault)

    outcome = removed(house, denied)
    house.embedded.faults.clear()
    assert (outcome.result, outcome.left) == (Result.FAILED, "nothing was deleted")
    assert "can't be looked into: ProjectSecret" in outcome.detail
    assert house.call("GET", "/api/v1alpha/projects/api")


WITHOUT_ID = {"ArtifactsRetentionPolicy", "SelfHostedAgentType"}


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - WITHOUT_ID))
def test_what_somebody_made_anew_is_not_taken_for_gone(house: House, kind: str) -> None:
    """The one that was to be deleted is gone, and yet the name is there: that is told."""
    text = KINDS[kind](ONE)
    gone = f"{text}reconciler: {{absent: true}}\n"
    house.write("a.yml", documents(project("api"), text))
    house.apply()

    async def race() -> Outcome:
        async with house.session() as session:
            planned = await planning(house, session, gone)
            for theirs in (gone, text):
                await house.carry_out(session, await planning(house, session, theirs))
            (outcome,) = await house.carry_out(session, planned)
            return outcome

    outcome = asyncio.run(race())
    assert (outcome.result, outcome.left) == (Result.FAILED, "nothing was deleted")
    assert "since it was planned" in outcome.detail


@pytest.mark.parametrize("kind", ["Dashboard", "Notification", "SelfHostedAgentType"])
def test_what_somebody_made_just_so_is_not_ours(house: House, kind: str) -> None:
    """There is nothing to do, and before it is ours a plan tells that it is adopted."""
    house.write("a.yml", documents(project("api")))
    house.apply()

    async def race() -> tuple[tuple[Outcome, ...], Plan]:
        ledger = house.ledger
        async with house.session() as session:
            planned = await planning(house, session, KINDS[kind](ONE))
            house.ledger = "none"
            await house.carry_out(session, await planning(house, session, KINDS[kind](ONE)))
            house.ledger = ledger
            outcomes = await house.carry_out(session, planned)
            return outcomes, await commands.plan(session, house.request({}))

    (outcome,), after = asyncio.run(race())
    assert outcome.detail == "somebody else created it meanwhile, just so"
    assert [address.kind for address in after.adopted] == [kind]
