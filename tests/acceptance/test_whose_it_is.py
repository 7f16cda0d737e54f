"""Whose an object is, when names change and others make what has one of ours."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document, seeded
from tests.acceptance.manifests import (
    AGENT_TYPE,
    DASHBOARD,
    NOTIFICATION,
    PROJECT,
    PROJECT_SECRET,
    SCHEDULE,
    SECRET,
    TARGET,
)
from tests.reliability.world import world


def test_an_agent_type_of_others_is_not_ours(local: Program, place: Path) -> None:
    """Its name is no proof: somebody else can take it once ours is gone."""
    (place / "m.yml").write_text(f"{DASHBOARD.replace('project_id: api', '')}---\n{AGENT_TYPE}")
    applied(local, "m.yml")
    gone = f"{AGENT_TYPE}reconciler: {{absent: true}}\n"
    seeded(local, place, gone)
    seeded(local, place, AGENT_TYPE)
    (place / "m.yml").write_text(DASHBOARD.replace("project_id: api", ""))
    looked = document(local, "plan", "--prune", "m.yml")
    assert (looked["changes"], looked["unmanaged"]) == ([], ["SelfHostedAgentType/s1-linux"])


def test_a_project_renamed_outside_is_not_made_twice(local: Program, place: Path) -> None:
    """Its recorded id shows it under another name; both ways out work."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{SCHEDULE}")
    applied(local, "m.yml")
    renamed = PROJECT.replace("name: api", "name: api2")
    seeded(local, place, f"{renamed}reconciler: {{renamed_from: api}}\n")
    ran = local("plan", "m.yml")
    assert ran.code == 4
    assert "it was renamed outside, and is Project/api2 now" in ran.out
    assert local("drift", "m.yml").code == 4
    assert local("apply", "--auto-approve", "--target", "Project/api", "m.yml").code == 4
    (place / "m.yml").write_text(f"{PROJECT}reconciler: {{renamed_from: api2}}\n---\n{SCHEDULE}")
    applied(local, "m.yml")
    assert document(local, "drift", "--unmanaged", "all", "m.yml")["unmanaged"] == []


def test_a_rename_that_was_done_renames_nothing_again(local: Program, place: Path) -> None:
    """What has the old name later is somebody else's, of every kind that can be renamed."""
    before = f"{PROJECT.replace('name: api', 'name: shop')}---\n{SECRET.replace('prod-db', 'db')}"
    (place / "m.yml").write_text(before)
    applied(local, "m.yml")
    store = PROJECT.replace("name: api", "name: store") + "reconciler: {renamed_from: shop}\n"
    database = SECRET.replace("prod-db", "database") + (
        "reconciler: {renamed_from: db, replace: allow}\n"
    )
    (place / "m.yml").write_text(f"{store}---\n{database}")
    applied(local, "m.yml")
    foreign = PROJECT.replace("name: api", "name: shop").replace("/api.git", "/theirs.git")
    theirs = f"{foreign}---\n{SECRET.replace('prod-db', 'db')}"
    seeded(local, place, theirs)
    ran = local("plan", "--detailed-exitcode", "m.yml")
    assert (ran.code, "left alone; remove the line" in ran.out) == (0, True), ran
    gone = "apiVersion: %s\nkind: %s\nmetadata: {name: %s}\nreconciler: {absent: true}\n"
    both = (("v1alpha", "Project", "store"), ("v1beta", "Secret", "database"))
    seeded(local, place, "---\n".join(gone % one for one in both))
    looked = document(local, "plan", "m.yml")
    assert [(change["action"], change["address"]) for change in looked["changes"]] == [
        ("create", "Project/store"),
        ("create", "Secret/database"),
    ]
    assert looked["unmanaged"] == ["Project/shop", "Secret/db"]


