"""Whose it is that has the name: after an answer that was lost, and after others were quicker."""

import asyncio

import httpx
import pytest

from reconciler import commands
from reconciler.embedded import Action as Fate
from reconciler.embedded import Fault, Moment
from reconciler.model import Action, Outcome, Result
from reconciler.model.hidden import ValueState
from tests.safety.conftest import URL, House
from tests.safety.samples import documents, project
from tests.safety.stories import (
    ABSENT,
    ANOTHER,
    HIDDEN,
    MADE,
    OURS,
    PATH,
    RENAMED,
    Meddling,
    Story,
    held,
    value,
)
from tests.safety.test_races import KINDS, ONE, OTHER, THEIRS

POLICY = "POST /artifacts_retention_policies"


@pytest.fixture
def story(house: House) -> Story:
    return Story(house)


@pytest.mark.parametrize("kind", MADE)
def test_a_namesake_that_differs_is_somebody_elses(story: Story, kind: str) -> None:
    """Ours never arrived, and nobody told: what has the name now is not written to, but planned."""
    text = KINDS[kind]
    story.given()
    outcome = story.apply(text(OTHER), story.others(text(THEIRS)))
    assert outcome.result is Result.FAILED
    assert outcome.detail == "it came into being since it was planned; plan again"
    assert story.written == []
    (change,) = story.plan(text(OTHER)).changes
    assert change.action in (Action.UPDATE, Action.REPLACE)
    assert change.fields


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize("replaced", [False, True])
def test_the_values_of_a_twin_are_not_known(story: Story, kind: str, replaced: bool) -> None:
    """It looks just as what was sent: whose values it has is not known, until they are written."""
    story.given(*([value(kind, "cricket-before")] if replaced else []))
    outcome = story.apply(value(kind, OURS), story.others(value(kind, ANOTHER)))
    assert outcome.result is Result.DONE
    assert f"not known: {PATH}; write it with --rewrite {outcome.change.address}" in outcome.detail
    assert held(story, kind) == ANOTHER
    for _ in range(2):
        seen = story.plan(value(kind, OURS))
        assert [(one.path, one.state) for one in seen.hidden] == [(PATH, ValueState.UNKNOWN)]
        assert seen.changes == ()
        assert story.house.apply() == ()
    (change,) = story.plan(value(kind, "cricket-later")).changes
    assert [field.cause for field in change.fields] == [ValueState.CHANGED_HERE]
    story.plan(value(kind, OURS))
    (written,) = story.house.apply(rewrite=(str(outcome.change.address),), allow_replace=True)
    assert (written.result, held(story, kind)) == (Result.DONE, OURS)
    assert outcome.change.address in story.plan(value(kind, OURS)).unchanged


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize("replaced", [False, True])
def test_a_value_written_before_we_looked(story: Story, kind: str, replaced: bool) -> None:
    """The answer to our create told when that was; what was read back is of later."""
    story.given(*([value(kind, "cricket-before")] if replaced else []))
    outcome = story.apply(value(kind, OURS), story.edited(kind), lost=False)
    assert (outcome.result, held(story, kind)) == (Result.DONE, ANOTHER)
    assert outcome.detail == "somebody else wrote it right after it was created; plan again"
    (change,) = story.plan(value(kind, OURS)).changes
    assert [(field.path, field.cause) for field in change.fields] == [
        (PATH, ValueState.WRITTEN_OUTSIDE)
    ]
    story.given(value(kind, OURS))
    assert held(story, kind) == OURS
    assert story.plan(value(kind, OURS)).changes == ()


@pytest.mark.parametrize("status", [403, 404])
def test_a_create_that_was_done_and_is_called_refused(story: Story, status: int) -> None:
    """It is looked at, too: "nothing was created" is not said of what is there."""
    fault = Fault(action=Fate.ANSWER, when=Moment.AFTER, method="POST", status=status)
    story.given()
    story.house.embedded.faults.add(fault)
    (outcome,) = story.applied(KINDS["Dashboard"](OTHER))
    assert outcome.result is Result.DONE
    assert outcome.detail == "somebody else created it meanwhile, just so"
    assert story.plan(KINDS["Dashboard"](OTHER)).changes == ()


@pytest.mark.parametrize("kind", MADE)
def test_what_others_changed_before_we_looked(story: Story, kind: str) -> None:
    """Ours was made, and is no longer as we made it: that is told, and not written over."""
    text = KINDS[kind]
    story.given()
    outcome = story.apply(text(OTHER), story.others(text(THEIRS)), lost=False)
    assert outcome.result is Result.FAILED
    assert "it reads back differently" in outcome.detail or "can't be found" in outcome.detail
    assert story.written == []


