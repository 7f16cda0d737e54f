"""What the four kinds behind the gateway share (B 1): envelope, revision, paging."""

from reconciler.kinds.api import Body, Item, plain
from reconciler.model import Spec


def encode_whole(item: Item, before: Item | None) -> Body:  # noqa: ARG001 — the update replaces
    """Return the body of a create or update: always the whole object (B 8)."""
    body = plain(item.spec)
    assert isinstance(body, dict)  # noqa: S101 — a Spec is an object
    return body


def item_of(body: Body, spec: Spec, *, fixed: bool = False) -> Item:
    """Return the item of an answer whose facts sit in ``metadata``."""
    metadata = body["metadata"]
    return Item(
        spec=spec,
        id=metadata["id"],
        name=metadata["name"],
        project=metadata.get("project_id_or_name", ""),  # always its id (B 2.1)
        fixed=fixed,
        revision=str(metadata.get("update_time", "")),
    )
