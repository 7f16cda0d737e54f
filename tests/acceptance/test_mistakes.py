"""Mistakes in manifests: each with its place and what to do, all at once, before any request."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.errors import InvalidManifests
from reconciler.manifest import load
from tests.acceptance.conftest import Program
from tests.acceptance.manifests import PROJECT, SECRET

SCHEDULE = """\
apiVersion: v1.2
kind: Schedule
metadata: {name: n}
spec: {project: api, recurring: true, reference: {type: BRANCH, name: m}, pipeline_file: a.yml, %s}
"""
NOTIFICATION = """\
apiVersion: v1alpha
kind: Notification
metadata: {name: n}
spec:
  rules:
  - name: r
    filter: {projects: [x], %s}
    notify: {slack: {endpoint: "https://x"}}
"""
TARGET = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: t, project_id_or_name: api}
spec:
  %s
"""
RETENTION = """\
apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {project_id_or_name: api}
spec: {job_level_retention_policies: [{selector: /a, age: %s}]}
"""
NAMED = "apiVersion: %s\nkind: %s\nmetadata: {name: %s}\n"

MISTAKES = {
    "empty file": ("", "", "there is no manifest in this file, and nothing is deleted because of"),
    "only a comment": ("# x\n", "", "there is no manifest in this file"),
    "Kubernetes": (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: x, namespace: y}\n",
        "2:1",
        "this is a Kubernetes object (v1 Secret), not a Semaphore manifest; keep it elsewhere",
    ),
    "pipeline": (
        "version: v1.0\nname: P\nblocks: []\n",
        "1:1",
        "this is a Semaphore pipeline, not a manifest; keep manifests in a folder of their own",
    ),
    "Workflow Editor": (
        f"version: v1.0\n{PROJECT}blocks: []\n",
        "1:1",
        "version and blocks do not belong in a manifest: Semaphore's Workflow Editor has",
    ),
    "duplicate key": (
        SECRET + "metadata: {}\n",
        "5:1",
        "duplicate key 'metadata'; it is already at m.yml:3:1",
    ),
    "duplicate address": (
        f"{SECRET}---\n{SECRET}",
        "6:1",
        "Secret/prod-db is declared twice; it is already at m.yml:1:1",
    ),
    "enum": (
        SECRET + "org_config: {projects_access: ALLOWD}\n",
        "5:14",
        "org_config.projects_access: 'ALLOWD' is not one of ALL, ALLOWED, NONE; did you mean",
    ),
    "ALLOWED without projects": (
        SECRET + "org_config: {projects_access: ALLOWED}\n",
        "5:1",
        "org_config: projects_access is ALLOWED, but project_ids names no project",
    ),
    "cron": (SCHEDULE % "at: 61 * * * *", "4:97", "spec.at: can't read '61' as minute (0 to 59)"),
    "age": (RETENTION % "2w", "4:54", "'2w' is not an age: 1 to 12, one space, then days, weeks"),
    "regex": (
        TARGET % 'object_rules: [{type: BRANCH, match_mode: REGEX, pattern: "(a"}]',
        "5:18",
        "'(a' is not a valid regular expression: missing closing parenthesis",
    ),
    "whitelisted pattern": (
        PROJECT.replace("run_on:", "whitelist: {tags: [/(/]}, run_on:"),
        "5:64",
        "'(' is not a valid regular expression: missing closing parenthesis",
    ),
    "whitelisted name": (
        PROJECT.replace("run_on:", "whitelist: {branches: [feature/*]}, run_on:"),
        "5:64",
        "'feature/*' would never match: git allows no '*' in a name",
    ),
    "group": (
        TARGET % "subject_rules: [{type: GROUP, subject_id: x}]",
        "5:20",
        "Semaphore keeps a rule for a GROUP and never looks at it",
    ),
    "url with a port": (
        PROJECT.replace("git@github.com:", "ssh://git@github.com:22/"),
        "5:3",
        "Semaphore would take 'ssh://git@github.com:22/acme/api.git' for 'git@github.com:22/acme",
    ),
    "pattern": (NOTIFICATION % "branches: [/(/]", "7:29", "'(' is not a valid regular expression"),
    "states": (NOTIFICATION % "states: [FINISHED]", "7:29", "remove 'FINISHED': Semaphore crashes"),
    "results": (NOTIFICATION % "results: [fail]", "7:29", "did you mean 'failed'?"),
    "name": (NAMED % ("v1alpha", "Dashboard", "My_D"), "3:12", "'My_D' is not a valid name: lower"),
    "name like an id": (
        NAMED % ("v1beta", "Secret", "a-0d4d4184-c80a-4cbb-acdd-b75e3a03f795"),
        "3:12",
        "must not have a UUID in it: Semaphore would take it for an id",
    ),
    "path as a name": (PROJECT.replace("api}", "..}", 1), "3:12", "'..' is not a valid name"),
    "base64": (
        SECRET.replace("env_vars: [{name: PASSWORD, value:", "files: [{path: x, content:"),
        "4:26",
        "data.files.x.content is not base64; encode the file, or name it with `content_from: {",
    ),
    "blank value": (
        SECRET.replace("nightjar-1", '" "'),
        "4:36",
        "must not be blank: Semaphore refuses an empty secret value; write it, say where it is",
    ),
    "secret as sem shows it": (
        SECRET.replace(", value: nightjar-1", "").replace("db}", "db, content_included: false}"),
        "4:19",
        "data.env_vars.PASSWORD.value is missing; where Semaphore hides values, `sem get` shows",
    ),
    "unknown source": (
        SECRET.replace("value: nightjar-1", "value_from: {evn: X}"),
        "4:36",
        "unknown source 'evn'; did you mean 'env'?",
    ),
    "unknown key above": (SECRET + "dta: {}\n", "5:1", "unknown key 'dta'; did you mean 'data'?"),
    "unknown key inside": (
        PROJECT.replace("run_on", "run_onn"),
        "5:52",
        "unknown key 'run_onn' in spec.repository; did you mean 'run_on'?",
    ),
    "misplaced key": (
        PROJECT + "  run_on: []\n",
        "6:3",
        "unknown key 'run_on' in spec; it belongs in spec.repository",
    ),
    "unknown key of a task": (
        PROJECT + "  tasks: [{name: t, scheduled: false, pipeline_file: x, brnch: m}]\n",
        "6:57",
        "unknown key 'brnch' in spec.tasks.t; did you mean 'branch'?",
    ),
    "unknown rule": (
        SECRET + "reconciler: {protct: true}\n",
        "5:14",
        "unknown key 'protct' in reconciler; did you mean 'protect'?",
    ),
    "unknown kind": (NAMED % ("v1", "Secrt", "x"), "2:1", "unknown kind 'Secrt'; did you mean"),
    "no kind": ("apiVersion: v1\nKind: x\n", "1:1", "kind is missing; 'Kind' must be spelled"),
    "no version": ("kind: Secret\nmetadata: {name: x}\n", "1:1", "write `apiVersion: v1beta`"),
    "version of a schedule": (
        SCHEDULE.replace("v1.2", "v2") % "at: ''",
        "1:1",
        "kind Schedule has apiVersion v1.2 or v1.1 or v1.0, not 'v2'",
    ),
    "parts of a schedule": (
        "apiVersion: v1.2\nkind: Schedule\nmetadata: {name: n}\nspec: {project: api}\n",
        "4:1",
        "v1.2 needs spec.recurring and spec.reference",
    ),
    "tab": ("apiVersion: v1\nkind:\n\tx\n", "3:1", "a tab can't indent; use spaces"),
    "template's statement": (
        "{{- if .Values.x }}\nkind: Secret\n{{- end }}\n",
        "1:",
        "what a template has in braces must be filled in first, or quoted",
    ),
    "merge conflict": (
        f"{SECRET}<<<<<<< ours\ndata: {{}}\n=======\nspec: {{}}\n>>>>>>> theirs\n",
        "5:1",
        "an unresolved merge conflict; decide, and remove its markers",
    ),
    "other YAML": ("services: {web: {}}\n", "1:1", "it has neither apiVersion nor kind; keep YAML"),
    "server's word for a schedule": (
        SCHEDULE.replace("Schedule", "Periodic") % "at: ''",
        "2:1",
        "a schedule is of kind Schedule; write that",
    ),
    "pattern of results": (
        NOTIFICATION % "results: [/(/]",
        "7:29",
        "'(' is not a valid regular expression",
    ),
    "age with a tab": (RETENTION % '"1\tday"', "4:54", "is not an age: 1 to 12, one space"),
    "full ref as a name": (
        SCHEDULE.replace("name: m", "name: refs/tags/v1") % "at: '0 1 * * *'",
        "4:65",
        "'refs/tags/v1' would never match: write `type: TAG, name: v1`",
    ),
    "permissions without their switch": (
        PROJECT + "  debug_permissions: [tag]\n",
        "4:1",
        "count only with `custom_permissions: true`; write that, too",
    ),
    "projects for nobody": (
        SECRET + "org_config: {projects_access: NONE, project_ids: [api]}\n",
        "5:1",
        "projects_access is NONE, and forgets project_ids; write ALLOWED",
    ),
    "projects without access": (
        SECRET + "org_config: {project_ids: [api]}\n",
        "5:1",
        "project_ids without projects_access leaves a new secret to ALL projects",
    ),
    "pattern that is not used": (
        SCHEDULE % "at: '0 1 * * *', parameters: [{name: A, regex_pattern: x}]",
        "4:",
        "regex_pattern is kept only with `validate_input_format: true`; write that, too",
    ),
    "login of everybody": (
        TARGET % "subject_rules: [{type: ANY, git_login: bob}]",
        "5:19",
        "git_login names a USER, and this rule is for ANY",
    ),
    "user who is no id": (
        TARGET % "subject_rules: [{type: USER, subject_id: bob}]",
        "5:19",
        "'bob' is the id of no user, which is a UUID; a login is git_login",
    ),
    "aws without its origin": (
        NAMED % ("v1alpha", "SelfHostedAgentType", "s1-a")
        + "spec: {agent_name_settings: {aws: {account_id: 1, role_name_patterns: x}}}\n",
        "4:8",
        "aws counts only with `assignment_origin: assignment_origin_aws_sts`; write that",
    ),
    "url of no forge": (
        PROJECT.replace("github", "githup", 1),
        "5:3",
        "is not the url of a repository at github.com, bitbucket.org, gitlab.com, nor of the form",
    ),
    "status of a git project": (
        PROJECT.replace("git@github.com:acme/api.git", "ssh://git@x/acme/api.git").replace(
            "run_on: [branches]",
            "integration_type: git, status: {pipeline_files: [{path: a, level: block}]}",
        ),
        "5:3",
        "Semaphore keeps no status for integration_type git; remove it",
    ),
    "not closed": ('kind: "x\n', "1:", "a quote that is never closed"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake(local: Program, place: Path, name: str) -> None:
    """One line with the place and the way out; no request is made for it.

    But for a key that nobody here knows: the server is asked, which may be newer.
    """
    text, where, words = MISTAKES[name]
    (place / "m.yml").write_text(text)
    code, out, err = local("plan", "m.yml")
    assert (code, out) == (1, "")
    first, *rest = err.splitlines()
    assert first.startswith(f"m.yml:{where}")
    assert ": error: " in first
    assert words in first
    assert rest == ["", "1 error in 1 file."]
    database = place / ".reconciler" / "embedded.db"
    assert database.exists() == ("unknown key '" in words and "reconciler" not in words)
    assert methods(database) <= {"GET"}


def methods(database: Path) -> set[str]:
    """Return the methods of all requests that were made."""
    if not database.exists():
        return set()
    with closing(sqlite3.connect(database)) as db:
        return {row[0] for row in db.execute("SELECT DISTINCT method FROM journal")}


def test_all_mistakes_at_once(local: Program, place: Path) -> None:
    """Those of all files are told in order of place, each once."""
    for number, (text, _, _) in enumerate(MISTAKES.values()):
        (place / "wrong").mkdir(exist_ok=True)
        (place / f"wrong/{number:02}.yml").write_text(text)
    code, _, err = local("validate", "wrong")[:3]
    assert (code, err) == (1, "")
    lines = local("validate", "wrong").out.splitlines()
    for number, (_, where, words) in enumerate(MISTAKES.values()):
        file = f"wrong/{number:02}.yml"
        words = words.partition("; it is already at")[0]  # noqa: PLW2901 — in another file here
        assert any(line.startswith(f"{file}:{where}") and words in line for line in lines)
    assert lines[-1] == f"{len(lines) - 2} errors in {len(MISTAKES)} files."


WARNINGS = {
    "apiVersion: v1\nkind: Dashboard\nmetadata: {name: d}\n": (
        "m.yml:1:1: warning: kind Dashboard has apiVersion v1alpha; 'v1' is read as that"
    ),
    PROJECT.replace("run_on:", "run: true, run_on:"): (
        "m.yml:5:52: warning: `run` has no effect: what is built is said by "
        "spec.repository.run_on; remove it"
    ),
}


@pytest.mark.parametrize("text", WARNINGS)
def test_legacy(local: Program, place: Path, text: str) -> None:
    """What old files have is planned, with a warning."""
    (place / "m.yml").write_text(text)
    code, out, err = local("plan", "m.yml")
    assert (code, err.splitlines()[0]) == (0, WARNINGS[text])
    assert "Summary: 1 to create." in out


def test_nothing_to_read(local: Program, place: Path) -> None:
    """Nothing found never means that nothing is wanted."""
    (place / "empty").mkdir()
    assert "empty: error: there is no manifest (*.yml, *.yaml, *.json) in this directory" in (
        local("apply", "empty", "--prune", "--auto-approve").err
    )
    assert "nope.yml: error: there is no such file or directory" in local("plan", "nope.yml").err


REFERENCES = """\
apiVersion: v1alpha
kind: Project
metadata: {name: payments}
spec: {repository: {url: "git@github.com:a/b.git"}}
---
apiVersion: v1beta
kind: Secret
metadata: {name: x}
org_config: {projects_access: ALLOWED, project_ids: [payments, paymnts]}
---
apiVersion: v1alpha
kind: Dashboard
metadata: {name: d, title: payment}
spec: {widgets: [{name: payment, type: list_workflows, filters: {project_id: payment}}]}
---
apiVersion: v1
kind: ProjectSecret
metadata: {name: x, project_id_or_name: paymets}
"""


def test_dangling_references(local: Program, place: Path) -> None:
    """A project that nobody knows is told where it is named, with the nearest name."""
    (place / "m.yml").write_text(REFERENCES)
    code, out, err = local("plan", "m.yml")
    assert (code, out) == (1, "")
    about = "which neither exists nor is declared; did you mean 'payments'?"
    assert err.splitlines() == [
        f"m.yml:9:64: error: Secret/x needs project 'paymnts', {about}",
        f"m.yml:14:66: error: Dashboard/d needs project 'payment', {about}",
        f"m.yml:18:21: error: ProjectSecret/paymets/x needs project 'paymets', {about}",
        "",
        "3 errors in 1 file.",
    ]


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("Amdin", "; did you mean 'Admin'?"),
        ("Member", "; it is one of the organization, and projects have Admin, Contributor, Reader"),
    ],
)
def test_an_unknown_role(local: Program, place: Path, role: str, words: str) -> None:
    """Names of roles are looked for where the API shows them (C 1.5)."""
    target = TARGET % f"subject_rules: [{{type: ROLE, subject_id: {role}}}]"
    (place / "m.yml").write_text(f"{PROJECT}---\n{target}")
    for command in (("plan",), ("apply", "--auto-approve"), ("drift",)):
        code, out, err = local(*command, "m.yml")
        assert (code, out) == (1, "")
        where = "m.yml:11:32: error: DeploymentTarget/api/t: "
        assert err.startswith(f"{where}there is no role {role!r} in projects{words}\n")


COLLECTION = Path(__file__).parents[3] / "shared" / "manifests"
"""Real manifests beside the checkout, where there are any; they are not ours to publish."""


def test_the_collection_is_applied(local: Program, place: Path) -> None:
    """Every real manifest converges, or is told exactly what keeps it from doing so."""
    for number, file in enumerate([place / "all.yml", *sorted(COLLECTION.rglob("*.yml"))]):
        copy = place / f"{number}.yml"
        copy.write_bytes(file.read_bytes())
        options = (f"--org=embedded:{number}.db", "--ledger=none", copy.name)
        try:
            load([str(copy)])
        except InvalidManifests:
            assert local("plan", *options).code == 1
            continue
        ran = local("apply", "--auto-approve", *options)
        if ran.code == 0:
            assert local("plan", "--detailed-exitcode", *options).code == 0
        else:
            assert ran.code == 1
            assert "which neither exists nor is declared" in ran.err