def test_what_is_in_a_project_whose_rename_is_left_out(local: Program, place: Path) -> None:
    """It can't be planned under a name that the project does not get, and that is said."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{TARGET}")
    applied(local, "m.yml")
    renamed = PROJECT.replace("name: api", "name: new") + "reconciler: {renamed_from: api}\n"
    inside = TARGET.replace("project_id_or_name: api", "project_id_or_name: new")
    (place / "m.yml").write_text(f"{renamed}---\n{inside}")
    ran = local("plan", "--exclude", "Project/new", "m.yml")
    assert (ran.code, "take Project/new into this run" in ran.err) == (1, True)
    assert local("plan", "m.yml").code == 0


def test_a_repository_renamed_at_its_host(local: Program, place: Path) -> None:
    """Name and url change together; the hint is there, and not for any two projects."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{DASHBOARD.replace('project_id: api', '')}")
    applied(local, "m.yml")
    for name, url, hint in (("new", "new", True), ("new", "other", False)):
        moved = PROJECT.replace("name: api", f"name: {name}").replace("/api.git", f"/{url}.git")
        (place / "m.yml").write_text(f"{moved}---\n{DASHBOARD.replace('project_id: api', '')}")
        said = "reconciler: {renamed_from: api}"
        assert (said in local("plan", "--prune", "m.yml").out) is hint


def test_a_protection_is_not_lifted_in_silence(local: Program, place: Path) -> None:
    """Whoever comments it out is told, until the next apply has done it."""
    (place / "m.yml").write_text(f"{SECRET}reconciler: {{protect: true}}\n")
    applied(local, "m.yml")
    (place / "m.yml").write_text(f"{SECRET}reconciler:\n")
    said = "Secret/prod-db: it is protected so far, and its manifest says so no longer"
    assert said in local("plan", "m.yml").out
    assert said in local("drift", "m.yml").out
    applied(local, "m.yml")
    assert said not in local("plan", "m.yml").out


@pytest.mark.parametrize("lost", [False, True])
def test_a_protection_holds_against_a_replacement(local: Program, place: Path, lost: bool) -> None:
    """A line that is missing is no consent: another set may have it, or a ledger that was lost."""
    protected = f"{SECRET}reconciler: {{protect: true, replace: allow}}\n"
    (place / "m.yml").write_text(protected)
    applied(local, "m.yml")
    if lost:
        for file in (place / ".reconciler").glob("ledger.db*"):
            file.unlink()
    changed = protected.replace("nightjar-1", "nightjar-new").replace("PASSWORD", "NEW")
    (place / "m.yml").write_text(changed.replace("protect: true, ", ""))
    why = (
        "the ledger that was seen last" if lost else "as its manifest once said; to lift that, wri"
    )
    ran = local("apply", "--auto-approve", "m.yml")
    assert (ran.code, f"but it is protected{' by' if lost else ','} {why}" in ran.out) == (4, True)
    (place / "m.yml").write_text(changed.replace("protect: true", "protect: false"))
    assert local("apply", "--auto-approve", "m.yml").code == (4 if lost else 0)
    if lost:
        assert local("ledger", "accept").code == 0
        applied(local, "m.yml")


def test_a_rename_that_is_left_out_leaves_the_object(local: Program, place: Path) -> None:
    """Under either of its names, with everything in it, whatever is pruned or destroyed."""
    board = DASHBOARD.replace("project_id: api", "")
    (place / "m.yml").write_text(f"{PROJECT}---\n{PROJECT_SECRET}---\n{NOTIFICATION}---\n{board}")
    applied(local, "m.yml")
    renamed = PROJECT.replace("name: api", "name: store") + "reconciler: {renamed_from: api}\n"
    inside = PROJECT_SECRET.replace("project_id_or_name: api", "project_id_or_name: store")
    told = NOTIFICATION.replace("name: ops", "name: new") + "reconciler: {renamed_from: ops}\n"
    (place / "m.yml").write_text(f"{renamed}---\n{inside}---\n{told}---\n{board}")
    for left in ("Project/store", "Project/api"):
        options = ("--prune", "--exclude", left, "--exclude", "ProjectSecret/*")
        ran = local("plan", *options, "--exclude", "Notification/*", "--format", "json", "m.yml")
        looked = json.loads(ran.out)
        assert (looked["changes"], looked["orphaned"], looked["unmanaged"]) == ([], [], []), left
    for left in ("Notification/new", "Notification/ops"):
        looked = document(local, "plan", "--prune", "--exclude", left, "m.yml")
        assert [change["address"] for change in looked["changes"]] == ["Project/store"]
    chosen = ("--prune", "--target", "Project/api")
    assert document(local, "plan", *chosen, "m.yml")["changes"][0]["address"] == "Project/store"
    ran = local("plan", "--prune", "--target", "ProjectSecret/api/*", "m.yml")
    assert (ran.code, "take Project/store into this run" in ran.err) == (1, True)
    ran = local("destroy", "--auto-approve", "--target", "Notification/*", "m.yml")
    assert (ran.code, "  -   Notification/ops" in ran.out) == (0, True)


