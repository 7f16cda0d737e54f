"""Where an object of a kind is: paths and parameters, from the kind's facts."""

from typing import Any

from reconciler.kinds import Kind
from reconciler.model import Spec
from reconciler.remote.order import segment


def collection(kind: Kind, project_id: str) -> tuple[str, dict[str, str]]:
    """Return path and parameters of a kind's listing."""
    path = kind.api.path.replace("{project}", segment(project_id) if project_id else "")
    params = {key: value.format(project=project_id) for key, value in kind.api.params.items()}
    return path, params


def item(kind: Kind, by: str, *, id_: str, name: str, project_id: str) -> str:
    """Return the path of one object, addressed ``by`` its id, name or project."""
    path, _ = collection(kind, project_id)
    if not by:
        return path
    key = {"id": id_, "name": name, "project": project_id}[by]
    return f"{path}/{segment(key)}"


def place(kind: Kind, project_id: str, id_: str, name: str) -> str:
    """Return the path at which an object was found, that of the list for one by its name."""
    if id_ or kind.api.item != "id":
        return item(kind, kind.api.item, id_=id_, name=name, project_id=project_id)
    return collection(kind, project_id)[0]


def with_at(spec: Spec, path: str, value: Any) -> Spec:
    """Return the value with one field exchanged."""
    name, _, rest = path.partition(".")
    return spec.having({name: with_at(getattr(spec, name), rest, value) if rest else value})


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Set what stands at a dotted path of a JSON object."""
    *above, last = path.split(".")
    for key in above:
        body = body.setdefault(key, {})
    body[last] = value
