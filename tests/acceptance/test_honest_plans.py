"""What was not compared is said, by plan and drift, in text, JSON and exit code; what goes, too."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document, seeded
from tests.acceptance.manifests import (
    AGENT_TYPE,
    DASHBOARD,
    EVERYTHING,
    NOTIFICATION,
    PROJECT,
    PROJECT_SECRET,
    SCHEDULE,
    SECRET,
    TARGET,
)
from tests.reliability.world import world

ALONE = "apiVersion: v1alpha\nkind: Notification\nmetadata: {name: new}\n"
WEB = PROJECT.replace("name: api", "name: web").replace("/api.git", "/web.git")


def test_a_refusal_is_never_a_zero(local: Program, place: Path) -> None:
    """An object that could not be compared is not as declared, and no plan or drift says so."""
    old = NOTIFICATION.replace("name: ops", "name: old")
    seeded(local, place, f"{old}---\n{NOTIFICATION.replace('name: ops', 'name: new')}")
    (place / "m.yml").write_text(
        f"{NOTIFICATION.replace('name: ops', 'name: new')}reconciler: {{renamed_from: old}}\n"
    )
    for command in ("plan", "drift", "apply"):
        ran = local(command, *(["--auto-approve"] if command == "apply" else []), "m.yml")
        assert ran.code == 4
        assert "both Notification/old and Notification/new exist" in ran.out
        assert "No drift" not in ran.out
    for command in ("plan", "drift"):
        told = document(local, command, "m.yml")
        assert [refusal["address"] for refusal in told["refusals"]] == ["Notification/new"]
        assert told["unchanged"] == []


def test_a_refused_plan_is_no_success(local: Program, place: Path) -> None:
    """With or without options."""
    applied(local, "all.yml")
    (place / "all.yml").write_text(EVERYTHING.replace("nightjar-1", "nightjar-other"))
    for options in ((), ("--detailed-exitcode",), ("--out", "plan.json")):
        assert local("plan", *options, "all.yml").code == 4
    assert not (place / "plan.json").exists()
    assert local("drift", "all.yml").code == 2


def test_drift_looks_at_every_kind(local: Program, place: Path) -> None:
    """Of the organization and in declared projects, whatever kinds are declared."""
    seeded(local, place, f"{EVERYTHING}---\n{WEB}")
    (place / "m.yml").write_text(PROJECT)
    looked = document(local, "drift", "m.yml")
    inside = ["DeploymentTarget/api/production", "ProjectSecret/api/db", "Schedule/api/nightly"]
    inside.append("ArtifactsRetentionPolicy/api")
    around = ["Dashboard/main", "Notification/ops", "Project/web", "Secret/prod-db"]
    around.append("SelfHostedAgentType/s1-linux")
    assert looked["unmanaged"] == sorted(inside + around)
    ran = local("drift", "m.yml")
    assert (ran.code, "  Dashboard: 1\n      Dashboard/main\n" in ran.out) == (0, True)
    (place / "m.yml").write_text(WEB)
    assert document(local, "drift", "m.yml")["unmanaged"] == sorted(
        [*(name for name in around if name != "Project/web"), "Project/api"]
    )
    everywhere = document(local, "drift", "--unmanaged", "all", "m.yml")["unmanaged"]
    assert set(inside) < set(everywhere)
    assert document(local, "drift", "--unmanaged", "hide", "m.yml")["unmanaged"] == []
    ran = local("drift", "--unmanaged", "fail", "m.yml")
    said = "Not enough for --unmanaged fail: 5 objects declared nowhere.\n"
    assert (ran.code, said in ran.out) == (2, True)


def test_what_may_not_be_seen_is_said(
    local: Program, place: Path, broken: Callable[..., None]
) -> None:
    """A kind that nothing declares and that can't be read stops nobody, and is not empty."""
    applied(local, "all.yml")
    (place / "m.yml").write_text(f"{PROJECT}---\n{DASHBOARD}")
    broken(action="deny", path="/api/v1alpha/self_hosted_agent_types")
    ran = local("drift", "m.yml")
    assert ran.code == 0, ran
    assert "Not looked into:\n  SelfHostedAgentType: GET" in ran.out
    assert [part["kind"] for part in document(local, "drift", "m.yml")["unread"]] == [
        "SelfHostedAgentType"
    ]
    assert local("drift", "--unmanaged", "fail", "m.yml").code == 2
    (place / "m.yml").write_text(f"{PROJECT}---\n{AGENT_TYPE}")
    assert local("drift", "m.yml").code == 1


