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
    homes = _homes(base, ahead)
    declared = ((_at_home(desired, homes), desired) for desired in ahead.objects.values())
    new = {
        before.address: replace(before, rules=Rules(), entry=False)
        for before, desired in declared
        if not ({desired.address, before.address, before.former} & base.objects.keys())
        and not desired.rules.absent
    }
    kept = {address: desired for address, desired in new.items() if _keeps(desired.spec)}
    needed = projects_named(DesiredState(kept))
    return {a: d for a, d in new.items() if a in kept or (a.kind == "Project" and a.name in needed)}


def with_kept(base: DesiredState, ahead: DesiredState) -> DesiredState:
    """Return ``base`` with the items of its objects of which ``ahead`` keeps the live values."""
    objects, homes = dict(base.objects), _homes(base, ahead)
    for desired in ahead.objects.values():
        former = _at_home(desired, homes).former
        before = objects.get(former)
        if before and not desired.rules.absent and _keeps(desired.spec):
            spec = normal(_joined(before.spec, desired.spec))
            objects[former] = replace(before, spec=spec)
    return replace(base, objects=objects)


def _homes(base: DesiredState, ahead: DesiredState) -> dict[str, str]:
    """Return the names that projects have in ``base``, by those that ``ahead`` gives them."""
    return {
        address.name: desired.former.name
        for address, desired in ahead.objects.items()
        if address.kind == "Project"
        and address not in base.objects
        and desired.former in base.objects
    }


def _at_home(desired: Desired, homes: Mapping[str, str]) -> Desired:
    """Return the same in the project as that is called in the base."""
    address = desired.address
    home = homes.get(address.project, address.project)
    return replace(desired, address=replace(address, project=home))


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
