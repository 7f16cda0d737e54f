"""The reconciler block is as strict as the rest of a manifest."""

from collections.abc import Callable

from reconciler.manifest import Loaded
from reconciler.model import Address, Rules

Refused = Callable[[str], list[str]]
Accepted = Callable[[str], Loaded]

SECRET = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: db}\nreconciler: %s\n"
PROJECT = """\
apiVersion: v1alpha
kind: Project
metadata: {name: api}
spec: {repository: {url: 'git@github.com:acme/api.git'}}
reconciler: %s
"""


REMOVE = "; if that rename was done, remove the line"


def _rules(loaded: Loaded) -> Rules:
    (desired,) = loaded.state.objects.values()
    return desired.rules


def test_all_rules(accepted: Accepted) -> None:
    """Every key has its meaning; ignored paths are a sorted set."""
    block = (
        "{protect: true, replace: allow, renamed_from: old, "
        "ignore: [spec.visibility, spec.repository.whitelist, spec.visibility]}"
    )
    assert _rules(accepted(PROJECT % block)) == Rules(
        protect=True,
        ignore=("spec.repository.whitelist", "spec.visibility"),
        renamed_from="old",
        allow_replace=True,
    )
    for nothing in ("", "{}", "{absent: false, replace: deny, ignore: []}"):
        assert _rules(accepted(PROJECT % nothing)) == Rules()
    assert _rules(accepted(PROJECT % "{protect: no}")) == Rules(protect=False)
    assert _rules(accepted(PROJECT % "{on_removal: forget}")) == Rules(forget=True)
    assert _rules(accepted(PROJECT % "{on_removal: prune}")) == Rules()
    assert _rules(accepted(PROJECT % "{mode: observe}")) == Rules(observe=True)
    assert _rules(accepted(PROJECT % "{mode: manage}")) == Rules()


def test_entries_of_a_project_go_as_it_goes(accepted: Accepted) -> None:
    """They have no rules of their own; what else is said of the project is not said of them."""
    tasks = "[{name: n, pipeline_file: x.yml, branch: main, scheduled: false}]"
    text = PROJECT.replace("'}}", "'}, tasks: %s}") % (tasks, "{on_removal: forget, protect: true}")
    loaded = accepted(text)
    rules = [desired.rules for desired in loaded.state.objects.values() if desired.entry]
    assert rules == [Rules(forget=True)]
    loaded = accepted(PROJECT.replace("'}}", "'}, tasks: %s}") % (tasks, "{mode: observe}"))
    assert all(desired.rules.observe for desired in loaded.state.objects.values())


def test_items_can_be_ignored_by_name(accepted: Accepted) -> None:
    """Also files, whose paths have dots."""
    paths = ("data.env_vars.TOKEN", "data.env_vars.TOKEN.value", "data.files.a.b.content")
    rules = _rules(accepted(SECRET % f"{{ignore: [{', '.join(paths)}]}}"))
    assert rules.ignore == paths


def test_mistakes(refused: Refused) -> None:
    """Each is named with its place and, where there is one, the nearest right word."""
    block = (
        "\n  protect: sure\n  replace: maybe\n  renamed_from: api\n  absen: true\n  ignore:\n"
        "  - spec.repositry\n  - metadata.name\n  - spec.tasks\n  - [a]\n  - ''\n"
    )
    assert refused(PROJECT % block) == [
        "m.yml:6:3: error: reconciler.protect must be true or false",
        "m.yml:7:3: error: reconciler.replace must be allow or deny",
        "m.yml:8:3: error: reconciler.renamed_from: is the name the object has now; remove it",
        "m.yml:9:3: error: unknown key 'absen' in reconciler; did you mean 'absent'?",
        (
            "m.yml:11:5: error: reconciler.ignore: kind Project has no field 'spec.repositry'; "
            "did you mean 'spec.repository'?"
        ),
        (
            "m.yml:12:5: error: reconciler.ignore: 'metadata.name' says which object it is "
            "and can't be ignored"
        ),
        (
            "m.yml:13:5: error: reconciler.ignore: 'spec.tasks': "
            "leave that key out of the manifest instead"
        ),
        "m.yml:14:5: error: reconciler.ignore: must be a field path",
        "m.yml:15:5: error: reconciler.ignore: kind Project has no field ''",
    ]
    assert refused(PROJECT % "yes") == [
        (
            "m.yml:5:1: error: reconciler must be a mapping of "
            "protect, ignore, renamed_from, absent, replace, on_removal, mode"
        )
    ]
    assert refused(PROJECT % "{ignore: spec.visibility, renamed_from: [], protect: {}}") == [
        "m.yml:5:14: error: reconciler.ignore must be a list of field paths",
        "m.yml:5:39: error: reconciler.renamed_from: must be the name the object had",
        "m.yml:5:57: error: reconciler.protect must be true or false",
    ]
    assert refused(PROJECT % "{on_removal: keep}") == [
        "m.yml:5:14: error: reconciler.on_removal must be forget or prune"
    ]
    assert refused(PROJECT % "{mode: watch}") == [
        "m.yml:5:14: error: reconciler.mode must be observe or manage"
    ]


