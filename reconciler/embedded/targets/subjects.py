"""How roles and users named in rules become the ids that are kept (C 1.5)."""

from collections.abc import Mapping
from typing import Any

from reconciler.embedded.people import storage as people
from reconciler.embedded.replies import Crash
from reconciler.embedded.store import World
from reconciler.embedded.verification import is_uuid, quoted, refused

Rule = Mapping[str, Any]


def resolved(world: World, project_id: Any, rules: list[Rule]) -> list[Rule]:
    """Roles before users; rules whose type came as a number are left as they are."""
    for rule in rules:
        _verify_identified(rule)
    return _users(world, project_id, _roles(world, rules))


def _verify_identified(rule: Rule) -> None:
    """The real server means to answer 400 here, but its way of saying so fails (C 1.5)."""
    nobody = rule.get("subject_id") is None
    match rule["type"]:
        case None:
            raise Crash("a rule without a type")
        case "USER" if nobody and rule.get("git_login") is None:
            raise Crash("a user without id and login")
        case "ROLE" | "GROUP" if nobody:
            raise Crash("a role or group without id")


def _roles(world: World, rules: list[Rule]) -> list[Rule]:
    wanted = {_lower(rule["subject_id"]) for rule in rules if rule["type"] == "ROLE"}
    if world.settings.inert_roles:
        wanted = {word for word in wanted if is_uuid(word)}
    found = {word: _role(world, word) for word in sorted(wanted)}
    return [
        {"type": "ROLE", "subject_id": found.get(rule["subject_id"].lower(), rule["subject_id"])}
        if rule["type"] == "ROLE"
        else rule
        for rule in rules
    ]


def _role(world: World, word: str) -> str:
    """The role's id; before August 2026 its name, and no id was accepted (C 1.5)."""
    for role in people.roles(world, "project"):
        if world.settings.legacy_role_names and role["name"].lower() == word:
            return str(role["name"])
        if not world.settings.legacy_role_names and word in (role["id"], role["name"].lower()):
            return str(role["id"])
    raise refused(400, f"role {quoted(word)} is not valid")


def _users(world: World, project_id: Any, rules: list[Rule]) -> list[Rule]:
    users = [rule for rule in rules if rule["type"] == "USER"]
    if not users:
        return rules
    if world.settings.everybody:
        _admit(world, users)
    ids = {row["login"]: row["id"] for row in people.members(world, project_id)}
    logins = {_scalar(rule["git_login"]) for rule in users if rule.get("subject_id") is None}
    for login in sorted(logins, key=str):
        if login not in ids:
            raise refused(400, f"handle {login} can't be used as subject id")
    return [_user(world, project_id, rule, ids) if rule in users else rule for rule in rules]


def _admit(world: World, users: list[Rule]) -> None:
    """Let who is named be a member."""
    known = people.organization_members(world)
    there = {row["login"] for row in known} | {row["id"] for row in known}
    for rule in users:
        id_ = rule.get("subject_id")
        name = str(rule["git_login"] if id_ is None else id_)
        if name not in there:
            people.admit(world, name, id_="" if id_ is None else name.lower())
            there.add(name)


def _user(world: World, project_id: Any, rule: Rule, ids: Mapping[str, str]) -> Rule:
    """Of id and login the id counts; it may be written in any case."""
    given = rule.get("subject_id")
    subject = ids[rule["git_login"]] if given is None else given
    known = next((member for member in ids.values() if member == _lower(subject)), None)
    if known is None:
        raise refused(
            400,
            f"user {quoted(subject)} can't be added to subject rules for project"
            f" {quoted(project_id)} and organization {quoted(world.org_id)}",
        )
    return {"type": "USER", "subject_id": known}


def _scalar(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        raise Crash("a login is no scalar")
    return value


def _lower(value: Any) -> str:
    if not isinstance(value, str):
        raise Crash("an id is no string")
    return value.lower()
