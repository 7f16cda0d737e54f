"""export: an organization that others made by hand, as manifests of which a plan is empty."""

import asyncio
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.embedded import Embedded
from tests.acceptance.conftest import FAULTS, Program, document, seeded
from tests.acceptance.manifests import EVERYTHING, PROJECT
from tests.laws.later import VALUE
from tests.laws.organization import Client
from tests.sources.declaring import IDENTITY, PROGRAMS, RECIPIENT

_ROOT = Path(__file__).parents[2]
_EXPOSED = "embedded:?secrets=exposed"
_GONE = "9246a1a3-93b5-4f9c-b4d5-6b1f7a3c2d10"
_FILES = [
    "organization/agent-types/s1-linux.yml",
    "organization/dashboards/main.yml",
    "organization/notifications/ops.yml",
    "organization/secrets/prod-db.yml",
    "projects/api/artifacts.yml",
    "projects/api/project.yml",
    "projects/api/schedules/nightly.yml",
    "projects/api/secrets/db.yml",
    "projects/api/targets/production.yml",
]


def _tree(folder: str) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


def _sent(path: str, body: dict[str, Any]) -> None:
    """Have another client create something that no manifest of ours could say."""
    with Embedded(".reconciler/embedded.db") as embedded:
        asyncio.run(Client(embedded).post(path, body))


@pytest.fixture
def theirs(local: Program, place: Path) -> Program:
    """An organization with one object of every kind, of which we know nothing."""
    seeded(local, place, EVERYTHING)
    return local


def test_the_next_command_is_plan_and_there_is_nothing_to_do(
    theirs: Program, reconciler: Program
) -> None:
    """Then an apply takes all of it over, and writes nothing."""
    ran = theirs("export", "--out", "manifests")
    assert ran.code == 0, ran
    assert list(_tree("manifests")) == _FILES
    assert Path("reconciler.toml").read_text() == (
        'organization = "embedded:"\npaths = ["manifests"]\n'
    )
    assert "Left where it is, as {live: keep}: 4 secret values; Semaphore shows 1" in ran.out
    assert ran.out.endswith("next: reconciler plan\n")

    planned = reconciler("plan", "--detailed-exitcode")
    assert planned.code == 0
    assert "\nNothing to do: 9 objects are as declared.\n" in planned.out
    applied = reconciler("apply", "--auto-approve")
    assert applied.code == 0
    assert len(json.loads(reconciler("plan", "--format", "json").out)["adopted"]) == 0
    listed = reconciler("list", "--format", "json")
    assert json.loads(listed.out)["coverage"] == {"live": 9, "declared": 9, "percent": 100}
    assert all(one["ours"] for one in json.loads(listed.out)["objects"])


def test_a_file_is_as_a_person_would_write_it(theirs: Program) -> None:
    """Names, the order of `sem`, no defaults, nothing that is the server's."""
    assert theirs("export", "--out", "manifests").code == 0

    tree = _tree("manifests")
    assert tree["projects/api/targets/production.yml"] == (
        "apiVersion: v1alpha\n"
        "kind: DeploymentTarget\n"
        "metadata:\n"
        "  name: production\n"
        "  project_id_or_name: api\n"
        "spec:\n"
        "  env_vars:\n"
        "    - name: KEY\n"
        "      value_from: {live: keep}\n"
    )
    assert tree["organization/dashboards/main.yml"] == (
        "apiVersion: v1alpha\n"
        "kind: Dashboard\n"
        "metadata:\n"
        "  name: main\n"
        "spec:\n"
        "  widgets:\n"
        "    - name: W\n"
        "      type: list_workflows\n"
        "      filters:\n"
        "        project_id: api\n"
    )


@pytest.mark.parametrize(
    ("layout", "files"),
    [
        ("project", ["organization.yml", "projects/api.yml"]),
        (
            "kind",
            [
                "organization/agent-types.yml",
                "organization/dashboards.yml",
                "organization/notifications.yml",
                "organization/projects.yml",
                "organization/secrets.yml",
                "projects/artifacts.yml",
                "projects/schedules.yml",
                "projects/secrets.yml",
                "projects/targets.yml",
            ],
        ),
    ],
)
def test_layouts(theirs: Program, layout: str, files: list[str]) -> None:
    """Fewer files, with the same in them."""
    assert theirs("export", "--layout", layout, "--out", "manifests").code == 0

    assert list(_tree("manifests")) == files
    assert theirs("plan", "--detailed-exitcode", "manifests").code == 0


