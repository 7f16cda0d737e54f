"""Which artifacts of a project its retention policy deletes, and when (C 4.2)."""

import re
from collections.abc import Iterator

from reconciler.kinds.artifacts_retention_policy import KIND, ArtifactsRetentionPolicy
from reconciler.kinds.patterns import matches
from reconciler.model import DesiredState, Place, Problem, Severity, Spec
from reconciler.planning.overlay import overlay

_PREFIX = "artifacts/projects/**"  # what the server puts before a selector of the project's level
_LONGEST = "12 years"  # the most there is
_PARTS = re.compile(r"(?P<folders>(?<![^/])\*\*(?:/|$))|\*+|\?|\[[^]/]+\]|\{|\}|,|\\.|.", re.DOTALL)


def warnings(
    state: DesiredState, live: ArtifactsRetentionPolicy, project: str, path: str, where: str
) -> Iterator[Problem]:
    """Tell that the policy of a project, as it will be, deletes the ledger among its artifacts.

    ``live``: the one it has. ``path``: of the ledger, as the store names it,
    ``artifacts/projects/…``; ``where``: as it was given.
    """
    address = KIND.address("", project)
    declared = state.objects.get(address)
    policy: Spec = live
    if declared and not declared.rules.absent:  # a policy that must not exist stays all the same
        policy = overlay(live, declared.spec, declared.rules.ignore).spec
    assert isinstance(policy, ArtifactsRetentionPolicy)  # noqa: S101 — so are both
    rules = policy.spec.project_level_retention_policies
    reaching = ((i, r) for i, r in enumerate(rules) if _matches(r.selector, path))
    at, rule = next(reaching, (0, None))
    if rule is None or rule.age == _LONGEST:
        return
    text = (
        f"{address}: deletes the ledger, which is {path}, {rule.age} after the last run "
        f"that wrote it, by the selector {rule.selector!r}; put one for the ledger before "
        "it, with a long age"
    )
    field = f"spec.project_level_retention_policies.{at}.selector"
    yield Problem(declared.place_of(field) if declared else Place(where), text, Severity.WARNING)


def _matches(selector: str, path: str) -> bool:
    """Whether a selector means a path, by the rules of Go's doublestar; a broken one means none.

    So does one that takes too many steps: it is a manifest's, and must not hold up everything.
    """
    depth = 0

    def translated(found: re.Match[str]) -> str:
        nonlocal depth
        part = found[0]
        depth += {"{": 1, "}": -1}.get(part, 0)
        match part:
            case _ if found["folders"]:
                return r"(?:[^/]+/)*" if part.endswith("/") else ".*"
            case "?":
                return "[^/]"
            case "{" | "}" | ",":
                return {"{": "(?:", "}": ")", ",": "|" if depth else ","}[part]
            case _ if part[0] == "*":
                return "[^/]*"
            case _ if part[0] == "[" and len(part) > 1:
                return part.replace("[!", "[^", 1)
            case _:
                return re.escape(part[-1])

    return matches(rf"(?s)\A(?:{_PARTS.sub(translated, _PREFIX + selector)})\z", path)
