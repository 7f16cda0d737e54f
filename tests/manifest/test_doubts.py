"""What is right by every rule and hardly meant: a warning at its place, and the same object."""

from collections.abc import Callable

import pytest

from reconciler.manifest import Loaded
from reconciler.model import Spec

Refused = Callable[[str], list[str]]
Accepted = Callable[[str], Loaded]

SCHEDULE = """\
apiVersion: v1.2
kind: Schedule
metadata: {name: nightly}
spec:
  project: api
  recurring: %s
  at: "%s"
  reference: {type: BRANCH, name: main}
  pipeline_file: n.yml
  parameters: [%s]
"""
PROJECT = """\
apiVersion: v1alpha
kind: Project
metadata: {name: api}
spec:
  repository: {url: git@github.com:acme/api.git}
  tasks:
  - name: nightly
    scheduled: true
    at: 0 0 30 2 *
    branch: main
    pipeline_file: n.yml
    parameters:
    - {name: A, required: false}
    - {name: TARGET ENV, required: true}
"""
NOTIFICATION = """\
apiVersion: v1alpha
kind: Notification
metadata: {name: ops}
spec:
  rules:
  - name: r
    filter: {states: [%s]}
    notify: {slack: {endpoint: "https://x.test"}}
"""
TARGET = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: prod, project_id_or_name: api}
spec:
  subject_rules:
  - {type: %s, subject_id: builders}
"""


RULES = TARGET.partition("  subject_rules")[0] + "  object_rules: [%s]\n"


def _warnings(loaded: Loaded) -> list[str]:
    assert len(loaded.state.objects) > 0
    return [str(problem) for problem in loaded.warnings]


def _spec(loaded: Loaded) -> Spec:
    (desired,) = loaded.state.objects.values()
    return desired.spec


def _schedule(at: str, parameters: str = "", recurring: str = "true") -> str:
    return SCHEDULE % (recurring, at, parameters)


@pytest.mark.parametrize("at", ["0 0 31 2 *", "0 0 30 feb *", "0 0 31 4,6,9,11 *", "@reboot"])
def test_a_day_that_never_comes(accepted: Accepted, at: str) -> None:
    """Semaphore takes it and starts nothing."""
    assert _warnings(accepted(_schedule(at))) == [
        f"m.yml:7:3: warning: spec.at: {at!r} is never: no day fits it, so nothing is ever started"
    ]


def test_days_that_have_to_fit_both(accepted: Accepted) -> None:
    """Who knows other crons expects each 13th, and each Friday."""
    assert _warnings(accepted(_schedule("0 0 13 * 5"))) == [
        (
            "m.yml:7:3: warning: spec.at: '0 0 13 * 5' is only when day of the month and day of "
            "the week both fit, as Semaphore reads it; elsewhere one of them is enough"
        )
    ]


@pytest.mark.parametrize("at", ["0 0 29 2 *", "0 0 13 * *", "0 0 * * 5", "@daily", "*/5 * * * *"])
def test_usual_days(accepted: Accepted, at: str) -> None:
    """Not a word about them; nor about a time that starts nothing."""
    assert _warnings(accepted(_schedule(at))) == []
    assert _warnings(accepted(_schedule("0 0 31 2 *", recurring="false"))) == []


@pytest.mark.parametrize(
    ("parameter", "problem"),
    [
        (
            "{name: A, required: true}",
            (
                ".A.required: there is no default_value, and nobody to give one when this starts "
                "by itself"
            ),
        ),
        (
            "{name: A, default_value: x, options: [a, b]}",
            ".A.default_value: 'x' is none of the options",
        ),
        ("{name: A, options: [a, b, a]}", ".A.options: 'a' is there twice"),
        (
            "{name: A, options: [a1, b], validate_input_format: true, regex_pattern: '^a'}",
            ".A.options: 'b' does not match regex_pattern, so it can't be chosen",
        ),
        (
            "{name: 1-b}",
            (
                ".1-b.name: '1-b' can't be the name of a variable, so no job can read its value: "
                "letters, digits and underscores, not starting with a digit"
            ),
        ),
    ],
)
def test_parameters(accepted: Accepted, parameter: str, problem: str) -> None:
    """What a run can't have, or nobody can choose."""
    assert [
        text.partition(": warning: ")[2]
        for text in _warnings(accepted(_schedule("@daily", parameter)))
    ] == [f"spec.parameters{problem}"]


