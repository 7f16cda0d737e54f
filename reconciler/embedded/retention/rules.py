"""What a retention policy may say, checked in the order of the real server (C 4.4)."""

from dataclasses import dataclass
from typing import Any

from reconciler.embedded.params import Params
from reconciler.embedded.replies import Crash
from reconciler.embedded.retention.ages import crashes, to_seconds, verify_age
from reconciler.embedded.verification import is_present, refused, verify

LEVELS = (
    "project_level_retention_policies",
    "workflow_level_retention_policies",
    "job_level_retention_policies",
)
_MOST_RULES = 10
_LONGEST_SELECTOR = 100


@dataclass(frozen=True)
class Rule:
    selector: str
    seconds: int


Levels = dict[str, list[Rule]]


def read(params: Params) -> Levels:
    """The three levels of a request; an omitted or null one is empty (C 4.2)."""
    verify(
        any(isinstance(params.get(level), list) and params[level] for level in LEVELS),
        "at least one retention policy configuration must be defined",
    )
    return {level: _read_level(params.get(level)) for level in LEVELS}


def verify_limits(levels: Levels) -> None:
    """The artifact service's own checks, late and after the authorisation."""
    for rules in levels.values():
        if len(rules) > _MOST_RULES:
            raise refused(400, "retention policy must have less than 10 rules")
        if any(len(rule.selector.encode()) > _LONGEST_SELECTOR for rule in rules):
            raise refused(400, "retention policy selector length must be less than 100 long")


def _read_level(given: Any) -> list[Rule]:
    if given is None or given == {}:
        return []
    if not isinstance(given, list):
        raise Crash("a level is no list")
    # Null counts as an object without keys. All the shapes come before any of the sentences.
    rules = [{} if rule is None else rule for rule in given]
    if not all(_readable(rule) for rule in rules):
        raise Crash("a rule cannot be read")
    return [_read_rule(rule) for rule in rules]


def _readable(rule: Any) -> bool:
    """Whether all the checks of a rule can be computed: they are, even when the first fails."""
    if not isinstance(rule, dict):
        return False
    age = rule.get("age")
    return not isinstance(age, (dict, list)) and not (isinstance(age, str) and crashes(age))


def _read_rule(rule: dict[str, Any]) -> Rule:
    selector, age = rule.get("selector"), rule.get("age")
    verify(is_present(selector), "the 'selector' filed must be a non-empty string")
    verify(
        is_present(age),
        "the 'age' fields must be a string, valid examples: "
        "5 days, 1 week, 2 weeks, 3 months, 4 years",
    )
    verify_age(str(age))
    return Rule(str(selector), to_seconds(str(age)))
