"""What manifests leave where it is: it was there before them, whatever declared it then."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds.kind import normal
from reconciler.model import Address, Desired, DesiredState, Rules, Spec
from reconciler.model.items import by_key
from reconciler.model.secrets import holding, sealed_in
from reconciler.planning.scope import projects_named


def brought(base: DesiredState, ahead: DesiredState) -> Mapping[Address, Desired]:
    """Return what ``ahead`` declares, and ``base`` does not, and can't but be there already.

    Nobody can make what keeps the live value of a secret. With it, the projects that it needs.
    """
    new = {
        address: replace(desired, rules=Rules(), entry=False)
        for address, desired in ahead.objects.items()
        if not (address in base.objects or desired.former in base.objects or desired.rules.absent)
    }
    kept = {address: desired for address, desired in new.items() if _keeps(desired.spec)}
    needed = projects_named(DesiredState(kept))
    return {a: d for a, d in new.items() if a in kept or (a.kind == "Project" and a.name in needed)}


def with_kept(base: DesiredState, ahead: DesiredState) -> DesiredState:
    """Return ``base`` with the items of its objects of which ``ahead`` keeps the live values."""
    objects = dict(base.objects)
    for desired in ahead.objects.values():
        before = objects.get(desired.former)
        if before and not desired.rules.absent and _keeps(desired.spec):
            spec = normal(_joined(before.spec, desired.spec))
            objects[desired.former] = replace(before, spec=spec)
    return replace(base, objects=objects)


def _keeps(value: Any) -> bool:
    return any(sealed.is_kept for _, sealed in sealed_in(value))


def _joined(spec: Spec, ahead: Spec) -> Spec:
    changes: dict[str, Any] = {}
    for name in holding(type(spec)):
        mine, theirs = getattr(spec, name), getattr(ahead, name)
        if isinstance(mine, Spec) and isinstance(theirs, Spec):
            joined = _joined(mine, theirs)
            changes |= {name: joined} if joined is not mine else {}
        elif isinstance(theirs, tuple):
            known = by_key(mine or ())
            more = [i for key, i in by_key(theirs).items() if key not in known and _keeps(i)]
            changes |= {name: (*(mine or ()), *more)} if more else {}
    return spec.having(changes)
