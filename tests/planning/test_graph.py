"""What refers to a project that is created again is changed after that."""

from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.kind import settle
from reconciler.model import Action, Address, Change, Live
from reconciler.model.literal import literal
from reconciler.planning import waits

_PROJECT = Address("Project", "", "api")
_BOARD = Address("Dashboard", "", "main")


def _live(address: Address, id_: str, body: dict[str, Any]) -> Live:
    return Live(address, id_, settle(KINDS[address.kind].observed(body)))


def test_a_lost_id_is_waited_for() -> None:
    """By then the dashboard shows the id instead of the name, as it was planned."""
    repository = {"url": "git@github.com:acme/api.git"}
    body = {"metadata": {"name": "api"}, "spec": {"repository": repository}}
    widget = {"type": "list_pipelines", "filters": {"project_id": literal("old-id")}}
    board = {"metadata": {"name": "main"}, "spec": {"widgets": [widget]}}
    anew = Change(Action.REPLACE, _PROJECT, None, _live(_PROJECT, "old-id", body))
    change = Change(Action.UPDATE, _BOARD, None, _live(_BOARD, "b1", board))
    assert waits([change, anew]) == {_PROJECT: (), _BOARD: (_PROJECT,)}
