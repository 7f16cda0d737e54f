"""What a request to run a project says (D 10.2)."""

from typing import Any

from reconciler.embedded.params import Params
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.runs.repository import DEFAULT_PATH
from reconciler.embedded.runs.starting import Request, TriggeredBy
from reconciler.embedded.store import World
from reconciler.embedded.verification import internal_error, refused

_NO_BRANCH = (
    "{:ppl_req, #Ecto.Changeset<action: :insert, changes: %{}, errors: [branch_name: "
    '{"can\'t be blank", [validation: :required]}], data: '
    "#Ppl.PplRequests.Model.PplRequests<>, valid?: false>}"
)


def request(world: World, project_id: str, params: Params) -> Request:
    reference = _text(params, "reference")
    parameters = _parameters(params.get("parameters"))
    commit_sha, pipeline_file = _text(params, "commit_sha"), _text(params, "pipeline_file")
    if not reference:
        raise refused(400, _NO_BRANCH)
    return Request(
        project_id=project_id,
        reference=Reference.of(reference),
        requester_id=world.user_id,
        triggered_by=TriggeredBy.API,
        commit_sha=commit_sha,
        pipeline_file=pipeline_file or DEFAULT_PATH,
        parameters=parameters,
    )


def _text(params: Params, name: str) -> str:
    value = params.get(name, "")
    if not isinstance(value, str):
        raise internal_error()
    return value


def _parameters(given: Any) -> dict[str, str]:
    """Null values are blank, other values have to be text."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise internal_error()
    values = {name: "" if value is None else value for name, value in given.items()}
    if not all(isinstance(value, str) for value in values.values()):
        raise internal_error()
    return values