def test_what_is_ours_and_declared_no_longer_is_said(local: Program, place: Path) -> None:
    """Also where nothing else would have looked there."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{WEB}---\n{PROJECT_SECRET}")
    applied(local, "m.yml")
    moved = PROJECT_SECRET.replace("project_id_or_name: api", "project_id_or_name: web")
    (place / "m.yml").write_text(f"{WEB}---\n{moved}")
    for command in ("plan", "drift"):
        assert document(local, command, "m.yml")["orphaned"] == [
            "Project/api",
            "ProjectSecret/api/db",
        ]
        assert "Ours and declared no longer" in local(command, "m.yml").out


def test_a_deleted_project_names_what_goes_with_it(local: Program, place: Path) -> None:
    """Declared or not, of every kind; all of it counts, and it is not "left alone"."""
    others = [PROJECT_SECRET.replace("name: db", f"name: s{number}") for number in range(9)]
    seeded(local, place, "---\n".join([PROJECT, TARGET, SCHEDULE, *others]))
    (place / "m.yml").write_text(
        "apiVersion: v1alpha\nkind: Project\nmetadata: {name: api}\nreconciler: {absent: true}\n"
    )
    ran = local("plan", "m.yml")
    assert ran.code == 4
    assert "12 objects would be deleted or replaced, at most 10 are allowed" in ran.out
    assert "left alone" not in ran.out
    looked = document(local, "plan", "--max-deletes", "12", "m.yml")
    gone = ["DeploymentTarget/api/production", "Schedule/api/nightly"]
    assert looked["changes"][0]["takes"] == sorted(
        [*gone, *(f"ProjectSecret/api/s{number}" for number in range(9))]
    )
    assert (looked["unmanaged"], looked["refusals"]) == ([], [])
    ran = local("apply", "--auto-approve", "--max-deletes", "12", "m.yml")
    assert (ran.code, ran.out.count("with it goes ProjectSecret/api/s3\n")) == (0, 2)


def test_a_replaced_project_names_what_goes_with_it(local: Program, place: Path) -> None:
    """What is declared is made anew; a foreign secret in it is not left alone."""
    (place / "m.yml").write_text(f"{PROJECT}reconciler: {{replace: allow}}\n---\n{TARGET}")
    applied(local, "m.yml")
    seeded(local, place, PROJECT_SECRET)
    (place / "m.yml").write_text(
        (place / "m.yml").read_text().replace("{url", "{integration_type: github_app, url")
    )
    looked = document(local, "plan", "m.yml")
    assert looked["changes"][0]["takes"] == [
        "DeploymentTarget/api/production",
        "ProjectSecret/api/db",
    ]
    assert looked["unmanaged"] == []


def test_an_update_of_a_project_says_who_owns_its_tasks(local: Program, place: Path) -> None:
    """Semaphore makes the token's user the owner of every task of an updated project (A 3)."""
    applied(local, "all.yml")
    (place / "m.yml").write_text(PROJECT.replace("[branches]", "[tags]"))
    said = "which run with that user's rights from then on, declared or not: Schedule/api/nightly"
    assert said in local("plan", "m.yml").out


def test_every_update_shows_its_fields(local: Program, place: Path) -> None:
    """Another order of parameters is a change, and two of them have two names."""
    parameters = "  parameters: [{name: A}, {name: B}, {name: C}]\n"
    (place / "m.yml").write_text(f"{PROJECT}---\n{SCHEDULE}{parameters}")
    applied(local, "m.yml")
    names = set()
    for order in ("BCA", "CAB", "CBA"):
        swapped = ", ".join(f"{{name: {letter}}}" for letter in order)
        (place / "m.yml").write_text(f"{PROJECT}---\n{SCHEDULE}  parameters: [{swapped}]\n")
        looked = document(local, "plan", "m.yml")
        (change,) = looked["changes"]
        assert [(field["path"], field["after"]) for field in change["fields"]] == [
            ("spec.parameters", list(order))
        ]
        names.add(looked["fingerprint"])
    assert len(names) == 3


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
    """Deleted, made anew or pruned: that would be refused, and says how to go on."""
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
    assert set(reasons.values()) == {"made anew with its project"}


