"""Subject and object rules of deployment targets in the embedded Semaphore (C 1.5, C 1.6)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.embedded.people import storage as people
from tests.embedded.target_calls import NOBODY, Calls, refusal

ANY = {"type": "ANY", "subject_id": ""}
LOGIN = people.LOGIN
CRASH = "Something went wrong"


@pytest.fixture
def calls(semaphore: Any) -> Calls:
    return Calls.of(semaphore)


def role_id(calls: Calls, name: str) -> str:
    role = people.role_by(calls.semaphore.embedded.world, name)
    assert role is not None
    return str(role["id"])


def user_id(calls: Calls) -> str:
    return str(calls.semaphore.embedded.world.user_id)


def object_rule(kind: Any = "BRANCH", mode: Any = "ALL", pattern: Any = "") -> dict[str, Any]:
    return {"type": kind, "match_mode": mode, "pattern": pattern}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (None, [ANY]),
        ([], []),
        ([{"type": "any"}], [ANY]),
        ([{"type": 4}], [ANY]),
        ([{"type": "4"}], [ANY]),
        ([{"type": "AUTO", "git_login": "x"}], [{"type": "AUTO", "subject_id": ""}]),
        ([{"type": "ANY", "subject_id": "x"}], [{"type": "ANY", "subject_id": "x"}]),
        ([{"type": "group", "subject_id": "g"}], [{"type": "GROUP", "subject_id": "g"}]),
    ],
)
def test_subjects_which_need_no_lookup(calls: Calls, sent: Any, kept: Any) -> None:
    """Words in any case, numbers too; order is kept (C 1.5)."""
    assert calls.create(subject_rules=sent).json()["subject_rules"] == kept


@pytest.mark.parametrize("written", ["Contributor", "cOnTrIbUtOr"])
def test_roles_become_ids(calls: Calls, written: str) -> None:
    """Names in any case (C 1.5)."""
    wanted = role_id(calls, "Contributor")
    for subject in (written, wanted, wanted.upper()):
        rules = [{"type": "ROLE", "subject_id": subject}]
        shape = calls.create(f"t-{subject}", subject_rules=rules).json()
        assert shape["subject_rules"] == [{"type": "ROLE", "subject_id": wanted}]


def test_organization_roles_are_refused(calls: Calls) -> None:
    """In lower case; of several bad ones the first by name (C 1.5)."""
    rules = [{"type": "ROLE", "subject_id": name} for name in ("Reader", "Zzz", "Owner")]
    assert refusal(calls.create(subject_rules=rules)) == (400, 'role "owner" is not valid')


def test_users_by_login_and_by_id(calls: Calls) -> None:
    """The id counts if both are there, in any case; the login is shown on every read (C 1.5)."""
    user = user_id(calls)
    kept = [{"type": "USER", "subject_id": user, "git_login": LOGIN}]
    for number, rule in enumerate(
        (
            {"type": "USER", "git_login": LOGIN},
            {"type": "USER", "git_login": LOGIN, "subject_id": None},
            {"type": "user", "git_login": "nobody", "subject_id": user.upper()},
        )
    ):
        shape = calls.create(f"t{number}", subject_rules=[rule]).json()
        assert shape["subject_rules"] == kept
    assert [shape["subject_rules"] for shape in calls.listed().json()] == [kept] * 3


def test_the_case_of_logins_counts(calls: Calls) -> None:
    """And an unknown one is refused (C 1.5)."""
    rules = [{"type": "USER", "git_login": LOGIN.upper()}]
    sentence = f"handle {LOGIN.upper()} can't be used as subject id"
    assert refusal(calls.create(subject_rules=rules)) == (400, sentence)


@pytest.mark.parametrize("subject", ["", NOBODY])
def test_strangers_are_refused(calls: Calls, subject: str) -> None:
    """Also the empty id beside a good login (C 1.5)."""
    rules = [{"type": "USER", "subject_id": subject, "git_login": LOGIN}]
    organization = calls.semaphore.embedded.world.org_id
    sentence = (
        f'user "{subject}" can\'t be added to subject rules for project "{calls.project}"'
        f' and organization "{organization}"'
    )
    assert refusal(calls.create(subject_rules=rules)) == (400, sentence)


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ({"type": "USER"}, CRASH),
        ({"type": "ROLE"}, CRASH),
        ({"type": "GROUP"}, CRASH),
        ({"type": None}, CRASH),
        ({"type": "NONSENSE"}, CRASH),
        ({"type": {}}, CRASH),
        ({"type": "ROLE", "subject_id": 5}, CRASH),
        ({"type": "USER", "git_login": []}, CRASH),
        ({"type": "TAG"}, '"Internal error"'),
        ({"type": "ANY", "subject_id": None}, '"Internal error"'),
        ({"type": "AUTO", "subject_id": 5}, '"Internal error"'),
    ],
)
def test_subjects_which_the_server_chokes_on(calls: Calls, rule: Any, body: str) -> None:
    """500 in bare text or as a JSON string (C 1.5)."""
    answer = calls.create(subject_rules=[rule])
    assert (answer.status_code, answer.text) == (500, body)


@pytest.mark.parametrize("rule", [{"type": 0}, {"type": 1, "subject_id": "Admin"}, {"type": 9}])
def test_numbered_types_escape_the_first_check_but_not_the_last(calls: Calls, rule: Any) -> None:
    """The target service insists on ids and known types, without detail (C 1.5)."""
    assert refusal(calls.create(subject_rules=[rule])) == (400, "Changeset error")


def test_a_patch_keeps_replaces_or_wipes_rules(calls: Calls) -> None:
    """Omitted is kept, null wipes, unlike on creation (C 1.5, C 1.6)."""
    rules = [{"type": "ROLE", "subject_id": "Admin"}, {"type": "ANY"}]
    target = calls.usable(subject_rules=rules, object_rules=[object_rule("PR", "EXACT", "1")])
    kept = calls.patch(target).json()
    assert [rule["type"] for rule in kept["subject_rules"]] == ["ROLE", "ANY"]
    assert kept["object_rules"] == [object_rule("PR", "EXACT", "1")]
    replaced = calls.patch(target, subject_rules=[{"type": "AUTO"}]).json()
    assert replaced["subject_rules"] == [{"type": "AUTO", "subject_id": ""}]
    wiped = calls.patch(target, subject_rules=None, object_rules=None).json()
    assert (wiped["subject_rules"], wiped["object_rules"]) == ([], [])


def test_a_patch_checks_old_rules_again(calls: Calls) -> None:
    """A rule for someone who left makes every update fail (C 1.5, C 6)."""
    target = calls.usable(subject_rules=[{"type": "USER", "git_login": LOGIN}])
    calls.semaphore.embedded.world.db.execute(
        "UPDATE targets SET subject_rules = replace(subject_rules, ?, ?)", (user_id(calls), NOBODY)
    )
    stranger = {"type": "USER", "subject_id": NOBODY}
    assert calls.read(target).json()["subject_rules"] == [stranger]
    status, sentence = refusal(calls.patch(target, url="x"))
    assert (status, sentence[: len(NOBODY) + 7]) == (400, f'user "{NOBODY}"')
    assert calls.patch(target, url="x", subject_rules=[]).status_code == 200


def test_old_servers_keep_the_names_of_roles(
    make_semaphore: Callable[..., Any], tmp_path: Path
) -> None:
    """They refuse ids; a new server turns the names into ids with any update (C 1.5)."""
    path = str(tmp_path / "semaphore.db")
    old = Calls.of(make_semaphore(path=path, legacy_role_names=True))
    admin = role_id(old, "Admin")
    by_id = old.create(subject_rules=[{"type": "ROLE", "subject_id": admin}])
    assert refusal(by_id) == (400, f'role "{admin}" is not valid')
    target = old.usable(subject_rules=[{"type": "ROLE", "subject_id": "admin"}])
    named = [{"type": "ROLE", "subject_id": "Admin"}]
    assert old.patch(target, url="x").json()["subject_rules"] == named
    old.semaphore.embedded.close()
    new = Calls(make_semaphore(path=path), old.project)
    assert new.read(target).json()["subject_rules"] == named
    rewritten = [{"type": "ROLE", "subject_id": admin}]
    assert new.patch(target, url="y").json()["subject_rules"] == rewritten


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (object_rule("branch", "all", "foo"), object_rule("BRANCH", "ALL", "foo")),
        (object_rule("pr", "regex", r"^\p{L}+\h(?<n>x)$"), None),
        (object_rule(1, "1", "v1"), object_rule("TAG", "EXACT", "v1")),
    ],
)
def test_object_rules_are_kept_as_sent(calls: Calls, sent: Any, kept: Any) -> None:
    """Only the words are put in upper case; patterns are Perl's (C 1.6)."""
    rules = calls.create(object_rules=[sent, sent]).json()["object_rules"]
    kept = kept or {**sent, "type": "PR", "match_mode": "REGEX"}
    assert rules == [kept, kept]


@pytest.mark.parametrize(
    "rule",
    [
        object_rule("TAG", "EXACT", " "),
        object_rule("PR", "REGEX", ""),
        object_rule("BRANCH", "REGEX", "("),
        object_rule("BRANCH", "REGEX", "*"),
        object_rule(7),
    ],
)
def test_senseless_patterns_are_a_changeset_error(calls: Calls, rule: Any) -> None:
    """Blank ones and those that do not compile (C 1.6)."""
    assert refusal(calls.create(object_rules=[rule])) == (400, "Changeset error")


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        (object_rule(mode=None), '"Internal error"'),
        (object_rule(mode=""), '"Internal error"'),
        (object_rule(pattern=None), '"Internal error"'),
        (object_rule(pattern=5), '"Internal error"'),
        (object_rule("USER"), '"Internal error"'),
        (object_rule("nonsense"), CRASH),
    ],
)
def test_object_rules_which_the_server_chokes_on(calls: Calls, rule: Any, body: str) -> None:
    """Nulls, wrong types, unknown words (C 1.6)."""
    answer = calls.create(object_rules=[rule])
    assert (answer.status_code, answer.text) == (500, body)
