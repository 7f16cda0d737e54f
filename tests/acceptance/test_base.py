"""``plan --base REV``: what a branch changes, without an organization, a token or a value."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program, document
from tests.acceptance.manifests import EVERYTHING, PROJECT, SCHEDULE, SECRET

_SOURCED = SECRET.replace("value: nightjar-1", "value_from: {env: NOWHERE}")
_RULED = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: prod, project_id_or_name: elsewhere}
spec:
  subject_rules:
  - {type: USER, git_login: ada}
  - {type: USER, subject_id: 9246a1a3-93b5-4f9c-b4d5-6b1f7a3c2d10}
  - {type: ROLE, subject_id: Deployers}
  - {type: ROLE, subject_id: 33333333-3333-4333-8333-333333333333}
"""


def _git(*arguments: str) -> None:
    who = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)  # noqa: S603, S607


@pytest.fixture
def tree(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A branch of a repository, on a machine that knows no organization."""
    monkeypatch.delenv("SEMAPHORE_API_TOKEN")
    (place / "all.yml").unlink()
    found = place / "manifests"
    found.mkdir()
    (found / "all.yml").write_text(EVERYTHING)
    _committed("main")
    return found


def _committed(branch: str) -> None:
    _git("init", "-q", "-b", branch)
    _git("add", ".")
    _git("commit", "-q", "-m", "one")
    _git("checkout", "-q", "-b", "work")


def _changes(reconciler: Program, *options: str) -> list[tuple[str, str]]:
    found = document(reconciler, "-q", "plan", "--base", "main", *options, "manifests")
    return [(change["action"], change["address"]) for change in found["changes"]]


@pytest.mark.parametrize("edition", ["cloud", "ee"])
def test_what_a_branch_changes(reconciler: Program, tree: Path, place: Path, edition: str) -> None:
    """Of every kind; nothing is kept of it, and the working tree stays as it is."""
    chosen = ("--org", f"embedded:?edition={edition}")
    assert _changes(reconciler, *chosen) == []
    text = EVERYTHING.replace("0 3", "0 4").replace("[failed]", "[passed]")
    (tree / "all.yml").write_text(text)
    (tree / "new.yml").write_text(PROJECT.replace("name: api", "name: shop"))
    assert _changes(reconciler, *chosen) == [
        ("update", "Notification/ops"),
        ("create", "Project/shop"),
        ("update", "Schedule/api/nightly"),
    ]
    ran = reconciler("-q", "plan", "--base", "main", "--detailed-exitcode", "manifests")
    assert ran.code == 2
    assert ran.out.startswith("Plan for what main declares\n")
    assert "--base main: warning: tried on a local Semaphore that has what was declared" in ran.out
    assert "ingerprint" not in ran.out
    assert not (place / ".reconciler").exists()
    assert not (place / ".local").exists()


def test_what_was_taken_out_is_pruned_or_told(reconciler: Program, tree: Path) -> None:
    """As it would be in the organization."""
    rest = EVERYTHING.replace(f"---\n{SECRET}", "")
    assert rest != EVERYTHING
    (tree / "all.yml").write_text(rest)
    found: Any = document(reconciler, "-q", "plan", "--base", "main", "manifests")
    assert (found["changes"], found["orphaned"]) == ([], ["Secret/prod-db"])
    assert _changes(reconciler, "--prune") == [("delete", "Secret/prod-db")]
    (tree / "all.yml").write_text(f"{rest}---\n{SECRET}reconciler: {{absent: true}}\n")
    assert _changes(reconciler) == [("delete", "Secret/prod-db")]


def test_a_source_is_not_read_and_a_changed_one_is_told(reconciler: Program, tree: Path) -> None:
    """A value that is left where it is can be there, too."""
    kept = _SOURCED.replace("prod-db", "kept").replace("{env: NOWHERE}", "{live: keep}")
    (tree / "all.yml").write_text(f"{_SOURCED}---\n{kept}")
    _git("commit", "-q", "-a", "-m", "two")
    _git("branch", "-f", "main")
    assert _changes(reconciler) == []
    (tree / "all.yml").write_text(f"{_SOURCED.replace('NOWHERE', 'ELSEWHERE')}---\n{kept}")
    ran = reconciler("-q", "plan", "--base", "main", "--allow-replace", "manifests")
    assert ran.code == 0, ran
    words = ("<secret from server>", "<secret from env ELSEWHERE>", "changed here")
    assert all(each in ran.out for each in words)
    assert "Summary: 1 to replace; 1 object unchanged." in ran.out


def test_what_manifests_need_of_an_organization_is_there(reconciler: Program, tree: Path) -> None:
    """Projects that none declares, roles and people by whatever they are called."""
    (tree / "all.yml").write_text(f"{_RULED}---\n{PROJECT}reconciler: {{mode: observe}}\n")
    _git("commit", "-q", "-a", "-m", "two")
    _git("branch", "-f", "main")
    found: Any = document(reconciler, "-q", "plan", "--base", "main", "manifests")
    told = [found[key] for key in ("changes", "observed", "released", "orphaned", "unmanaged")]
    assert told == [[], [], [], [], []]
    (tree / "all.yml").write_text(_RULED.replace("Deployers", "Auditors"))
    assert _changes(reconciler) == [("update", "DeploymentTarget/elsewhere/prod")]


def test_where_the_branch_left_it_counts(reconciler: Program, tree: Path) -> None:
    """What the main branch did since is not told as undone; nor are new paths missed there."""
    _git("checkout", "-q", "main")
    (tree / "all.yml").write_text(EVERYTHING.replace("0 3", "0 5"))
    _git("commit", "-q", "-a", "-m", "two")
    _git("checkout", "-q", "work")
    assert _changes(reconciler) == []
    more = tree.parent / "more"
    more.mkdir()
    (more / "p.yml").write_text(PROJECT.replace("name: api", "name: shop"))
    assert _changes(reconciler, "more") == [("create", "Project/shop")]
    ran = reconciler("-q", "plan", "--base", "main", "manifests/all.yml")
    assert "Nothing to do: 9 objects are as declared." in ran.out


def test_mistakes_of_before_have_their_places(reconciler: Program, tree: Path) -> None:
    """By the name of the revision; what can't be made there can be left out."""
    (tree / "all.yml").write_text("kind: Secrt\n")
    _git("commit", "-q", "-a", "-m", "two")
    _git("branch", "-f", "main")
    (tree / "all.yml").write_text(EVERYTHING)
    ran = reconciler("-q", "plan", "--base", "main", "manifests")
    assert ran.code == 1
    assert "main:manifests/all.yml:1:1: error: " in ran.err


def test_an_id_that_leads_nowhere_there_has_its_place(reconciler: Program, tree: Path) -> None:
    """What is found out later is told by the revision's files, too."""
    unknown = "9246a1a3-93b5-4f9c-b4d5-6b1f7a3c2d10"
    (tree / "all.yml").write_text(SCHEDULE.replace("project: api", f"project: {unknown}"))
    _git("commit", "-q", "-a", "-m", "two")
    _git("branch", "-q", "-f", "main")
    ran = reconciler("-q", "plan", "--base", "main", "manifests")
    assert ran.code == 1
    assert ran.err.startswith(f"main:manifests/all.yml:5:3: error: Schedule/{unknown}/nightly")


def test_what_can_not_be_made_there(reconciler: Program, tree: Path) -> None:
    """Is named, and can be left out."""
    assert tree.is_dir()
    local = ("--org", "embedded:?edition=ce")
    ran = reconciler("-q", "plan", *local, "--base", "main", "manifests")
    assert ran.code == 1
    assert "--base: what was declared there can't be made in a local Semaphore:" in ran.err
    assert _changes(reconciler, *local, "--exclude", "DeploymentTarget/*") == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--base", "nowhere"), 1, "error: --base nowhere: fatal: "),
        (("--base=--output=x",), 1, "--base --output=x: is no revision"),
        (("--base", "main", "--out", "p.json"), 64, "--base does not go with --out."),
        (("--base", "main", "--rewrite", "Secret/*"), 64, "--base does not go with --rewrite."),
        (("--base", "main", "--org", "https://acme.example"), 64, "--base asks no organization"),
    ],
)
@pytest.mark.usefixtures("tree")
def test_what_can_not_be_asked(
    reconciler: Program, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """A revision that Git does not know, or what makes no sense without an organization."""
    ran = reconciler("-q", "plan", *arguments, "manifests")
    assert (ran.code, words in ran.err) == (code, True), ran


def test_paths_elsewhere(
    reconciler: Program, tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Have no revision."""
    other = tmp_path_factory.mktemp("other") / "m.yml"
    other.write_text(PROJECT)
    ran = reconciler("-q", "plan", "--base", "main", str(other))
    assert tree.is_dir()
    assert (ran.code, "is not in the repository of the current directory" in ran.err) == (1, True)


_INERT = """\
apiVersion: v1alpha
kind: Dashboard
metadata: {name: inert}
spec: {widgets: [{name: w, type: list_workflows, filters: {project_id: "api (text, not an id)"}}]}
---
apiVersion: v1beta
kind: Secret
metadata: {name: open}
org_config:
  projects_access: ALLOWED
  project_ids: [api, "api (text, not an id)", 9246a1a3-93b5-4f9c-b4d5-6b1f7a3c2d10]
"""


def test_what_leads_nowhere_before_is_so_there(reconciler: Program, tree: Path) -> None:
    """It is kept as it is said; what the branch adds of the kind is refused, as any apply would."""
    _git("checkout", "-q", "main")
    (tree / "inert.yml").write_text(_INERT)
    _git("add", ".")
    _git("commit", "-q", "-m", "inert")
    assert _changes(reconciler) == []
    (tree / "inert.yml").write_text(_INERT.replace("name: w,", "name: other,"))
    assert _changes(reconciler) == [("update", "Dashboard/inert")]
    (tree / "inert.yml").write_text(_INERT.replace('project_id: "api', 'project_id: "shop'))
    ran = reconciler("-q", "plan", "--base", "main", "manifests")
    assert ran.code == 4
    assert "it names 'shop (text, not an id)', which leads to no Project" in ran.out
    assert "did you mean" not in ran.out + ran.err


_ROLE = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: NAME, project_id_or_name: elsewhere}
spec: {subject_rules: [{type: ROLE, subject_id: "WHO"}]}
"""


def _ruled(name: str, who: str) -> str:
    return _ROLE.replace("NAME", name).replace("WHO", who)


def test_text_in_the_place_of_a_role(reconciler: Program, tree: Path) -> None:
    """It is kept as an old target has it, beside roles that are some; a branch may clean it up."""
    text, good = "Admin (text, not an id)", _ruled("good", "Admin")
    _git("checkout", "-q", "main")
    (tree / "rules.yml").write_text(f"{_ruled('old', text)}---\n{good}")
    _git("add", ".")
    _git("commit", "-q", "-m", "inert")
    assert _changes(reconciler) == []
    (tree / "rules.yml").write_text(f"{_ruled('old', 'Admin')}---\n{good}")
    (change,) = document(reconciler, "-q", "plan", "--base", "main", "manifests")["changes"]
    assert change["address"] == "DeploymentTarget/elsewhere/old"
    (field,) = change["fields"]
    assert (field["before"], field["after"]) == (text, "Admin")


_KEPT = """\
apiVersion: v1beta
kind: Secret
metadata: {name: there}
data: {env_vars: [{name: A, value_from: {live: keep}}]}
---
apiVersion: v1alpha
kind: Project
metadata: {name: shop}
spec: {repository: {url: "git@github.com:acme/shop.git", integration_type: github_app}}
---
apiVersion: v1
kind: ProjectSecret
metadata: {name: inside, project_id_or_name: shop}
data: {files: [{path: a, content_from: {live: keep}}]}
"""


def test_what_keeps_a_live_value_is_there(reconciler: Program, tree: Path) -> None:
    """A branch brings an object as an export has it: it is adopted, and nothing is replaced."""
    (tree / "there.yml").write_text(_KEPT)
    more = SECRET.replace("-1}", "-1}, {name: B, value_from: {live: keep}}")
    assert more != SECRET
    (tree / "all.yml").write_text(EVERYTHING.replace(SECRET, more))
    found = document(reconciler, "-q", "plan", "--base", "main", "manifests")
    assert (found["changes"], found["refusals"]) == ([], [])
    assert found["adopted"] == ["Project/shop", "ProjectSecret/shop/inside", "Secret/there"]
    said = [note["text"] for note in found["notes"]]
    assert "Secret/there keeps live values, so it is taken for there, as it is declared" in said


def test_a_project_with_kept_values_is_renamed(reconciler: Program, tree: Path) -> None:
    """What is in it is there by its former name, also what only the branch declares."""
    (tree / "there.yml").write_text(_KEPT)
    _git("add", ".")
    _git("commit", "-qm", "kept")
    _git("branch", "-qf", "main")
    renamed = _KEPT.replace("{name: shop}", "{name: store}").replace(
        "_name: shop}", "_name: store}"
    )
    renamed = renamed.replace("github_app}}\n", "github_app}}\nreconciler: {renamed_from: shop}\n")
    new = renamed.rpartition("---\n")[2].replace("inside", "new")
    (tree / "there.yml").write_text(f"{renamed}---\n{new}")
    found = document(reconciler, "-q", "plan", "--base", "main", "manifests")
    assert [(c["action"], c["address"]) for c in found["changes"]] == [("update", "Project/store")]
    assert (found["refusals"], found["adopted"]) == ([], ["ProjectSecret/store/new"])