@pytest.mark.parametrize("kind", ["Dashboard", "DeploymentTarget", "Notification", "Schedule"])
def test_what_others_renamed_before_we_looked(story: Story, kind: str) -> None:
    """It is ours by the id that our create was answered with, so it is not made a second time."""
    text = KINDS[kind](OTHER)
    name = {"Dashboard": "d", "DeploymentTarget": "t", "Notification": "n", "Schedule": "s"}[kind]
    renamed = text.replace(f"name: {name}", "name: theirs") + (
        f"reconciler: {{renamed_from: {name}}}\n"
    )
    story.given()
    outcome = story.apply(text, story.adopted(text, renamed), lost=False)
    assert outcome.result is Result.FAILED
    assert "reads back differently: metadata.name" in outcome.detail
    planned = story.plan(text)
    assert (planned.changes, planned.unmanaged) == ((), ())
    (refusal,) = planned.refusals
    assert "it was renamed outside, and is" in refusal.text
    back = text + "reconciler: {renamed_from: theirs}\n"  # as that says
    (change,) = story.plan(back).changes
    assert change.action is Action.UPDATE
    pruned = story.plan("---\n", prune=True)
    assert [change.live for change in pruned.changes] == [change.live]


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("protect", [False, True])
def test_a_create_that_was_answered_and_not_read_back(
    story: Story, kind: str, protect: bool
) -> None:
    """It is ours by the id of that answer: pruned, protected, and known in its values."""
    text = KINDS[kind](OTHER) + (f"reconciler: {{protect: {str(protect).lower()}}}\n")
    story.given()
    outcome = story.apply(text, story.breaks, lost=False)
    assert outcome.result is Result.FAILED
    story.house.embedded.faults.clear()
    pruned = story.plan("---\n", prune=True)
    gone, stays = ((), (outcome.change.address,)) if protect else ((outcome.change.address,), ())
    assert (tuple(change.address for change in pruned.changes), pruned.staying) == (gone, stays)


@pytest.mark.parametrize("kind", MADE)
def test_what_others_made_anew_before_we_looked(story: Story, kind: str) -> None:
    """Ours is gone, and what has its name is another one, however alike they are."""
    text = KINDS[kind](OTHER)
    story.given()
    outcome = story.apply(text, story.others(text + ABSENT, text), lost=False)
    assert outcome.result is Result.FAILED
    assert "another one has its name" in outcome.detail or "can't be found" in outcome.detail
    assert story.written == []


@pytest.mark.parametrize("kind", ["DeploymentTarget", "ProjectSecret", "Schedule"])
@pytest.mark.parametrize("lost", [False, True])
def test_a_create_that_was_not_read_back_is_in_its_project(
    story: Story, kind: str, lost: bool
) -> None:
    """Whoever that belongs to, and whatever it is called by now: another one is not written to."""
    text, house = KINDS[kind](OTHER), story.house
    ours, house.ledger = house.ledger, "none"
    story.given()
    house.ledger = ours
    house.write("a.yml", text)
    outcome = asyncio.run(story.send(Meddling(house, "POST", story.breaks, lost=lost)))[-1]
    assert outcome.result is Result.FAILED
    house.embedded.faults.clear()
    found = house.call("GET", "/api/v1alpha/projects/api")
    found["metadata"]["name"] = "shop"
    house.call("PATCH", f"/api/v1alpha/projects/{found['metadata']['id']}", json=found)
    house.ledger = "none"
    story.given()
    house.ledger = ours
    house.write("a.yml", text)
    planned = house.plan()
    assert planned.changes == ()
    assert "its project was renamed outside, and is Project/shop now" in str(planned.refusals)


