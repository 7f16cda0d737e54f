"""The first values of a target are a change made here: nobody touched what had none."""

from pathlib import Path

import pytest

from tests.safety.conftest import House
from tests.safety.samples import project

TARGET = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: t, project_id_or_name: api}
spec: {bookmark_parameter1: B%s}
"""
FIRST = {
    "env_vars": ", env_vars: [{name: A, value: v}]",
    "files": ", files: [{path: /f, content: dGhl}]",
    "both": ", env_vars: [{name: A, value: v}], files: [{path: /f, content: dGhl}]",
}


@pytest.mark.parametrize("adopted", [False, True])
@pytest.mark.parametrize("first", FIRST)
def test_first_values(house: House, first: str, *, adopted: bool) -> None:
    """Of all that is new the plan says so."""
    house.write("p.yml", project("api"))
    house.write("t.yml", TARGET % "")
    house.apply()
    if adopted:
        Path(house.ledger).unlink()
        house.apply()
    house.write("t.yml", TARGET % FIRST[first])
    (change,) = house.plan().changes
    assert {field.cause for field in change.fields} == {"changed here"}
    assert change.reason == "changed here"