def test_without_a_directory_it_is_one_stream(theirs: Program, place: Path) -> None:
    """Manifests on standard output, and nothing else there; no file is written."""
    before = sorted(place.iterdir())
    ran = theirs(
        "export", "Secret/*", "*/api*", "--exclude", "Schedule/*", "--exclude", "Project/*"
    )

    assert ran.code == 0
    assert sorted(place.iterdir()) == before
    Path("all-of-it.yml").write_text(ran.out)
    found = document(theirs, "plan", "all-of-it.yml")
    assert found["unchanged"] == [
        "ArtifactsRetentionPolicy/api",
        "DeploymentTarget/api/production",
        "ProjectSecret/api/db",
        "Secret/prod-db",
    ]
    assert "4 objects." in ran.err


def test_the_document_tells_the_same_as_the_text(theirs: Program) -> None:
    """Each object with its file, the values, the settings that were written."""
    found = document(theirs, "export", "--out", "manifests")

    assert [one["file"] for one in found["objects"]] == [
        *("projects/api/artifacts.yml", "organization/dashboards/main.yml"),
        *("projects/api/targets/production.yml", "organization/notifications/ops.yml"),
        *("projects/api/project.yml", "projects/api/secrets/db.yml"),
        *("projects/api/schedules/nightly.yml", "organization/secrets/prod-db.yml"),
        "organization/agent-types/s1-linux.yml",
    ]
    assert found["left_out"] == []
    assert found["values"] == {"kept": 4, "shown": 1, "clear": 0, "variables": [], "encrypted": 0}
    assert (found["out"], found["config"]) == ("manifests", "reconciler.toml")


def test_settings_that_are_there_are_left_as_they_are(theirs: Program) -> None:
    """The summary says what to call then."""
    Path("reconciler.toml").write_text("parallelism = 3\n")
    ran = theirs("export", "--out", "manifests")

    assert Path("reconciler.toml").read_text() == "parallelism = 3\n"
    assert ran.out.endswith("\nNext: reconciler plan manifests\n")


def test_values_that_are_shown_are_in_clear_only_if_asked_for(theirs: Program) -> None:
    """And then for nobody else to read."""
    assert theirs("--org", _EXPOSED, "export", "--out", "kept").code == 0
    assert theirs("--org", _EXPOSED, "export", "--values", "clear", "--out", "clear").code == 0

    assert "nightjar" not in "".join(_tree("kept").values())
    clear = _tree("clear")
    assert "      value: nightjar-1\n" in clear["organization/secrets/prod-db.yml"]
    assert "endpoint: https://hooks.example.com/x" in clear["organization/notifications/ops.yml"]
    assert "value_from: {live: keep}" in clear["projects/api/targets/production.yml"]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in Path("clear").rglob("*.yml")}
    assert (modes, stat.S_IMODE(Path("clear").stat().st_mode)) == ({0o600}, 0o700)
    assert theirs("--org", _EXPOSED, "plan", "--detailed-exitcode", "clear").code == 0