def test_rules_that_a_kind_can_not_keep(refused: Refused) -> None:
    """A singleton is always there, and some names are for ever."""
    policy = (
        "apiVersion: v1alpha\nkind: ArtifactsRetentionPolicy\n"
        "metadata: {project_id_or_name: api}\nreconciler: {absent: true, renamed_from: x}\n"
    )
    assert refused(policy) == [
        "m.yml:4:14: error: reconciler.absent: a project always has its ArtifactsRetentionPolicy",
        (
            "m.yml:4:28: error: reconciler.renamed_from: objects of kind ArtifactsRetentionPolicy "
            "can't be renamed"
        ),
    ]
    assert refused(SECRET % "{mode: observe, absent: true, replace: allow, renamed_from: x}") == [
        f"m.yml:4:{column}: error: reconciler.{one} and reconciler.{other} contradict each other"
        for column, one, other in (
            (14, "mode", "absent"),
            (14, "mode", "renamed_from"),
            (14, "mode", "replace"),
            (29, "absent", "renamed_from"),
        )
    ]
    assert refused(SECRET % "{absent: true, on_removal: forget}") == [
        "m.yml:4:14: error: reconciler.absent and reconciler.on_removal contradict each other"
    ]
    assert refused(SECRET % "{absent: true, protect: true, renamed_from: x}") == [
        "m.yml:4:14: error: reconciler.absent and reconciler.protect contradict each other",
        "m.yml:4:14: error: reconciler.absent and reconciler.renamed_from contradict each other",
    ]


def test_absent_objects_need_only_their_name(accepted: Accepted, refused: Refused) -> None:
    """Required fields may be missing, values are not kept, unknown keys are still wrong."""
    project = "apiVersion: v1alpha\nkind: Project\nmetadata: {name: old}\n"
    loaded = accepted(
        project + "spec: {tasks: [{name: x}], visibility: odd}\nreconciler: {absent: true}\n"
    )
    ((address, desired),) = loaded.state.objects.items()
    assert address == Address("Project", "", "old")
    assert desired.rules.absent
    assert desired.spec.model_fields_set == set()
    assert loaded.state.owned == {}
    assert refused(project.replace("name: old", "nme: x") + "reconciler: {absent: true}\n") == [
        "m.yml:3:1: error: metadata.name is missing",
        "m.yml:3:12: error: unknown key 'nme' in metadata; did you mean 'name'?",
    ]
    assert refused(project.replace("metadata: {name: old}\n", "reconciler: {absent: true}\n")) == [
        "m.yml:1:1: error: metadata is missing"
    ]


def test_a_former_name_is_nobodys_name(refused: Refused) -> None:
    """Neither still declared, nor claimed by two."""
    one, two, old = (
        f"apiVersion: v1beta\nkind: Secret\nmetadata: {{name: {name}}}\n"
        for name in ("one", "two", "old")
    )
    renamed = "reconciler: {renamed_from: old}\n---\n"
    assert refused(one + renamed + old) == [
        (
            "m.yml:4:14: error: reconciler.renamed_from: "
            "Secret/old is declared at m.yml:6:1, or renamed there" + REMOVE
        )
    ]
    chained = "reconciler: {renamed_from: one}\n---\n"
    assert refused(one + renamed + two + chained) == [
        (
            "m.yml:9:14: error: reconciler.renamed_from: "
            "Secret/one is declared at m.yml:1:1, or renamed there" + REMOVE
        )
    ]
    assert refused(one + renamed + two + renamed) == [
        (
            "m.yml:9:14: error: reconciler.renamed_from: "
            "Secret/old is declared at m.yml:4:14, or renamed there" + REMOVE
        )
    ]
