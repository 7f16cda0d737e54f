"""A manifest in JSON is one to every command, wherever one in YAML is."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Ran, dashboard

Program = Callable[..., Ran]

ORG = ("--org", "embedded:semaphore.db")
COMMANDS = {
    "validate": ((), "Valid: 1 object declared."),
    "graph": ((), 'n1["Dashboard/main"]'),
    "plan": (ORG, "Summary: 1 to create."),
    "drift": (ORG, "Drift: 1 missing"),
    "apply": ((*ORG, "--auto-approve"), "Done: 1 of 1 change (1 created)."),
    "destroy": ((*ORG, "--auto-approve"), "Nothing to do"),
}


@pytest.fixture
def manifest(place: Path) -> Path:
    """One dashboard, in JSON."""
    path = place / "m.json"
    path.write_text(json.dumps(next(yaml.safe_load_all(dashboard("main")))))
    return path


@pytest.mark.parametrize("command", sorted(COMMANDS))
@pytest.mark.parametrize("path", ["m.json", "m.JSON", "folder.json", "-"])
def test_every_command(
    reconciler: Program, manifest: Path, monkeypatch: pytest.MonkeyPatch, command: str, path: str
) -> None:
    """Named, in a folder that is called like a file, in any case, and on standard input."""
    if path == "-":
        content = io.BytesIO(manifest.read_bytes())
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content))
    elif path == "folder.json":
        (manifest.parent / path).mkdir()
        manifest.rename(manifest.parent / path / "m.json")
    else:
        manifest.rename(manifest.parent / path)
    options, said = COMMANDS[command]
    ran = reconciler(command, path, *options)
    assert said in ran.out, ran
    assert ran.code == (2 if command == "drift" else 0)


def test_several_are_no_saved_plan(reconciler: Program, manifest: Path) -> None:
    """They may stand beside each other, and beside YAML."""
    (manifest.parent / "b.json").write_text(manifest.read_text().replace("main", "ops"))
    (manifest.parent / "c.yml").write_text(dashboard("other"))
    ran = reconciler("apply", *ORG, "--auto-approve", "m.json", "b.json", "c.yml")
    assert "Done: 3 of 3 changes (3 created)." in ran.out


def test_a_plan_of_them_is_one(reconciler: Program, manifest: Path) -> None:
    """Saved, it is applied as what it is, and reads the manifests again."""
    assert reconciler("plan", *ORG, "m.json", "--out", "plan.json").code == 0
    both = reconciler("apply", *ORG, "--auto-approve", "plan.json", "m.json")
    assert (both.code, "A saved plan stands alone" in both.err) == (64, True)
    content = manifest.read_text()
    manifest.write_text(content.replace("list_workflows", "list_pipelines"))
    moved = reconciler("apply", *ORG, "--auto-approve", "plan.json")
    assert (moved.code, "the manifests are not those" in moved.err) == (4, True)
    manifest.write_text(content)
    assert "Done: 1 of 1" in reconciler("apply", *ORG, "--auto-approve", "plan.json").out


@pytest.mark.parametrize(
    "command",
    [
        *(("validate",), ("graph",), ("plan", *ORG), ("drift", *ORG), ("destroy", *ORG)),
        *(("adopt", *ORG), ("list", *ORG, "--manifests"), ("list", *ORG), ("export", *ORG)),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("manifest")
def test_a_saved_plan_is_named_as_one(reconciler: Program, command: tuple[str, ...]) -> None:
    """Where manifests belong, or names, with the command that takes it."""
    assert reconciler("plan", *ORG, "m.json", "--out", "my plan.json").code == 0
    ran = reconciler(*command, "my plan.json")

    assert ran.code == 1
    said = "this is a saved plan, which apply alone takes: reconciler apply 'my plan.json'\n"
    assert said in ran.out + ran.err


def test_mistakes_have_their_places(reconciler: Program, manifest: Path) -> None:
    """To apply, too, as to validate; and what breaks off is told as what it seems to be."""
    manifest.write_text(manifest.read_text().replace("list_workflows", "list_flows"))
    ran = reconciler("apply", *ORG, "--auto-approve", "m.json")
    assert (ran.code, ran.err.startswith("m.json:1:")) == (1, True)
    manifest.write_text(manifest.read_text()[:-3])
    assert reconciler("apply", *ORG, "--auto-approve", "m.json").err.startswith("m.json:1:")
