"""Expressions in pipelines, which stand for what is known when one runs (D 12)."""

import pytest

from reconciler.embedded.definitions import (
    Malformed,
    parse,
    validate,
)
from reconciler.embedded.definitions.conditions import Facts, holds
from tests.embedded.writing_definitions import block, job, pipeline, reason

PARAMETERS = {"ENV": "prod", "SUITES": "a|b", "N": "2", "EMPTY": ""}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("${{parameters.ENV}}", "prod"),
        ("Deploy to ${{ parameters.ENV }} on ${{parameters.N}}", "Deploy to prod on 2"),
        ("${{parameters.MISSING}}_queue", "MISSING_queue"),
        ("${{parameters.EMPTY}}", "EMPTY"),
        ('Ping %{{parameters.SUITES | splitList "|"}}', 'Ping ["a","b"]'),
        ('${{parameters.SUITES | splitList "|"}}!', "[a b]!"),
        ('${{ parameters.SUITES | splitList "|" | join "." }}', "a.b"),
        ("%{{parameters.N}} jobs", "2 jobs"),
        ('${{ parameters.ENV | upper }} ${{ "abc" }}', "PROD abc"),
        ("no ${parameters.ENV}", "no ${parameters.ENV}"),
    ],
)
def test_expressions_are_evaluated_when_a_pipeline_runs(written: str, name: str) -> None:
    """As the real compiler's own tests have it; names, queues, agents, secrets and jobs."""
    text = pipeline(block(job(name=written), name=written), name=written, queue={"name": written})
    read = parse(text, PARAMETERS)
    found = (read.name, read.queue[0].name, read.blocks[0].name, read.blocks[0].jobs[0].name)
    assert found == (name, name, name, name)


def test_expressions_stand_for_lists_numbers_and_conditions() -> None:
    """In matrices, parallelism and `when`; commands are the shell's own business."""
    axis = {"env_var": "S", "values": '%{{ parameters.SUITES | splitList "|" }}'}
    when = {"when": "'${{parameters.ENV}}' = 'prod'"}
    read = parse(
        pipeline(
            block(job(name="m", matrix=[axis]), name="A", run=when),
            block(job(name="p", parallelism="%{{parameters.N | mul 2}}"), name="B"),
            block(job(name="q", parallelism="%{{ parameters.N | int64 }}", commands=["${{x}}"])),
        ),
        PARAMETERS,
    )
    first, second, third = read.blocks
    assert [j.name for j in first.jobs] == ["m - S=a", "m - S=b"]
    assert isinstance(first.run, str)
    assert holds(first.run, Facts())
    assert len(second.jobs) == 4
    assert len(third.jobs) == 2
    assert third.jobs[0].commands == ("${{x}}",)


def test_expressions_in_agents_and_secrets() -> None:
    """Of the pipeline and of blocks; those of agents after the pipeline are forgotten."""
    agent = {
        "machine": {"type": "${{parameters.ENV}}-machine", "os_image": "${{parameters.N}}"},
        "containers": [
            {
                "name": "${{parameters.ENV}}",
                "image": "x",
                "secrets": [{"name": "${{parameters.ENV}}_k"}],
            }
        ],
    }
    own = block(name="A")
    own["task"] |= {"agent": agent, "secrets": [{"name": "${{parameters.ENV}}_s"}]}
    after = {"task": {"jobs": [job()], "agent": agent, "secrets": [{"name": "${{parameters.N}}"}]}}
    shared = {"secrets": [{"name": "${{parameters.ENV}}_all"}]}
    read = parse(
        pipeline(own, agent=agent, after_pipeline=after, global_job_config=shared), PARAMETERS
    )
    for found in (read.agent, read.blocks[0].agent):
        assert (found.machine_type, found.os_image) == ("prod-machine", "2")
        assert (found.containers[0].name, found.containers[0].secrets) == ("prod", ("prod_k",))
    assert read.blocks[0].secrets == ("prod_all", "prod_s")
    assert read.after_pipeline is not None
    assert read.after_pipeline.secrets == ("2",)
    assert read.after_pipeline.agent.machine_type == "${{parameters.ENV}}-machine"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("%{{ parameters.N | nonsense }}", 'function \\"nonsense\\" not defined'),
        ("%{{ parameters.N | div 0 }}", ""),
        ("%{{ parameters.N | }}", "a command is missing"),
        ("%{{ parameters.N 1 }}", "is given arguments"),
        ("%{{ parameters.ENV | mul 100 }}", "Expected exactly one of the schemata to match"),
    ],
)
def test_expressions_that_come_to_nothing_are_malformed(expression: str, said: str) -> None:
    """Only when it runs; what comes out has to fit, too."""
    text = pipeline(block(job(parallelism=expression)))
    assert validate(text)
    with pytest.raises(Malformed) as caught:
        parse(text, PARAMETERS)
    assert said in caught.value.description


def test_an_odd_escape_loses_its_backslash() -> None:
    """In double quotes; what is no pattern of an escape is still an error."""
    text = pipeline(block(name="B", skip={"when": "true"}))
    odd = text.replace("when: 'true'", "when: \"branch !~ '^dependabot\\.'\"")
    assert odd != text
    assert parse(odd).blocks[0].skip == "branch !~ '^dependabot.'"
    assert "yamerl_exception" in reason(text + '\nx: "\\xZZ"')


def test_matrices_have_a_largest_size() -> None:
    """A hundred combinations, in one job and in one block."""
    axes = [{"env_var": name, "values": [str(n) for n in range(11)]} for name in "AB"]
    assert "Matrix product size exceeds" in reason(pipeline(block(job(matrix=axes))))
    axis = [{"env_var": "A", "values": [str(n) for n in range(60)]}]
    jobs = [job(name="x", matrix=axis), job(name="y", matrix=axis)]
    assert "Total matrix size exceeds" in reason(pipeline(block(*jobs)))


def test_words_are_typed_as_the_server_types_them() -> None:
    """`yes` and dates are text; of equal keys the last counts; anchors work."""
    text = """
version: v1.0
name: yes
agent: &agent {machine: {type: e1}}
blocks:
  - name: 2024-01-01
    name: later
    task: {agent: *agent, jobs: [{commands: [on]}]}
"""
    read = parse(text)
    assert (read.name, read.blocks[0].name) == ("yes", "later")
    assert read.blocks[0].jobs[0].commands == ("on",)
