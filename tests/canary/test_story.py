"""From the first plan to the last delete: in no format, at no verbosity does a value come out."""

import json

import httpx
import pytest

from reconciler.model.subject import Subject
from reconciler.render.formats import names
from tests.canary.conftest import M, Stage
from tests.canary.organization import API_TOKEN
from tests.canary.servers import exposing
from tests.canary.world import DEBUG, LOUD, World, formats
from tests.embedded.browsing import visited

pytestmark = pytest.mark.timeout(400)  # some dozen processes a test, on a busy machine
LOGGING = "import logging\nlogging.basicConfig(level=logging.NOTSET)\n"


def _look(world: World, org: str) -> None:
    """Run all that only reads, in every format, quietly and with all there is to say."""
    for command in ("validate", "plan", "drift", "graph"):
        for form in formats(command):
            verbose, debug = (("-vv",), DEBUG) if form == formats(command)[-1] else ((), {})
            where = () if command in ("validate", "graph") else ("--org", org)
            ran = world.run(command, M, "--format", form, *where, *verbose, **debug)
            assert ran.code in (0, 2, 4), ran.err  # creating again what is hidden needs consent


def _create(world: World, org: str) -> list[str]:
    """Apply to an empty organization; return the registration tokens that came of it."""
    assert world.run("plan", M, "--org", org, "--out", "first.json", "--color", "always").code == 0
    tokens = world.root / "work/tokens"
    world.inputs.add(tokens)
    create = ("--org", org, "-vv", "--auto-approve", "--tokens-out", "tokens")
    ran = world.run("apply", M, *create, **LOUD)
    assert ran.code == 0, ran.err
    return [line.split()[-1] for line in tokens.read_text().splitlines()]


def _exchange(world: World, org: str) -> None:
    """Plan, be refused for good reasons, and apply what was saved."""
    for stale in (
        ("apply", "first.json", "--auto-approve"),
        ("apply", M, "--auto-approve", "--expect", "0123456789abcdef", "-vv"),
        ("apply", M),
    ):
        assert world.run(*stale, "--org", org).code == 4
    save = ("--org", org, "--allow-replace", "--format", "json", "--out", "second.json")
    assert json.loads(world.run("plan", M, *save).out)["changes"]
    reports = [f"--report={name}=applied.{name}" for name in names(Subject.APPLY)]
    second = ("--org", org, "--auto-approve", "--format", "json", "-vv")
    ran = world.run("apply", "second.json", *second, *reports)
    assert ran.code == 0, ran.err


def _leave(world: World, org: str) -> None:
    """Look at the ledger, and delete everything."""
    for word in ("show", "verify", "export"):
        form = formats("ledger")[-1 if word == "show" else 0]
        assert world.run("ledger", word, "--org", org, "--format", form).code == 0
    delete = ("--org", org, "--max-deletes", "99", "--auto-approve")
    assert world.run("destroy", M, *delete).code == 0


def test_where_values_are_hidden(stage: Stage) -> None:
    """The local Semaphore, in process."""
    world, org = stage.world, f"embedded:{stage.world.embedded}"
    tokens = _create(world, org)
    assert world.run("drift", M, "--org", org, "-vv").code == 0
    stage.turn("second")
    _look(world, org)
    assert world.run("plan", M, "--org", org, "--no-values", "-vv").code == 4
    _exchange(world, org)
    _leave(world, org)
    world.conclude(*tokens)


def test_where_values_are_shown(stage: Stage) -> None:
    """A server that tells everybody the values, compared in memory; with a token."""
    world = stage.world
    world.environ["SEMAPHORE_API_TOKEN"] = API_TOKEN
    world.write("site/sitecustomize.py", LOGGING)  # every library logs all it can
    world.environ["PYTHONPATH"] += f":{world.root / 'site'}"
    with exposing(world) as org:
        tokens = _create(world, org)
        stage.turn("second")
        for command in ("plan", "drift"):
            ran = world.run(command, M, "--org", org, "--format", "json", "-vv")
            assert ran.code in (0, 2)
            assert "DEBUG:" in ran.err
        _exchange(world, org)
        _leave(world, org)
    world.conclude(*tokens)


def test_what_the_local_server_tells(stage: Stage) -> None:
    """A Semaphore served to others: what it prints, its pages, its journal, its failures."""
    world = stage.world
    world.environ["SEMAPHORE_API_TOKEN"] = API_TOKEN
    with world.serving("serve", "--port", "0", "--db", str(world.root / "db/served.db")) as org:
        fault = {"action": "answer", "method": "POST", "path": "*/secrets", "status": 500}
        httpx.post(f"{org}/__admin__/faults", json=fault).raise_for_status()
        ran = world.run("apply", M, "--org", org, "-vv", "--auto-approve", **DEBUG)
        assert ran.code in (0, 3), ran.err
        assert world.run("apply", M, "--org", org, "--auto-approve", "--format", "json").code == 0
        for page in ("__admin__", "__admin__/journal", "__admin__/faults"):
            answer = httpx.get(f"{org}/{page}")
            assert answer.status_code == 200, page
            world.search(f"page {page}", answer.content)
        for page, answer in visited(lambda path: httpx.get(org + path)).items():
            world.search(f"page {page}", answer.content)
    world.conclude()


def test_where_a_step_fails(stage: Stage) -> None:
    """An edition without deployment targets: the failure is told, and what it leaves behind."""
    world, org = stage.world, f"embedded:{stage.world.embedded}?edition=ce"
    ran = world.run("apply", M, "--org", org, "-vv", "--auto-approve", **DEBUG)
    assert ran.code == 3, ran.err
    assert "DeploymentTarget/api/production" in ran.err
    world.conclude()