def test_others_exchange_the_project_while_a_task_is_made(house: House) -> None:
    """It gets into theirs, for it names its project: it is adopted there by who means it."""
    inner = house.embedded.transport()
    ours, house.ledger = house.ledger, "none"
    house.write("a.yml", project("api"))
    house.apply()
    house.ledger = ours

    class Quick(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "POST" and request.url.path.endswith("/schedules"):
                await asyncio.to_thread(exchange)
            return await inner.handle_async_request(request)

    def exchange() -> None:
        found = house.call("GET", "/api/v1alpha/projects/api")
        new = {"metadata": {"name": "api"}, "spec": found["spec"]}
        found["metadata"]["name"] = "shop"
        house.call("PATCH", f"/api/v1alpha/projects/{found['metadata']['id']}", json=found)
        house.call("POST", "/api/v1alpha/projects", json=new)

    async def run() -> Outcome:
        async with house.session(Quick()) as session:
            planned = await commands.plan(session, house.request({}))
            (outcome,) = await house.carry_out(session, planned)
            return outcome

    house.write("a.yml", KINDS["Schedule"](OTHER))
    assert asyncio.run(run()).result is Result.FAILED
    assert "its project was renamed outside, and is Project/shop" in str(house.plan().refusals)
    with commands.ledger.writing(house.ledger, URL) as book:
        assert book
        commands.ledger.forget(book, ("Schedule/api/s",))
    assert [str(one) for one in house.plan().adopted] == ["Schedule/api/s"]


def test_what_others_renamed_and_took_the_name_of_before_we_looked(story: Story) -> None:
    """Ours goes by another name, and what has its name is not written to, nor taken for ours."""
    text = KINDS["Project"](OTHER)

    async def act() -> None:
        await story.adopted(text, text.replace("{name: p,", "{name: theirs,") + RENAMED)()
        await story.others(text)()

    story.given()
    outcome = story.apply(text, act, lost=False)
    assert outcome.result is Result.FAILED
    planned = story.plan(text)
    assert (planned.changes, dict(planned.adopted)) == ((), {})
    assert "it was renamed outside, and is Project/theirs now" in str(planned.refusals)
    pruned = story.plan("---\n", prune=True)
    assert [str(change.address) for change in pruned.changes] == ["Project/theirs"]


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_hidden_value_that_others_set_after_the_plan(story: Story, kind: str) -> None:
    """Nothing shows but the time of writing, and that is enough: theirs stays."""
    story.given(value(kind, OURS))
    house = story.house
    house.write("a.yml", documents(project("api"), value(kind, "cricket-new")))

    async def run() -> Outcome:
        async with house.session() as session:
            planned = await commands.plan(session, house.request({"allow_replace": True}))
            house.embedded.clock.advance(2)
            await story.edited(kind)()
            (outcome,) = await house.carry_out(session, planned)
            return outcome

    outcome = asyncio.run(run())
    assert (outcome.result, "its secret values" in outcome.detail) == (Result.FAILED, True)
    assert held(story, kind) == ANOTHER


@pytest.mark.parametrize("kind", ["Project", "SelfHostedAgentType"])
def test_what_others_made_anew_after_our_update(story: Story, kind: str) -> None:
    """They are read by their names, and names can be taken anew."""
    before, after = KINDS[kind](ONE), KINDS[kind](OTHER)
    story.given(before)
    outcome = story.apply(after, story.others(after + ABSENT, after), lost=False, at="PATCH")
    assert outcome.result is Result.FAILED
    assert "it was created again" in outcome.detail


@pytest.mark.parametrize("theirs", [OTHER, THEIRS, ""])
def test_the_policy_of_a_new_project(story: Story, theirs: str) -> None:
    """It is there before anybody writes it: a blank one is no sign, and what others wrote stays."""

    async def nobody() -> None:
        return None

    def text(value: str) -> str:
        policy = KINDS["ArtifactsRetentionPolicy"](value).replace("api}", "web}")
        return documents(project("web"), policy)

    story.given()
    others = story.others(text(theirs)) if theirs else nobody
    outcome = story.apply(text(OTHER), others, at=POLICY)
    assert outcome.change.address.kind == "ArtifactsRetentionPolicy"
    assert outcome.result is (Result.FAILED if theirs == THEIRS else Result.DONE)
    assert len(story.written) == (not theirs)
    assert bool(story.plan(text(OTHER)).changes) is (theirs == THEIRS)


@pytest.mark.parametrize("made", [False, True])
def test_a_token_proves_whose_a_target_is(story: Story, made: bool) -> None:
    """The same request again is answered with what the first one made, if it did (C 1.8)."""
    story.given()
    when = Moment.AFTER if made else Moment.BEFORE
    story.house.embedded.faults.add(Fault(action=Fate.ANSWER, when=when, method="POST", body="?"))
    (outcome,) = story.applied(KINDS["DeploymentTarget"](OTHER))
    assert (outcome.result, outcome.detail, outcome.presumed) == (Result.DONE, "", False)


@pytest.mark.parametrize("kind", MADE)
def test_an_answer_that_was_lost(story: Story, kind: str) -> None:
    """Where all that shows is as it was sent it is ours, and what tells so is said."""
    story.given()
    text = KINDS[kind](OTHER)
    fault = Fault(action=Fate.RESET, when=Moment.AFTER, method="POST")
    story.house.embedded.faults.add(fault)
    (outcome,) = story.applied(text)
    assert outcome.result is Result.DONE
    words = "no answer told that it was created; what is there is as it was sent"
    assert outcome.detail.startswith(words) is (kind != "DeploymentTarget")
    looked = story.plan(text)
    assert looked.changes == ()
    unknown = {ValueState.UNKNOWN} if kind in HIDDEN else set()
    assert {one.state for one in looked.hidden} == unknown


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_namesake_of_what_was_to_be_made_anew(story: Story, kind: str) -> None:
    """The old one is gone, the new one never arrived; what is there instead stays as it is."""
    story.given(value(kind, "cricket-before"))
    theirs = value(kind, ANOTHER).replace("name: A,", "name: B,")
    outcome = story.apply(value(kind, OURS), story.others(theirs))
    assert outcome.result is Result.FAILED
    assert outcome.detail == "it came into being since it was planned; plan again"
    assert outcome.left.startswith("the old one is deleted; nothing was written; ")
    assert (story.written, held(story, kind)) == ([], ANOTHER)
    (change,) = story.plan(value(kind, OURS)).changes
    assert change.action is Action.REPLACE
    story.given(value(kind, OURS))
    assert held(story, kind) == OURS


def test_a_namesake_that_others_may_use_is_somebody_elses(story: Story) -> None:
    """What a manifest leaves unsaid counts, too: a create gives it a default."""
    story.given()
    theirs = value("Secret", ANOTHER) + "org_config: {projects_access: NONE}\n"
    outcome = story.apply(value("Secret", OURS), story.others(theirs))
    assert outcome.result is Result.FAILED
    assert story.written == []
