"""Comments for pull requests: nothing breaks out, and no danger falls out."""

import re
import time
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, FieldChange, Live, Outcome, Plan, Refusal
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.model.validation import Validation
from reconciler.render.formats import FORMATS, Look
from reconciler.render.markdown import safe
from tests.render import hostile, plans
from tests.render.commented import Seen, lines_of
from tests.render.reported import reports

BOTH = pytest.mark.parametrize("name", ["markdown", "bitbucket"])
OURS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "blockquote_open",
    "blockquote_close", "bullet_list_open", "bullet_list_close", "list_item_open",
    "list_item_close", "table_open", "table_close", "thead_open", "thead_close", "tbody_open",
    "tbody_close", "tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close", "fence",
    "html_block", "strong_open", "strong_close", "details", "/details", "summary", "/summary",
    "p", "/p",
}  # fmt: skip
ALERTING = re.compile(r"[@<`]|#\d|://|www\.|\]\(|:\w+:|[\u200b\u2028\u202e\x00\x1b]")


def written(told: Report | Validation, name: str = "markdown", most: int | None = None) -> str:
    return FORMATS[name].written(told, Look(most_bytes=most))


@BOTH
@example(plans.told(plans.EMPTY, Subject.APPLY, outcomes=(), trouble=" "), None)
@example(plans.told(Plan(changes=(), refusals=(Refusal(None, "1. "),))), None)
@given(told=reports(), most=st.none() | st.integers(1, 9000))
def test_nothing_breaks_out(name: str, told: Report, most: int | None) -> None:
    """Whatever things are called, there is only our structure, and no mention, link or picture."""
    seen = Seen.of(written(told, name, most))

    assert seen.kinds <= OURS
    assert seen.there["heading_open"] >= 1
    assert seen.there["details"] == seen.there["/details"] == seen.there["summary"]
    assert seen.attributes <= {"open"}
    assert ALERTING.findall(seen.outside.replace("[!CAUTION]", "")) == []
    assert len(seen.comments) == (name == "markdown")


@BOTH
@given(told=reports(), most=st.integers(1, 4000))
def test_no_danger_falls_out(name: str, told: Report, most: int) -> None:
    """Also where there is room for nothing, each is there by its address, and unfolded."""
    shown = "\n".join(lines_of(written(told, name, most)))
    dangerous = {Action.DELETE, Action.REPLACE}
    if told.outcomes is None and told.subject is not Subject.DRIFT:
        lost = [c for c in told.plan.changes if c.action in dangerous or c.writes_secret]
        for change in lost:
            assert safe.code(str(change.address)) in shown
    for refusal in told.plan.refusals:
        assert not refusal.address or safe.code(str(refusal.address)) in shown


@given(told=reports())
def test_it_is_the_same_for_the_same_plan(told: Report) -> None:
    """A bot that finds its comment as it is leaves it alone: nothing in it is of one run."""
    later = replace(told, requests=told.requests + 7)

    assert written(told) == written(later)


@given(text=hostile.TEXTS)
def test_a_sentence_says_what_it_said(text: str) -> None:
    """All of its words are there, in their order."""
    tokens = Seen.of(f"x: {safe.prose(text)}")

    assert tokens.kinds <= {"paragraph_open", "paragraph_close"}


def _many(number: int) -> Plan:
    field = FieldChange("spec.description", "a" * 50, "b" * 50)
    actions = (Action.UPDATE, Action.CREATE)
    updates = [
        Change(actions[i % 2], Address("Dashboard", "", f"board-{i}"), None, None, (field,), "new")
        for i in range(number)
    ]
    delete = Change(Action.DELETE, Address("Notification", "", "old"), None, None, (field,))
    return Plan(changes=(*updates, delete), refusals=(Refusal(None, "too many"),))


@BOTH
@pytest.mark.parametrize("number", [0, 30, 300, 10_000])
def test_what_falls_out_is_named_and_counted(name: str, number: int) -> None:
    """It stays within its bytes, tells how many of what are not shown, and begins with dangers."""
    began = time.monotonic()
    said = written(plans.told(_many(number)), name)
    limit = {"markdown": 60 * 1024, "bitbucket": 32 * 1024}[name]

    assert len(said.encode()) <= limit
    assert "`Notification/old`" in "\n".join(lines_of(said))
    shown = said.count("```diff")
    left = sum(map(int, re.findall(r"(\d+) × ", said)))
    assert shown + left == number + 1
    assert time.monotonic() - began < 30
    if number == 10_000:
        assert re.search(
            r"\d+ not shown for their length: \d+ × create of Dashboard, \d+ × up", said
        )
        assert len(said.encode()) > limit * 0.95