def test_a_task_that_is_left_out_stays(local: Program, place: Path) -> None:
    """Also where its entry has its id and another name."""
    entry = "{name: a, at: '0 1 * * *', branch: main, pipeline_file: x.yml, scheduled: true}"
    (place / "m.yml").write_text(f"{PROJECT}  tasks: [{entry}]\n")
    applied(local, "m.yml")
    id_ = document(local, "drift", "m.yml")["organization"] and task_id(place)
    named = entry.replace("{name: a", f"{{id: {id_}, name: a2")
    (place / "m.yml").write_text(f"{PROJECT}  tasks: [{named}]\n")
    for left in ("Schedule/api/a2", "Schedule/api/a"):
        assert document(local, "plan", "--exclude", left, "m.yml")["changes"] == []


def task_id(place: Path) -> str:
    (found,) = [
        id_
        for (kind, _, _), id_ in world(place / ".reconciler/embedded.db").ids().items()
        if kind == "Schedule"
    ]
    return found


def test_what_is_excluded_does_not_go_with_its_project(local: Program, place: Path) -> None:
    """Deleted, created again or pruned: that would be refused, and says how to go on."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{PROJECT_SECRET}")
    applied(local, "m.yml")
    for command in (("destroy", "--auto-approve"), ("apply", "--auto-approve")):
        ran = local(*command, "--exclude", "ProjectSecret/api/db", "m.yml")
        if command[0] == "destroy":
            said = "ProjectSecret/api/db in it would go with it, and is left out by --exclude"
            assert (ran.code, said in ran.out) == (4, True)
    (place / "n.yml").write_text(DASHBOARD.replace("project_id: api", ""))
    ran = local("apply", "--auto-approve", "--prune", "--exclude", "ProjectSecret/*", "n.yml")
    assert ran.code == 4
    ids = world(place / ".reconciler/embedded.db").ids()
    assert ("ProjectSecret", "api", "db") in ids


def test_a_project_whose_contents_can_not_be_seen_stays(
    local: Program, place: Path, broken: Callable[..., None]
) -> None:
    """Nobody could say what would go with it."""
    (place / "m.yml").write_text(PROJECT)
    applied(local, "m.yml")
    broken(action="deny", path=r"*/secrets*")
    ran = local("destroy", "--auto-approve", "m.yml")
    assert (ran.code, "its ProjectSecret can't be looked into" in ran.out) == (4, True)
    told = document(local, "plan", "m.yml")
    assert told["unread"] == []
    broken()
    assert local("destroy", "--auto-approve", "m.yml").code == 0


def test_an_edition_without_targets_is_whole(reconciler: Program, place: Path) -> None:
    """That there are none of a kind is known, not unread."""
    org = ("--org", "embedded:?edition=ce", "-q")
    (place / "m.yml").write_text(PROJECT.replace("[branches]}", "[branches]}"))
    assert reconciler(*org, "apply", "--auto-approve", "m.yml").code == 0
    assert reconciler(*org, "drift", "--unmanaged", "fail", "m.yml").code == 0
    assert reconciler(*org, "destroy", "--auto-approve", "m.yml").code == 0


def test_a_name_that_somebody_took_meanwhile_is_not_ours(local: Program, place: Path) -> None:
    """Ours was renamed outside, and another one made under its name: neither is touched."""
    (place / "m.yml").write_text(PROJECT)
    applied(local, "m.yml")
    away = PROJECT.replace("name: api", "name: away") + "reconciler: {renamed_from: api}\n"
    seeded(local, place, away)
    seeded(local, place, PROJECT.replace("acme/api.git", "foreign/f.git"))
    for command in ("plan", "drift", "apply"):
        ran = local(command, *(["--auto-approve"] if command == "apply" else []), "m.yml")
        said = "is Project/away now; what is Project/api now is another one"
        assert (ran.code, said in ran.out) == (4, True), ran


def test_a_create_that_failed_makes_nothing_ours(
    local: Program, place: Path, broken: Callable[..., None]
) -> None:
    """What somebody else makes under that name is theirs: not known, and adopted if at all."""
    board = DASHBOARD.replace("project_id: api", "")
    (place / "m.yml").write_text(f"{SECRET}---\n{board}")
    broken(action="answer", status=403, method="POST", path="*/secrets*")
    assert local("apply", "--auto-approve", "m.yml").code == 3
    broken()
    seeded(local, place, SECRET.replace("nightjar-1", "nightjar-theirs"))
    looked = document(local, "plan", "m.yml")
    assert [value["address"] for value in looked["unknown"]] == ["Secret/prod-db"]
    assert (looked["assumed"], looked["adopted"]) == ([], ["Secret/prod-db"])


def test_a_replacement_that_was_refused_is_forgotten(
    local: Program, place: Path, broken: Callable[..., None]
) -> None:
    """The old one was not deleted, and what it had does not come back later."""
    (place / "m.yml").write_text(SECRET)
    applied(local, "m.yml")
    changed = SECRET.replace("nightjar-1", "nightjar-new")
    (place / "m.yml").write_text(changed)
    broken(action="answer", status=403, method="DELETE", path="*/secrets*")
    assert local("apply", "--auto-approve", "--allow-replace", "m.yml").code == 3
    broken()
    gone = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: prod-db}\n"
    seeded(local, place, f"{gone}reconciler: {{absent: true}}\n")
    (change,) = document(local, "plan", "m.yml")["changes"]
    assert (change["action"], change["reason"]) == ("create", "deleted outside")


def test_what_went_with_its_project_is_not_new(local: Program, place: Path) -> None:
    """It was there, and whoever reads the plan may want to know why it is made again."""
    applied(local, "all.yml")
    project = "apiVersion: v1alpha\nkind: Project\nmetadata: {name: api}\n"
    repository = "spec: {repository: {url: x, integration_type: github_app}}\n"
    seeded(local, place, f"{project}{repository}reconciler: {{absent: true}}\n")
    changes = document(local, "plan", "all.yml")["changes"]
    reasons = {each["address"]: each["reason"] for each in changes if "api" in each["address"]}
    assert reasons.pop("Project/api") == "deleted outside"
    assert set(reasons.values()) == {"created again with its project"}


def test_an_address_is_told_as_it_is_typed(local: Program, place: Path) -> None:
    """A name may have any character: what is to be typed is one word of a shell, and works."""
    odd = NOTIFICATION.replace("name: ops", "name: 'n 1; touch pwned'").replace("[api]", "[]")
    (place / "m.yml").write_text(odd)
    applied(local, "m.yml")
    gone = f"{odd}reconciler: {{absent: true}}\n"
    seeded(local, place, gone)
    seeded(local, place, odd)
    (place / "m.yml").write_text(gone)
    (refusal,) = document(local, "plan", "m.yml")["refusals"]
    command = refusal["text"].partition("`")[2].partition("`")[0]
    assert shlex.split(command) == ["reconciler", "forget", "Notification/n 1; touch pwned"]
    assert local(*shlex.split(command)[1:]).code == 0
    applied(local, "m.yml")