def test_a_required_value_is_given_by_who_starts_it(accepted: Accepted) -> None:
    """Nothing is wrong with it where somebody starts the schedule by hand, or has a default."""
    assert _warnings(accepted(_schedule("", "{name: A, required: true}", recurring="false"))) == []
    given = "{name: A, required: true, default_value: x, options: [x]}"
    assert _warnings(accepted(_schedule("@daily", given))) == []


def test_tasks_of_a_project(accepted: Accepted) -> None:
    """They are schedules, and are spelled as they are written."""
    assert _warnings(accepted(PROJECT)) == [
        (
            "m.yml:9:5: warning: spec.tasks.nightly.at: '0 0 30 2 *' is never: no day fits it, so "
            "nothing is ever started"
        ),
        (
            "m.yml:14:8: warning: spec.tasks.nightly.parameters[TARGET ENV].name: 'TARGET ENV' "
            "can't be the name of a variable, so no job can read its value: letters, digits and "
            "underscores, not starting with a digit"
        ),
        (
            "m.yml:14:26: warning: spec.tasks.nightly.parameters[TARGET ENV].required: there is no "
            "default_value, and nobody to give one when this starts by itself"
        ),
    ]


def test_states_of_a_filter(accepted: Accepted, refused: Refused) -> None:
    """Words that Semaphore does not know it drops; those that it knows make it crash (B 4.1)."""
    loaded = accepted(NOTIFICATION % "done")
    assert _warnings(loaded) == [
        (
            "m.yml:7:14: warning: spec.rules.r.filter.states: Semaphore drops 'done', and never "
            "looks at states; remove it"
        )
    ]
    assert _spec(loaded) == _spec(accepted(NOTIFICATION % ""))
    assert refused(NOTIFICATION % "done, FINISHED") == [
        (
            "m.yml:7:14: error: spec.rules.r.filter.states: remove 'FINISHED': Semaphore crashes "
            "on it and never looks at states"
        )
    ]


@pytest.mark.parametrize("word", ["GROUP", "group"])
def test_a_rule_for_a_group(refused: Refused, word: str) -> None:
    """Semaphore keeps it and lets nobody deploy because of it (C 1.5)."""
    assert refused(TARGET % word) == [
        (
            "m.yml:6:6: error: spec.subject_rules.0.type: Semaphore keeps a rule for a GROUP and "
            "never looks at it, so nobody in the group may deploy: name a ROLE that they "
            "have, or each USER"
        )
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            NOTIFICATION.replace("states: [%s]", "branches: [main, feature/*]"),
            (
                "spec.rules.r.filter.branches: 'feature/*' matches nothing: git allows no '*' in a "
                "name; a pattern is written between slashes, like /^feature/.*$/"
            ),
        ),
        (
            NOTIFICATION.replace("states: [%s]", "tags: [/v.*/, '/v1']"),
            (
                "spec.rules.r.filter.tags: '/v1' matches nothing: no name of a branch or tag "
                "begins or ends with a slash, or has two in a row"
            ),
        ),
        (
            RULES % "{type: TAG, match_mode: EXACT, pattern: v1.*}",
            (
                "spec.object_rules.0.pattern: 'v1.*' matches nothing: git allows no '*' in a name; "
                "a pattern has match_mode REGEX, like ^v1\\..*$"
            ),
        ),
        (
            SCHEDULE.replace("name: main}", "name: a b}") % ("false", "", ""),
            (
                "spec.reference.name: 'a b' can't be there: git allows no ' ' in the name of a "
                "branch or tag"
            ),
        ),
    ],
)
def test_names_that_git_has_not(accepted: Accepted, text: str, problem: str) -> None:
    """Semaphore takes them everywhere; they are of nothing, wherever they stand."""
    assert [each.partition(": warning: ")[2] for each in _warnings(accepted(text))] == [problem]


@pytest.mark.parametrize(
    "rule",
    [
        "{type: PR, match_mode: EXACT, pattern: a b}",
        "{type: BRANCH, match_mode: ALL, pattern: '*'}",
        "{type: BRANCH, match_mode: REGEX, pattern: '.*'}",
        "{type: BRANCH, match_mode: EXACT, pattern: feature/x}",
    ],
)
def test_what_is_no_name_of_a_branch(accepted: Accepted, rule: str) -> None:
    """Titles of pull requests, patterns, and what nobody looks at."""
    assert _warnings(accepted(RULES % rule)) == []


def test_what_must_not_exist_is_not_doubted(accepted: Accepted) -> None:
    """Only its name counts."""
    assert _warnings(accepted(_schedule("0 0 31 2 *") + "reconciler: {absent: true}\n")) == []
