"""What tokens need, for people, as roles to paste, and as JSON for programs."""

import json
from typing import Final

from reconciler.model.permissions import Needs, Role, Use
from reconciler.render.machine import Document
from reconciler.render.palette import Palette, Tone, plain
from reconciler.render.words import count

_TITLES: Final = {
    Use.PLAN: "To plan them",
    Use.APPLY: "To apply them, beside what a plan needs",
    Use.DRIFT: "To see what no manifest declares (drift, list, export), beside what a plan needs",
}
_ABOUT: Final = {
    Use.PLAN: "Plans manifests",
    Use.APPLY: "Applies manifests",
    Use.DRIFT: "Sees what no manifest declares, too",
}


def text(needs: Needs, objects: int, palette: Palette = plain) -> str:
    width = max((len(need.permission) for need in needs.permissions), default=0)
    lines = [f"For {count(objects, 'object')} in manifests."]
    for use, title in _TITLES.items():
        found = [need for need in needs.permissions if need.use is use]
        lines += ["", palette(f"{title}:", Tone.STRONG)]
        lines += [f"  {n.permission.ljust(width)}  {'; '.join(n.why)}" for n in found]
        lines += [] if found else ["  nothing"]
    lines += ["", palette("As roles, each the body of a POST to /api/v1alpha/roles:", Tone.STRONG)]
    used = {need.use for need in needs.permissions} | {Use.PLAN}
    lines += [json.dumps(_role(role)) for role in needs.roles() if role.use in used]
    if needs.projects:
        lines += ["", f"Those of projects are to be given in: {', '.join(needs.projects)}."]
    return "\n".join(lines) + "\n"


def document(needs: Needs, objects: int) -> Document:
    """Describe the same.

    ``objects`` declared; ``permissions``: each with ``permission``, the least ``use`` that needs it
    (plan, which the others need, too; apply, drift) and ``why``; ``projects`` in which those of
    projects are needed; ``roles``: by use, bodies for the API.
    """
    roles: dict[str, list[Document]] = {use.value: [] for use in Use}
    for role in needs.roles():
        roles[role.use].append(_role(role))
    return {
        "objects": objects,
        "permissions": [
            {"permission": need.permission, "use": need.use.value, "why": list(need.why)}
            for need in needs.permissions
        ],
        "projects": list(needs.projects),
        "roles": roles,
    }


def _role(role: Role) -> Document:
    return {
        "name": role.name,
        "scope": role.scope,
        "description": _ABOUT[role.use],
        "permissions": list(role.permissions),
    }