def test_values_in_variables_have_names_that_say_what_they_are(
    theirs: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are in an example file; with them set, a plan reads them."""
    ran = theirs("--org", _EXPOSED, "export", "--values", "env", "--out", "manifests")

    assert ran.code == 0
    assert _tree("manifests")[".env.example"] == (
        "# DeploymentTarget/api/production: spec.env_vars.KEY.value\nSECRET_API_PRODUCTION_KEY=\n"
        "# Notification/ops: spec.rules.failures.notify.slack.endpoint\n"
        "SECRET_OPS_FAILURES_NOTIFY_SLACK_ENDPOINT=\n"
        "# ProjectSecret/api/db: data.env_vars.PASSWORD.value\nSECRET_API_DB_PASSWORD=\n"
        "# Secret/prod-db: data.env_vars.PASSWORD.value\nSECRET_PROD_DB_PASSWORD=\n"
    )
    for name, value in {
        "SECRET_API_PRODUCTION_KEY": "nightjar-3",
        "SECRET_OPS_FAILURES_NOTIFY_SLACK_ENDPOINT": "https://hooks.example.com/x",
        "SECRET_API_DB_PASSWORD": "nightjar-2",
        "SECRET_PROD_DB_PASSWORD": "nightjar-1",
    }.items():
        monkeypatch.setenv(name, value)
    assert theirs("--org", _EXPOSED, "plan", "--detailed-exitcode", "manifests").code == 0
    monkeypatch.setenv("SECRET_PROD_DB_PASSWORD", "nightjar-9")
    assert theirs("--org", _EXPOSED, "plan", "--detailed-exitcode", "manifests").code == 2


def test_values_in_a_file_of_sops_are_read_from_there(
    theirs: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Encrypted for whom it says; what Semaphore does not show stays where it is."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")
    asked = ("export", "--values", "sops", "--recipient", RECIPIENT, "--out", "manifests")
    ran = theirs("--org", _EXPOSED, *asked)

    assert ran.code == 0, ran
    tree = _tree("manifests")
    assert "nightjar" not in "".join(tree.values())
    assert (
        "value_from: {sops: {file: ../../../secrets.sops.yaml, key: SECRET_API_DB_PASSWORD}}\n"
    ) in tree["projects/api/secrets/db.yml"]
    assert "value_from: {live: keep}" in tree["projects/api/targets/production.yml"]
    assert "3 secret values encrypted in manifests/secrets.sops.yaml." in ran.out
    monkeypatch.setenv("SOPS_AGE_KEY", IDENTITY)
    planned = theirs("--org", _EXPOSED, "plan", "--detailed-exitcode", "manifests")
    assert (planned.code, planned.err) == (0, "")
    assert "Nothing to do: 9 objects are as declared." in planned.out


@pytest.mark.parametrize(
    ("programs", "arguments", "told"),
    [
        ("/nowhere", ("--out", "m"), (1, "--values sops needs the program sops")),
        (PROGRAMS, ("--out", "m", "--recipient", "ada"), (1, "--values sops: ")),
        (
            PROGRAMS,
            ("--out", "m"),
            (1, "--values sops: for whom? Give --recipient AGE, or write a rule for "),
        ),
        (PROGRAMS, (), (64, "--values sops needs --out.")),
    ],
    ids=["no program", "nobody", "no recipient", "a stream"],
)
def test_nothing_is_written_where_nothing_can_be_encrypted(
    theirs: Program,
    monkeypatch: pytest.MonkeyPatch,
    programs: str,
    arguments: tuple[str, ...],
    told: tuple[int, str],
) -> None:
    """The values would be lost on the way."""
    code, words = told
    monkeypatch.setenv("PATH", str(programs))
    ran = theirs("--org", _EXPOSED, "export", "--values", "sops", *arguments)

    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert not Path("m").exists()


def test_for_whom_a_rule_of_sops_says_as_well(
    theirs: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The advice where nobody is named, taken literally."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")
    asked = ("--org", _EXPOSED, "export", "--values", "sops", "--out", "m")
    ran = theirs(*asked)
    assert ran.code == 1
    assert "rule for secrets.sops.yaml into `creation_rules` of .sops.yaml; sops says: " in ran.err
    rule = f"creation_rules:\n  - path_regex: secrets\\.sops\\.yaml$\n    age: {RECIPIENT}\n"
    Path(".sops.yaml").write_text(rule)

    assert theirs(*asked).code == 0
    assert "SECRET_PROD_DB_PASSWORD: ENC[" in _tree("m")["secrets.sops.yaml"]


def test_fields_of_a_newer_semaphore_are_told_once_for_each_kind(
    theirs: Program, broken: Callable[..., None]
) -> None:
    """As a plan does, and in no file: they stay, and what they are is not shown."""
    _sent("/api/v1alpha/dashboards", {"metadata": {"name": "more"}, "spec": {"widgets": []}})
    broken(action="future", seed=2)
    ran = theirs("export", "--out", "manifests")
    found = document(theirs, "export", "--out", "again")

    assert ran.code == 0
    told = ran.out.partition("Newer than this program, and not said:\n")[2].splitlines()
    assert [line for line in told if line.startswith("  Dashboard: ")] == [
        f"  Dashboard: {', '.join(found['newer']['Dashboard'])}"
    ]
    assert "future_" not in "".join(_tree("manifests").values())
    assert VALUE not in ran.out


def test_what_leads_nowhere_is_said_as_it_is_and_told(theirs: Program) -> None:
    """Of every kind that refers to something; the next plan is empty, and nothing is lost."""
    lists = ("list_workflows", "list_pipelines")
    widgets = [{"name": "w", "type": each, "filters": {"project_id": "api"}} for each in lists]
    _sent("/api/v1alpha/dashboards", {"metadata": {"name": "inert"}, "spec": {"widgets": widgets}})
    rules = [{"type": "ROLE", "subject_id": text} for text in (_GONE, "Old")]
    with Embedded(".reconciler/embedded.db") as embedded:
        db = embedded.world.db
        db.execute("UPDATE targets SET subject_rules = ?", (json.dumps(rules),))
        db.execute(
            "UPDATE secrets SET all_projects = 0, job_debug = 2, project_ids = ?",
            (json.dumps([_GONE, "api"]),),
        )
    ran = theirs("export", "--out", "manifests")

    assert ran.code == 0
    tree = _tree("manifests")
    assert tree["organization/dashboards/inert.yml"].startswith(
        "# spec.widgets.0.filters.project_id: 'api' is no id, and leads to no Project, "
        "nor to one of that name; it stays as it is\n"
    )
    assert tree["organization/dashboards/inert.yml"].count("project_id: api (text, not an id)") == 2
    assert tree["organization/secrets/prod-db.yml"].endswith(
        "org_config:\n"
        "  projects_access: ALLOWED\n"
        "  project_ids:\n"
        f"    - {_GONE}\n"
        "    - api (text, not an id)\n"
        "  debug_access: JOB_DEBUG_NO\n"
    )
    assert f"subject_id: {_GONE}\n" in tree["projects/api/targets/production.yml"]
    assert "Left out, or said as it is there:\n  Dashboard/inert: spec.widgets.0." in ran.out
    assert theirs("plan", "--detailed-exitcode", "manifests").code == 0


def test_what_leads_nowhere_is_made_by_no_manifest(theirs: Program) -> None:
    """What says it is right about the object that has it, and about no other."""
    widgets = [{"name": "w", "type": "list_workflows", "filters": {"project_id": _GONE}}]
    _sent("/api/v1alpha/dashboards", {"metadata": {"name": "inert"}, "spec": {"widgets": widgets}})
    text = theirs("export", "Dashboard/inert").out
    Path("d.yml").write_text(text.replace("name: inert", "name: other"))
    ran = theirs("plan", "d.yml")

    assert ran.code == 1
    assert f"d.yml:11:9: error: Dashboard/other needs project '{_GONE}', which neither" in ran.err


def test_an_object_that_no_manifest_can_be_about_is_told(theirs: Program) -> None:
    """It is in no file, and the exit code says so."""
    with Embedded(".reconciler/embedded.db") as embedded:
        embedded.world.db.execute("UPDATE schedules SET pipeline_file = ''")
    ran = theirs("export", "--out", "manifests")

    assert ran.code == 3
    told = "NOT WRITTEN, for no manifest can be about it:\n"
    assert f"{told}  Schedule/api/nightly: spec.pipeline_file: must not be blank\n" in ran.out
    assert list(_tree("manifests")) == [file for file in _FILES if "nightly" not in file]
    assert [one["address"] for one in _left_out(theirs)] == ["Schedule/api/nightly"]


def _left_out(theirs: Program) -> Any:
    ran = theirs("export", "--out", "again", "--format", "json")
    assert ran.code == 3
    return json.loads(ran.out)["left_out"]


@pytest.mark.parametrize(
    ("prepared", "out", "words"),
    [
        (
            lambda: Path("full/x").mkdir(parents=True),
            "full",
            "is not empty, and nothing is written",
        ),
        (lambda: Path("file").touch(), "file", "is there, and is no directory"),
        (lambda: Path("file").touch(), "file/below", "nothing can be written in"),
        (lambda: Path("link").symlink_to("elsewhere"), "link", "is a symbolic link"),
        (lambda: None, ".", "is the current directory"),
    ],
    ids=["not empty", "file", "below a file", "link", "here"],
)
def test_a_place_that_is_taken_is_refused(
    local: Program, place: Path, prepared: Callable[[], None], out: str, words: str
) -> None:
    """Before anything is asked, and without a change."""
    prepared()
    before = sorted(place.rglob("*"))
    ran = local("export", "--out", out)

    assert ran.code == 1
    assert f"--out {out}: " in ran.err
    assert words in ran.err
    assert sorted(place.rglob("*")) == before


def test_an_empty_directory_is_taken(theirs: Program) -> None:
    """As one that was made for it."""
    Path("manifests").mkdir()
    assert theirs("export", "--out", "manifests").code == 0
    assert list(_tree("manifests")) == _FILES

    written = _tree("manifests")
    assert theirs("export", "--out", "manifests").code == 1
    assert _tree("manifests") == written


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "answer", "status": 503, "path": "/api/v1alpha/dashboards"},
        {"action": "answer", "status": 403, "path": "/api/v1beta/secrets"},
        {"action": "answer", "status": 200, "body": "{}", "path": "/api/v1alpha/notifications"},
    ],
    ids=["down", "not allowed", "odd"],
)
def test_nothing_is_left_when_not_all_can_be_read(
    theirs: Program, place: Path, broken: Callable[..., None], fault: dict[str, Any]
) -> None:
    """The rest would look like all there is; the way out is named."""
    before = sorted(path for path in place.iterdir() if path.name != ".reconciler")
    broken(**fault)
    ran = theirs("export", "--out", "manifests")

    assert (ran.code, ran.out) == (1, "")
    assert "not all could be read, and nothing is written:" in ran.err
    assert sorted(path for path in place.iterdir() if path.name != ".reconciler") == before
    advised = ran.err.rpartition("leave it out: ")[2].replace("'", "").split()
    assert theirs("export", "--out", "manifests", *advised).code == 0


@pytest.mark.parametrize("kind", ["ProjectSecret", "ArtifactsRetentionPolicy"])
def test_what_is_refused_in_all_projects_is_left_out_at_once(
    local: Program, place: Path, broken: Callable[..., None], kind: str
) -> None:
    """One option for the kind, however many projects there are, and it does."""
    more = PROJECT.replace("name: api", "name: {0}").replace("/api.git", "/{0}.git")
    seeded(local, place, "---\n".join(more.replace("{0}", name) for name in ("b", "c", "d")))
    paths = {
        "ProjectSecret": "*/projects/*/secrets*",
        "ArtifactsRetentionPolicy": "*/artifacts_retention*",
    }
    broken(action="answer", status=403, path=paths[kind], method="GET")
    ran = local("export", "--out", "manifests")

    assert ran.err.rstrip().endswith(f"leave it out: --exclude '{kind}/*'")
    assert local("export", "--exclude", f"{kind}/*", "--out", "manifests").code == 0


@pytest.mark.parametrize("how", ["object", "project"])
def test_a_project_comes_before_what_is_in_it(theirs: Program, how: str) -> None:
    """In the stream, and in a file for all of it."""
    assert theirs("export", "--layout", how, "--out", "m").code == 0
    for text in (theirs("export", "--layout", how).out, _tree("m").get("projects/api.yml", "")):
        kinds = re.findall("^kind: (.*)$", text, re.MULTILINE)
        inside = kinds[kinds.index("Project") + 1 :] if kinds else []
        assert set(kinds[: len(kinds) - len(inside)]).isdisjoint(
            {"ArtifactsRetentionPolicy", "DeploymentTarget", "ProjectSecret", "Schedule"}
        )


def test_json_needs_a_directory(local: Program) -> None:
    """Standard output has one product."""
    ran = local("export", "--format", "json")

    assert ran.code == 64
    assert "--format json needs --out." in ran.err


@pytest.mark.usefixtures("theirs")
def test_no_more_than_listing_and_one_look_at_each_target(reconciler: Program) -> None:
    """Nine kinds are nine listings here, and of a target the list lacks the values."""
    ran = reconciler("--org", "embedded:", "-v", "export", "--out", "manifests")

    assert "\n10 requests\n" in ran.err


def test_an_empty_organization_is_no_tree(local: Program, place: Path) -> None:
    """A directory without manifests would be an error of the next command."""
    before = sorted(place.iterdir())
    ran = local("export", "--out", "manifests/")

    assert ran.code == 0
    assert ran.out.endswith("\nNothing could be written, and manifests was not made.\n")
    assert sorted(path for path in place.iterdir() if path.name != ".reconciler") == before


def test_a_process_that_is_killed_leaves_nothing(theirs: Program, place: Path) -> None:
    """Here in the middle of reading; what it was to write is not there in part."""
    assert theirs("list").code == 0
    before = sorted(place.iterdir())
    fault = {"action": "delay", "seconds": 60, "path": "/api/v1alpha/dashboards", "times": None}
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", "--org", "embedded:", "-vv", "export", "--out", "m"],
        env={**os.environ, "PYTHONPATH": str(_ROOT), FAULTS: json.dumps([fault])},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:  # all the others are answered
        if line.startswith("GET /api/v1alpha/notifications 200"):
            break
    process.kill()
    process.communicate()

    assert sorted(place.iterdir()) == before
