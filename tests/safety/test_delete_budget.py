"""Deleting: never much, unless told how much."""

import pytest

from reconciler.errors import PlanRefused
from tests.safety.conftest import House
from tests.safety.samples import dashboard, documents, project, schedule, secret


def test_budget_of_deletes(house: House) -> None:
    """More than ten deletes are refused, with the words that allow them, and nothing is written."""
    house.write("a.yml", documents(*(dashboard(f"d{n:02}") for n in range(12))))
    house.apply()
    house.write("a.yml", dashboard("d00"))
    before = house.writes()
    with pytest.raises(PlanRefused, match="--max-deletes 11"):
        house.apply(prune=True)
    assert house.writes() == before
    house.apply(prune=True, max_deletes=11)
    assert house.plan(prune=True).changes == ()


def test_budget_of_a_kind(house: House) -> None:
    """More than 30 % of the managed objects of a kind are refused, below ten deletes too."""
    house.write("a.yml", documents(*(dashboard(f"d{n:02}") for n in range(10))))
    house.apply()
    house.write("a.yml", documents(*(dashboard(f"d{n:02}") for n in range(6))))
    refusals = house.plan(prune=True).refusals
    assert "more than 30 % of the 10 managed" in refusals[0].text
    house.write("a.yml", documents(*(dashboard(f"d{n:02}") for n in range(7))))
    assert house.plan(prune=True).refusals == ()


def test_the_budget_that_is_told_is_enough(house: House) -> None:
    """Too much of one kind, and something of another: the number is that of all deletes."""
    boards = [dashboard(f"d{n:02}") for n in range(10)]
    house.write("a.yml", documents(*boards, secret("s")))
    house.apply()
    house.write("a.yml", documents(*boards[:6]))
    (refusal,) = house.plan(prune=True).refusals
    assert refusal.text.endswith("; to allow it: --max-deletes 5")
    assert house.plan(prune=True, max_deletes=5).refusals == ()
    (refusal,) = house.plan(prune=True, max_deletes=0, target=("Secret/s",)).refusals
    assert refusal.text.startswith("1 object would be deleted or replaced, at most 0 are allowed")


def test_a_project_is_as_many_deletes_as_we_manage_in_it(house: House) -> None:
    """One step that takes eleven of our objects along is no small one."""
    house.write("a.yml", documents(project("api"), *(schedule("api", f"s{n}") for n in range(10))))
    house.apply()
    house.write("a.yml", project("api") + "reconciler: {absent: true}\n")
    planned = house.plan()
    assert [str(change.address) for change in planned.changes] == ["Project/api"]
    assert "11 objects would be deleted" in planned.refusals[0].text
    assert house.plan(max_deletes=11).refusals == ()
