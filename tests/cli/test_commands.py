"""Each command against an embedded Semaphore, in this process."""

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import AGENT_TYPE, Ran, dashboard

ORG = ("--org", "embedded:semaphore.db")
Program = Callable[..., Ran]


@pytest.fixture
def manifests(place: Path) -> Path:
    """Two dashboards in one file."""
    path = place / "m.yml"
    path.write_text(dashboard("main") + dashboard("ops"))
    return path


def parsed(ran: Ran) -> Any:
    return json.loads(ran.out)


def test_validate(reconciler: Program, manifests: Path) -> None:
    """What is right is counted, what is wrong is listed on standard output."""
    assert reconciler("validate", "m.yml") == Ran(0, "Valid: 2 objects declared.\n", "")
    manifests.write_text(dashboard() + "kind: Dashbord\n")
    code, out, err = reconciler("validate", "m.yml")
    assert (code, err) == (1, "")
    assert "m.yml:7:1: error: unknown kind 'Dashbord'; did you mean 'Dashboard'?" in out
    assert parsed(reconciler("validate", "--format", "json", "m.yml"))["valid"] is False


@pytest.mark.usefixtures("manifests")
def test_plan_apply_plan(reconciler: Program) -> None:
    """What plan shows is done by apply, and then there is nothing to do."""
    code, out, err = reconciler(*ORG, "plan", "m.yml", "--detailed-exitcode")
    assert (code, err) == (2, "Reading embedded:semaphore.db\n")
    assert "Summary: 2 to create." in out
    assert reconciler(*ORG, "plan", "m.yml").code == 0

    code, out, err = reconciler(*ORG, "apply", "m.yml", "--auto-approve")
    assert code == 0
    assert "Done: 2 of 2 changes (2 created).\n" in out
    assert err == "Reading embedded:semaphore.db\nApplying 2 changes\n"
    assert re.findall(r"Dashboard/\w+ +created", out) == [
        "Dashboard/main  created",
        "Dashboard/ops   created",
    ]

    again = reconciler(*ORG, "plan", "m.yml", "--detailed-exitcode", "-q")
    assert again == Ran(
        0,
        "Plan for embedded:semaphore.db\n\nNothing to do: 2 objects are as declared.\n",
        "",
    )


@pytest.mark.usefixtures("manifests")
def test_apply_without_consent_changes_nothing(reconciler: Program) -> None:
    """No terminal, no flag: refused in words, and the plan is the same afterwards."""
    before = reconciler(*ORG, "plan", "m.yml").out
    code, out, err = reconciler(*ORG, "apply", "m.yml")
    assert (code, out) == (4, before)
    assert "error: nothing was changed: there is no terminal to ask on; --auto-approve" in err
    assert reconciler(*ORG, "plan", "m.yml").out == before


@pytest.mark.usefixtures("manifests")
def test_apply_in_json_does_not_ask(reconciler: Program) -> None:
    """JSON is for programs: without --auto-approve there is a plan and no outcome."""
    refused = reconciler(*ORG, "apply", "m.yml", "--format", "json")
    assert refused.code == 4
    assert parsed(refused)["outcomes"] == []
    done = reconciler(*ORG, "apply", "m.yml", "--format", "json", "--auto-approve")
    assert done.code == 0
    assert parsed(done)["results"] == {"done": 2, "failed": 0, "skipped": 0}
    nothing = reconciler(*ORG, "apply", "m.yml", "--format", "json")
    assert (nothing.code, parsed(nothing)["plan"]["changes"]) == (0, [])


def test_drift(reconciler: Program, manifests: Path) -> None:
    """Drift is told live and exits with 2; what is declared nowhere is none."""
    reconciler(*ORG, "apply", "m.yml", "--auto-approve")
    assert reconciler(*ORG, "drift", "m.yml").code == 0
    manifests.write_text(dashboard("main", branch="dev"))
    code, out, _ = reconciler(*ORG, "drift", "m.yml")
    assert code == 2
    assert ".filters.branch  dev → main" in out
    assert "      Dashboard/ops\n" in out
    document = parsed(reconciler(*ORG, "drift", "m.yml", "--format", "json"))
    assert (document["drifted"], document["orphaned"]) == (True, ["Dashboard/ops"])
    assert document["unmanaged"] == []


@pytest.mark.usefixtures("manifests")
def test_destroy(reconciler: Program) -> None:
    """What the manifests describe is deleted; more than the budget is refused."""
    reconciler(*ORG, "apply", "m.yml", "--auto-approve")
    refused = reconciler(*ORG, "destroy", "m.yml", "--auto-approve", "--max-deletes", "1")
    assert refused.code == 4
    assert "REFUSED" in refused.out
    assert "the plan is refused, and nothing was changed" in refused.err
    assert reconciler(*ORG, "destroy", "m.yml").code == 4
    done = reconciler(*ORG, "destroy", "m.yml", "--auto-approve")
    assert done.code == 0
    assert "Done: 2 of 2 changes (2 deleted)." in done.out
    assert "Summary: 2 to create." in reconciler(*ORG, "plan", "m.yml").out