def test_the_first_line_is_enough() -> None:
    """It says of whom it is, what would be lost, what is not known, and that it is refused."""
    first = written(plans.told(plans.BUSY)).splitlines()[0]

    for words in ("acme", "1 to delete", "1 to replace", "3 secret values", "1 value not known"):
        assert words in first
    assert "refused for 1 reason" in first


def test_nothing_to_do_is_one_line_and_a_marker() -> None:
    """Nobody reads more of it."""
    first, empty, marker = written(plans.told(plans.EMPTY)).splitlines()

    assert "Nothing to do: 2 objects are as declared." in first
    assert (empty, marker) == ("", f"<!-- reconciler:plan {plans.WHERE} -->")


def test_markers_tell_purposes_and_organizations_apart() -> None:
    """So that a bot edits the comment that it wrote."""
    told = plans.told(plans.BUSY)
    others = (
        replace(told, organization="https://beta.test"),
        replace(told, fingerprint=None),
        replace(told, subject=Subject.DRIFT),
        replace(told, subject=Subject.APPLY),
    )
    markers = {written(each).splitlines()[-1] for each in (told, *others)}

    assert len(markers) == 5
    fewer = replace(told, plan=plans.EMPTY)
    assert written(fewer).splitlines()[-1] == written(told).splitlines()[-1]


def test_a_short_plan_is_open_and_a_long_one_is_folded() -> None:
    """Nobody clicks for three lines, or scrolls past a thousand."""
    assert "<details open>" in written(plans.told(plans.BUSY))
    assert "<details open>" not in written(plans.told(_many(30)))


def test_gaps_between_fields_are_marked() -> None:
    """What is between two fields that are shown, and stays, is counted."""
    kind = KINDS["Dashboard"]
    spec = kind.declared({"metadata": {"name": "b", "title": "t"}, "spec": {"widgets": []}})
    address = Address("Dashboard", "", "b")
    live = Live(address, "1", spec)
    fields = (FieldChange("a", 1, 2), FieldChange("zz", 1, 2))
    change = Change(Action.UPDATE, address, None, live, fields)
    said = written(plans.told(Plan(changes=(change,))))

    assert re.search(r"\n- 1\n\+ 2\n  ⋯ \d+ unchanged fields? ⋯\n  zz\n", said)


def test_how_to_apply_exactly_this() -> None:
    """With all that the plan was asked for, safe to paste; and why there is no such line."""
    told = plans.told(replace(plans.BUSY, refusals=()), fingerprint="7e609b6fe2cc9e9d")
    words = ("reconciler", "apply", "--target", "Secret/it's")
    said = written(replace(told, apply=words))

    line = "reconciler apply --expect 7e609b6fe2cc9e9d --target 'Secret/it'\"'\"'s'"
    assert f"```sh\n{line}\n```" in said
    assert "--expect" not in written(plans.told(plans.BUSY, fingerprint="7e609b6fe2cc9e9d"))
    assert "It has no fingerprint: it writes secret values" in written(
        replace(told, fingerprint="")
    )
    assert "fingerprint" not in written(replace(told, fingerprint=None))


def test_what_was_not_applied_says_so() -> None:
    """Refused, or not agreed to."""
    told = plans.told(plans.BUSY, Subject.APPLY)

    assert written(told).startswith("### Not applied to `https://acme")
    done = replace(told, outcomes=(Outcome(plans.DELETE, plans.OUTCOMES[0].result),))
    assert written(done).startswith("### Applied to `https://acme")


def test_problems_of_manifests() -> None:
    """One list, each at its place."""
    said = written(Validation(problems=plans.PROBLEMS, objects=0))

    assert said.startswith("### Manifests: not valid; 2 errors and 1 warning in 2 files.\n")
    assert "- `b.yml:4:7`: error: unknown key 'nmae'; did you mean 'name'?" in said