def test_a_drift_that_compared_nothing_is_no_success(local: Program) -> None:
    """A selection that leaves nothing would be green for ever."""
    applied(local, "all.yml")
    ran = local("drift", "--exclude", "*", "all.yml")
    assert (ran.code, "Nothing was compared" in ran.out) == (4, True)
    ran = local("drift", "--exclude", "Project/*", "all.yml")
    assert (ran.code, "Left out of this run: 1 object.\n" in ran.out) == (0, True)


def test_a_setting_that_is_not_in_effect_is_not_as_declared(
    reconciler: Program, place: Path
) -> None:
    """An edition without access policies opens the secret to every project, and that is said."""
    org = ("--org", "embedded:?edition=ee", "-q")
    (place / "m.yml").write_text(f"{SECRET}org_config: {{projects_access: NONE}}\n")
    made = reconciler(*org, "apply", "--auto-approve", "m.yml")
    assert made.code == 0
    ran = reconciler(*org, "plan", "m.yml")
    assert "Nothing to do: 1 object with 1 setting not in effect.\n" in ran.out
    assert "not in effect, this organization does not honour it: org_config" in made.out
    assert reconciler(*org, "drift", "--strict", "m.yml").code == 2
    (place / "m.yml").write_text(f"{SECRET}org_config: {{projects_access: ALL}}\n")
    ran = reconciler(*org, "plan", "--strict", "--detailed-exitcode", "m.yml")
    assert (ran.code, "1 object is as declared" in ran.out) == (0, True)


def test_values_that_were_not_read_are_told_of_what_changes_too(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan without values does not show a change as if it were all of it."""
    monkeypatch.setenv("A", "nightjar-a")
    (place / "m.yml").write_text(
        f"{PROJECT}---\n{TARGET}".replace("value: nightjar-3", "value_from: {env: A}")
    )
    applied(local, "m.yml")
    (place / "m.yml").write_text(
        (place / "m.yml").read_text().replace("production,", "production, description: d,")
    )
    looked = document(local, "plan", "--no-values", "m.yml")
    assert [value["path"] for value in looked["unknown"]] == ["spec.env_vars.KEY.value"]


def test_rewrite_says_where_there_is_nothing_to_write(local: Program, place: Path) -> None:
    """What Semaphore shows is known."""
    applied(local, "all.yml")
    nothing = "--rewrite has nothing to write: no declared value of it is hidden"
    assert nothing in local("plan", "--rewrite", "DeploymentTarget/*", "all.yml").out
    changed = (place / "all.yml").read_text().replace("nightjar-3", "nightjar-new")
    (place / "all.yml").write_text(changed)
    ran = local("plan", "--rewrite", "DeploymentTarget/*", "all.yml")
    assert ("✎" in ran.out, nothing in ran.out) == (True, False), ran


def test_a_target_leaves_out_what_a_list_would_delete(local: Program, place: Path) -> None:
    """The task is no object of a manifest, but what one says of it is not compared."""
    (place / "m.yml").write_text(PROJECT)
    (place / "own.yml").write_text(f"{PROJECT}---\n{SCHEDULE}")
    applied(local, "own.yml")
    (place / "m.yml").write_text(PROJECT + "  tasks: []\n")
    assert "1 to delete" in local("plan", "m.yml").out
    ran = local("plan", "--target", "Project/api", "m.yml")
    assert "Left out of this run: 1 object.\n" in ran.out
    for command in ("plan", "drift"):
        told = document(local, command, "--target", "Project/api", "m.yml")
        assert told["excluded"] == ["Schedule/api/nightly"]
    for chosen in ("--target=Schedule/api/nightly", "--target=*/api/*", "--exclude=Project/api"):
        told = document(local, "plan", chosen, "m.yml")
        assert [(c["address"], c["action"]) for c in told["changes"]] == [
            ("Schedule/api/nightly", "delete")
        ]
        assert local("drift", chosen, "m.yml").code == 2


@pytest.mark.parametrize("ledger", ["ledger.db", "none"])
def test_a_project_that_is_renamed_before_it_is_listed(
    local: Program, place: Path, ledger: str
) -> None:
    """The listing lacks what is not ready yet (A 5): it is asked for, and not made twice."""
    (place / "m.yml").write_text(PROJECT)
    assert local("apply", "--auto-approve", "--ledger", ledger, "m.yml").code == 0
    renamed = PROJECT.replace("name: api", "name: new") + "reconciler: {renamed_from: api}\n"
    (place / "m.yml").write_text(renamed)
    changes = document(local, "plan", "--ledger", ledger, "m.yml")["changes"]
    assert [(change["action"], change["reason"]) for change in changes] == [
        ("update", "renamed from api")
    ]
