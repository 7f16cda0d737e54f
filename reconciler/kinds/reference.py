"""What a schedule runs on: a branch, a tag or a pull request (A 9, A 10)."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from reconciler.kinds.api import Body
from reconciler.kinds.fields import OneOf, declared_only
from reconciler.kinds.git_names import not_a_ref
from reconciler.model import Spec

_REFERENCE = re.compile(r"refs/(?:(heads|tags)/(.*)|pull/(.+)/head)", re.DOTALL)
_TYPES = {"heads": "BRANCH", "tags": "TAG"}
_WIDTH = 255
"""Of the scheduler's column (A 11)."""


def _check_reference(name: str) -> None:
    if not name.strip():
        raise ValueError("must not be blank")
    if _REFERENCE.fullmatch(name):  # it would be put behind another refs/heads/ (A 10)
        said = read_reference(name)
        raise ValueError(
            f"{name!r} would never match: write `type: {said['type']}, name: {said['name']}`"
        )
    if len(f"refs/heads/{name}") > _WIDTH:
        raise ValueError(f"is longer than {_WIDTH} characters, refs/heads/ included")


class Reference(Spec):
    type: Annotated[str, OneOf("BRANCH", "TAG", "PR", fold=str.upper)]
    name: Annotated[str, declared_only(_check_reference)]

    def doubts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        if self.type != "PR" and (wrong := not_a_ref(self.name)):
            yield ("name",), f"{self.name!r} can't be there: {wrong}"


NO_BRANCH = Reference(type="BRANCH", name="")


def read_reference(full: str) -> Body:
    """Turn ``refs/tags/v1`` into ``{type: TAG, name: v1}``; a bare name is a branch."""
    found = _REFERENCE.fullmatch(full)
    if not found:
        return {"type": "BRANCH", "name": full}
    if found[1]:
        return {"type": _TYPES[found[1]], "name": found[2]}
    return {"type": "PR", "name": found[3]}


def write_reference(reference: Any) -> str:
    """Return what a project's task wants as ``branch``: bare name, or a full ref (A 2.2)."""
    if reference.type == "BRANCH":
        return str(reference.name)
    if reference.type == "TAG":
        return f"refs/tags/{reference.name}"
    return f"refs/pull/{reference.name}/head"


def branch_of(said: Body) -> str:
    """Return the same of ``{type: …, name: …}``."""
    return write_reference(Reference.model_construct(**said))


def with_branch(section: Body) -> Body:
    """Say what a schedule runs on in the older word, too."""
    spec = section.get("spec", {})
    if "reference" not in spec:
        return section
    return section | {"spec": spec | {"branch": branch_of(spec["reference"])}}


def with_reference(spec: Body) -> Body:
    """Replace ``branch``, the older word, by the ``reference`` it stands for; null is null.

    Raises:
        ValueError: both are there and name different things, or it is no text; and where.
    """
    said, branch = "branch" in spec, spec.pop("branch", None)
    if branch is not None and not isinstance(branch, str):
        raise ValueError("branch must be text", "spec.branch")
    if branch:
        named = read_reference(branch)
        written = spec.get("reference")
        if isinstance(written, dict) and _folded(written) != named:
            raise ValueError(
                f"branch {branch!r} and reference name different things; keep one of them"
            )
        spec["reference"] = named
    elif said and branch is None:
        spec.setdefault("reference", None)
    return spec


def _folded(reference: Body) -> Body:
    return {"type": str(reference.get("type", "")).upper(), "name": reference.get("name")}
