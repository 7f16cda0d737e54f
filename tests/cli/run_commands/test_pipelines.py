"""What is listed and shown of pipelines, how one is watched and rebuilt, what is valid as one."""

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.conftest import Ran
from tests.cli.past import without_ids, workflow_of
from tests.cli.run_commands.conftest import Program, parsed, table
from tests.embedded.pipeline_runs import Runs, definition


def test_pipeline_list_is_aligned(runs: Runs, program: Program) -> None:
    """One line each, newest first, with UTC and how long it ran."""
    runs.done(definition("sleep 100", name="Build"))
    runs.done(definition("false"), reference="refs/tags/v1")
    shown = program("pipeline", "list", "api").out
    assert without_ids(shown) == (
        "PIPELINE                              NAME      STATE          BRANCH        COMMIT"
        "    CREATED               DURATION\n"
        "<1>---------------------------------  Pipeline  failed (test)  refs/tags/v1  abcd1234"
        "  2023-11-14T23:13:20Z  3s\n"
        "<2>---------------------------------  Build     passed         main          abcd1234"
        "  2023-11-14T22:13:20Z  1m43s\n"
    )


def test_a_pipeline_that_could_not_run_says_why(runs: Runs, program: Program) -> None:
    """The server's words stand below the table."""
    pipeline = runs.done("version: v1.0\n")
    shown = program("pipeline", "list", "--workflow", workflow_of(runs, pipeline)).out
    assert "failed (malformed)" in shown
    assert f"\n{pipeline}:  Error: [" in shown


def test_a_listing_that_is_cut_says_so(runs: Runs, program: Program) -> None:
    """People read it on standard error, programs in the document."""
    for _ in range(3):
        runs.done(definition())
    cut = program("pipeline", "list", "api", "--limit", "2")
    assert cut.out.count("passed") == 2
    assert cut.err == "There are more than these 2; --limit 0 shows all.\n"
    json_ = ("--format", "json")
    assert parsed(program("-q", "pipeline", "list", "api", "--limit", "2", *json_))["more"]
    found = parsed(program("workflow", "list", "api", "--limit", "0", *json_))
    assert (len(found["workflows"]), found["more"]) == (3, False)


def test_listings_are_filtered(runs: Runs, program: Program) -> None:
    """By branch and by time; a day is its beginning in UTC."""
    runs.done(definition())
    runs.wait(86_400)
    late = runs.done(definition(), reference="dev")
    for words in (("--branch", "dev"), ("--after", "2023-11-15T12:00:00+01:00")):
        shown = program("workflow", "list", "api", *words).out
        assert [late in line for line in shown.splitlines()] == [False, True]
    assert late not in program("pipeline", "list", "api", "--before", "2023-11-15").out
    for side, seen in (("--done-after", True), ("--done-before", False)):
        ran = program("pipeline", "list", "api", side, "2023-11-15")
        assert (ran.code, late in ran.out) == (0, seen)


def test_pipeline_show(runs: Runs, program: Program) -> None:
    """With its blocks and jobs."""
    pipeline = runs.done(definition("false", name="Build"))
    shown = program("pipeline", "show", pipeline).out
    assert table(shown.partition("\n\n")[2]) == (
        "BLOCK  JOB  STATE  ID\n"
        "Block  -  failed  (test)  <1>---------------------------------\n"
        "Block  Job  failed  <2>---------------------------------"
    )
    assert "\nfile      .semaphore/semaphore.yml\n" in shown
    assert "\nduration  3s\n" in shown


@pytest.mark.parametrize(("command", "code"), [("make", 0), ("false", 3)])
@pytest.mark.parametrize("kind", ["workflow", "pipeline", "job"])
def test_watching_what_is_over(
    runs: Runs, program: Program, kind: str, command: str, code: int
) -> None:
    """It ends at once, with the exit code of the result."""
    pipeline = runs.done(definition(command))
    ids = {
        "workflow": workflow_of(runs, pipeline),
        "pipeline": pipeline,
        "job": runs.jobs(pipeline)[0],
    }
    watched = program(kind, "show", ids[kind], "--watch")
    name = "Job" if kind == "job" else "Pipeline"
    assert watched.code == code
    assert watched.err.startswith(f"{name}: {'failed' if code else 'passed'}")
    assert watched.out == program(kind, "show", ids[kind]).out
    parsed(program(kind, "show", ids[kind], "--watch", "-q", "--format", "json"), code)


def test_rebuild(runs: Runs, program: Program) -> None:
    """What failed runs again as a new pipeline; what passed is refused."""
    failed = runs.done(definition("false"))
    assert program("pipeline", "rebuild", runs.done(definition())).code == 1
    new = parsed(program("pipeline", "rebuild", failed, "--format", "json"))["pipeline_id"]
    assert runs.pipeline(new)["partial_rerun_of"] == failed
    assert program("pipeline", "stop", new) == Ran(0, "Stopping it.\n", "")
    assert f"rebuild of  {failed}\n" in program("pipeline", "show", new).out


VALID = definition()


def test_validate_pipeline_files(place: Path, program: Program) -> None:
    """Each file has its verdict; one that is invalid makes the exit code 1."""
    (place / "good.yml").write_text(VALID)
    (place / "bad.yml").write_text("version: v1.0\n")
    (place / "empty.yml").write_text("\n")
    assert program("pipeline", "validate", "good.yml") == Ran(0, "good.yml: valid\n", "")
    code, out, _ = program("pipeline", "validate", "good.yml", "bad.yml", "empty.yml")
    assert code == 1
    good, bad, empty = out.splitlines()
    assert (good, empty) == ("good.yml: valid", "empty.yml: invalid: it is empty")
    assert "agent, blocks were not present" in bad
    document = parsed(program("pipeline", "validate", "bad.yml", "--format", "json"), 1)
    assert (document["valid"], document["files"][0]["file"]) == (False, "bad.yml")


def test_validate_standard_input(
    place: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """- is standard input; what is no text is an error."""
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(VALID.encode())))
    assert program("pipeline", "validate", "-").out == "standard input: valid\n"
    (place / "binary.yml").write_bytes(b"\xff")
    assert program("pipeline", "validate", "binary.yml").err == (
        "error: binary.yml: this is not UTF-8\n"
    )
    assert program("pipeline", "validate", "none.yml").code == 1
