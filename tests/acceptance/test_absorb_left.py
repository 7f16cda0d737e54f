"""What drift --absorb leaves as it is said, and why; and what it does not leave."""

import json
from pathlib import Path

from tests.acceptance.conftest import Program
from tests.acceptance.renaming import House


def with_title(house: House, title: str) -> str:
    return house.doc("other").replace("name: other", f"name: other, title: {title}")


def test_renamed_outside_is_left_and_the_rest_is_written(local: Program, place: Path) -> None:
    """The exit code does not say that nothing was written; the reason says what can be."""
    house = House(local, place)
    house.applied(house.doc("before"), with_title(house, "ours"))
    house.others_rename("before", "after")
    house.others(with_title(house, "theirs"))
    ran = local("drift", "m.yml", "--absorb", "--auto-approve", "--format", "json")

    assert ran.code == 2, ran
    assert "not all could be compared" in ran.err
    said = json.loads(ran.out)["absorbed"]
    assert said["written"] is True
    (left,) = said["left"]
    assert (left["address"], left["file"], left["line"]) == ("Dashboard/before", "m.yml", 5)
    assert "renamed outside, and is Dashboard/after now" in left["why"]
    text = (place / "m.yml").read_text()
    assert with_title(house, "theirs") in text
    assert house.doc("before") in text
    ran = local("drift", "m.yml", "--absorb", "Dashboard/other", "--auto-approve")
    assert (ran.code, "Stays as it is said" in ran.out) == (2, False), ran