@pytest.mark.usefixtures("manifests")
def test_target_and_exclude(reconciler: Program) -> None:
    """Globs choose what is planned, and the plan says what it left out."""
    out = reconciler(*ORG, "plan", "m.yml", "--target", "Dashboard/m*").out
    assert "Summary: 1 to create." in out
    assert "Left out of this run: 1 object." in out
    assert "Summary: 1 to create." in reconciler(*ORG, "plan", "m.yml", "--exclude", "*/main").out


@pytest.mark.usefixtures("manifests")
def test_config_file_gives_everything(reconciler: Program, place: Path) -> None:
    """With reconciler.toml a command line is one word; a flag still wins."""
    (place / "reconciler.toml").write_text(
        'organization = "embedded:semaphore.db"\npaths = ["m.yml"]\ncolor = "always"\n'
    )
    ran = reconciler("plan", "-v")
    assert "organization embedded:semaphore.db (from reconciler.toml)\n" in ran.err
    assert "\x1b[" in ran.out
    assert "\x1b[" not in reconciler("plan", "--color", "never").out


@pytest.mark.usefixtures("manifests")
def test_environment_decides_colour(reconciler: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR and FORCE_COLOR count, the flag counts more."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in reconciler(*ORG, "plan", "m.yml").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in reconciler(*ORG, "plan", "m.yml").out
    assert "\x1b[" in reconciler(*ORG, "plan", "m.yml", "--color", "always").out


def test_tokens_out(reconciler: Program, place: Path) -> None:
    """The token of a new agent type goes to a file only its owner can read, and nowhere else."""
    (place / "m.yml").write_text(AGENT_TYPE)
    assert "keep it with apply --tokens-out FILE" in reconciler(*ORG, "plan", "m.yml").out
    ran = reconciler(*ORG, "apply", "m.yml", "--auto-approve", "--tokens-out", "tokens")
    tokens = place / "tokens"
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
    address, token = tokens.read_text().split()
    assert address == "SelfHostedAgentType/s1-linux"
    assert len(token) > 10
    assert token not in ran.out + ran.err
    assert reconciler(*ORG, "apply", "m.yml", "--tokens-out", "tokens").code == 0


def test_tokens_are_never_written_over_a_file(reconciler: Program, place: Path) -> None:
    """A file that is there is refused before anything is written to Semaphore."""
    (place / "m.yml").write_text(AGENT_TYPE)
    (place / "tokens").symlink_to(place / "elsewhere")
    ran = reconciler(*ORG, "apply", "m.yml", "--auto-approve", "--tokens-out", "tokens")
    assert ran.code == 1
    assert "--tokens-out tokens: exists already, and is not overwritten" in ran.err
    assert not (place / "elsewhere").exists()
    assert "Summary: 1 to create." in reconciler(*ORG, "plan", "m.yml").out


def test_secret_value_is_nowhere(
    reconciler: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No output of any command holds a secret value."""
    monkeypatch.setenv("SOURCE", "canary-from-env")
    (place / "m.yml").write_text(
        "apiVersion: v1beta\nkind: Secret\nmetadata: {name: db}\ndata:\n  env_vars:\n"
        "  - {name: A, value_from: {env: SOURCE}}\n  - {name: B, value: canary-literal}\n"
    )
    said = ""
    for form in ("text", "json"):
        for command in ("plan", "drift", "apply", "destroy"):
            approve = ["--auto-approve"] * (command in ("apply", "destroy"))
            ran = reconciler(*ORG, command, "m.yml", "-v", "--format", form, *approve)
            assert ran.code in (0, 2)
            said += ran.out + ran.err
    assert "canary" not in said
    assert "data.env_vars.A.value" in said


@pytest.mark.usefixtures("manifests")
def test_graph_and_schema(reconciler: Program) -> None:
    """Both write their product and nothing else."""
    assert reconciler("graph", "m.yml").out.startswith('flowchart LR\n  n1["Dashboard/main"]\n')
    assert reconciler("graph", "--format", "dot", "m.yml").out.startswith("digraph")
    assert parsed(reconciler("schema", "Project"))["title"] == "Project"
    assert len(parsed(reconciler("schema"))["oneOf"]) == 9


def test_warnings_go_to_standard_error(reconciler: Program, place: Path) -> None:
    """A plan's output is the plan; what manifests are warned of is said beside it, -q or not."""
    (place / "m.yml").write_text(dashboard().replace("v1alpha", "v1beta"))
    ran = reconciler(*ORG, "plan", "m.yml")
    assert "m.yml:2:1: warning: " in ran.err
    assert "warning" not in ran.out
    quiet = reconciler(*ORG, "plan", "m.yml", "-q").err
    assert "m.yml:2:1: warning: " in quiet
    assert "Reading" not in quiet


def test_invalid_manifests(reconciler: Program, manifests: Path) -> None:
    """All problems go to standard error; what the files alone tell, before any request."""
    manifests.write_text(dashboard().replace("list_workflows", "list_workflow"))
    code, out, err = reconciler(*ORG, "plan", "m.yml")
    assert (code, out) == (1, "")
    assert "did you mean 'list_workflows'?" in err
    assert "Reading" not in err
