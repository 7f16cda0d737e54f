"""What a deletion, a replacement or an update takes along is said."""

from pathlib import Path

from tests.acceptance.conftest import Program, applied, document, seeded
from tests.acceptance.manifests import (
    PROJECT,
    PROJECT_SECRET,
    SCHEDULE,
    TARGET,
    WEB,
)


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
    """What is declared is created again; a foreign secret in it is not left alone."""
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
