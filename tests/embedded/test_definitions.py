"""Pipeline definitions: what is accepted, what it means, and what is said of the rest (D 12)."""

import pytest

from reconciler.embedded.definitions import (
    Parameter,
    QueueRule,
    parse,
)
from tests.embedded.writing_definitions import block, job, pipeline, reason


def test_a_small_pipeline_gets_every_default() -> None:
    """Nameless things are numbered, blocks wait for the one before."""
    read = parse(pipeline(block(), block(name="Deploy"), block()))
    assert read.name == "Pipeline"
    assert [(b.name, b.dependencies) for b in read.blocks] == [
        ("Nameless block 1", ()),
        ("Deploy", ("Nameless block 1",)),
        ("Nameless block 2", ("Deploy",)),
    ]
    assert [j.name for j in read.blocks[0].jobs] == ["Nameless 1"]
    assert read.blocks[0].agent == read.agent
    assert (read.promotions, read.queue, read.after_pipeline) == ((), (), None)


def test_explicit_dependencies_replace_the_line() -> None:
    """An empty list is a dependency that was stated."""
    read = parse(pipeline(block(name="A", dependencies=[]), block(name="B", dependencies=["A"])))
    assert [b.dependencies for b in read.blocks] == [(), ("A",)]


def test_global_configuration_comes_first_and_its_epilogue_last() -> None:
    """Commands, variables and secrets of all jobs are joined to those of each block."""
    shared = {
        "prologue": {"commands": ["checkout"]},
        "epilogue": {"commands": ["bye"]},
        "env_vars": [{"name": "A", "value": "1"}],
        "secrets": [{"name": "all"}],
    }
    own = block(job(env_vars=[{"name": "C", "value": "3"}]))
    own["task"] |= {
        "prologue": {"commands": ["deps"]},
        "epilogue": {"always": {"commands": ["save"]}, "on_fail": {"commands": ["cry"]}},
        "env_vars": [{"name": "B", "value": "2"}],
        "secrets": [{"name": "one"}],
    }
    read = parse(pipeline(own, global_job_config=shared)).blocks[0]
    assert read.prologue == ("checkout", "deps")
    assert read.epilogue.always == ("save", "bye")
    assert read.epilogue.on_fail == ("cry",)
    assert read.secrets == ("all", "one")
    assert read.jobs[0].env_vars == (("A", "1"), ("B", "2"), ("C", "3"))


def test_parallelism_makes_numbered_jobs() -> None:
    """Each knows its place and their number."""
    jobs = parse(pipeline(block(job(name="Test", parallelism=3)))).blocks[0].jobs
    assert [j.name for j in jobs] == ["Test - 1/3", "Test - 2/3", "Test - 3/3"]
    assert jobs[1].env_vars == (("SEMAPHORE_JOB_COUNT", "3"), ("SEMAPHORE_JOB_INDEX", "2"))


def test_a_matrix_makes_a_job_for_each_combination() -> None:
    """The last variable changes fastest."""
    axes = [
        {"env_var": "RUBY", "values": ["2", "3"]},
        {"env_var": "DB", "values": ["pg", "my"]},
    ]
    jobs = parse(pipeline(block(job(name="T", matrix=axes)))).blocks[0].jobs
    assert [j.name for j in jobs] == [
        "T - RUBY=2, DB=pg",
        "T - RUBY=2, DB=my",
        "T - RUBY=3, DB=pg",
        "T - RUBY=3, DB=my",
    ]
    assert jobs[2].env_vars == (("RUBY", "3"), ("DB", "pg"))


def test_promotions_queue_and_limits_are_read() -> None:
    """A parameter is required unless it says otherwise."""
    promotion = {
        "name": "Production",
        "pipeline_file": "deploy.yml",
        "deployment_target": "prod",
        "auto_promote": {"when": "branch = 'main'"},
        "parameters": {
            "env_vars": [{"name": "VERSION", "options": ["1"]}, {"name": "N", "required": False}]
        },
    }
    read = parse(
        pipeline(
            promotions=[promotion],
            queue={"name": "deploys", "scope": "organization"},
            execution_time_limit={"hours": 2},
            fail_fast={"stop": {"when": True}},
            auto_cancel={"running": {"when": "branch != 'main'"}},
            after_pipeline={"task": {"jobs": [job(name="Report")]}},
        )
    )
    assert read.promotions[0].parameters == (
        Parameter(name="VERSION", options=("1",)),
        Parameter(name="N", required=False),
    )
    assert (read.promotions[0].auto_promote, read.promotions[0].deployment_target) == (
        "branch = 'main'",
        "prod",
    )
    assert read.queue == (QueueRule(name="deploys", scope="organization"),)
    assert read.execution_time_limit == 7200
    assert read.fail_fast is not None
    assert read.fail_fast.stop is True
    assert read.auto_cancel is not None
    assert read.auto_cancel.running == "branch != 'main'"
    assert read.after_pipeline is not None
    assert [j.name for j in read.after_pipeline.jobs] == ["Report"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "Required property 'version' missing or not string"),
        ("version: 1.0", "Required property 'version' missing or not string"),
        ("version: v2.0", "Version: 'v2.0' is not supported!"),
        ("foo", '{:malformed, {:expected_map, "foo"}}'),
        ("a: [", "{:yamerl_exception, [{:yamerl_parsing_error, :error, "),
        ("version: v1.0", '{"Required properties agent, blocks were not present.", "#"}'),
        (
            pipeline(block(task=None)),
            '{"Type mismatch. Expected Object but got Null.", "#/blocks/0/task"}',
        ),
        (pipeline(blocks=[]), '{"Expected a minimum of 1 items but got 0.", "#/blocks"}'),
        (pipeline(blocks=3), '{"Type mismatch. Expected Array but got Integer.", "#/blocks"}'),
        (
            pipeline(block(job(comands=["x"]))),
            '{"Schema does not allow additional properties.", "#/blocks/0/task/jobs/0/comands"}',
        ),
        (
            pipeline(block(job(commands_file="x"))),
            (
                '{"Expected exactly one of the schemata to match, but the schemata at the following'
                ' indexes did: 0, 1.", "#/blocks/0/task/jobs/0"}'
            ),
        ),
        (
            pipeline(block(run={"when": True}, skip={"when": True})),
            '{"Expected schema not to match but it did.", "#/blocks/0"}',
        ),
        (
            pipeline(block(job(env_vars=[{"name": "A", "value": 1}]))),
            (
                '{"Type mismatch. Expected String but got Integer.",'
                ' "#/blocks/0/task/jobs/0/env_vars/0/value"}'
            ),
        ),
        (
            pipeline(agent={"machine": {"type": ""}}),
            '{"Expected value to have a minimum length of 1 but was 0.", "#/agent/machine/type"}',
        ),
        (
            pipeline(partial_rerun="all"),
            '{"Value is not allowed in enum.", "#/partial_rerun"}',
        ),
        (
            pipeline(execution_time_limit={"hours": 0}),
            '{"Expected the value to be >= 1", "#/execution_time_limit/hours"}',
        ),
        (
            pipeline(promotions=[{"name": "P"}]),
            '{"Required property pipeline_file was not present.", "#/promotions/0"}',
        ),
        (
            pipeline(fail_fast={}),
            '{"Expected any of the schemata to match but none did.", "#/fail_fast"}',
        ),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(text: str, found: str) -> None:
    """Message and JSON pointer, as the real validator prints them."""
    assert found in reason(text)


def test_all_problems_of_the_schema_come_at_once() -> None:
    """A list of pairs inside one term."""
    text = reason(pipeline(block(task=None), foo=1))
    assert text == (
        '{:malformed, [{"Schema does not allow additional properties.", "#/foo"}, '
        '{"Type mismatch. Expected Object but got Null.", "#/blocks/0/task"}]}'
    )


@pytest.mark.parametrize(
    ("needs", "shown"),
    [
        ({"A": ["A"]}, "'A' → 'A'"),
        ({"A": ["B"], "B": ["A"]}, "'A' → 'B' → 'A'"),
        ({"A": ["C"], "B": ["A"], "C": ["B"]}, "'A' → 'B' → 'C' → 'A'"),
    ],
)
def test_circles_are_found(needs: dict[str, list[str]], shown: str) -> None:
    """Shown in the order in which the blocks would run."""
    blocks = [block(name=name, dependencies=waits) for name, waits in needs.items()]
    text = reason(pipeline(*blocks))
    assert f"Circular dependency between blocks detected: {shown}." in text


def test_a_long_chain_is_no_circle() -> None:
    """As many blocks as a pipeline may have, one after the other."""
    chain = [block(name="0", dependencies=[])]
    chain += [block(name=str(i), dependencies=[str(i - 1)]) for i in range(1, 300)]
    assert len(parse(pipeline(*reversed(chain))).blocks) == 300


def test_dependencies_are_of_blocks_that_exist() -> None:
    """The first unknown name is told."""
    text = reason(pipeline(block(name="A", dependencies=["X"])))
    assert text == '{:malformed, {:unknown_block_name, "X"}}'


def test_dependencies_are_stated_for_all_blocks_or_none() -> None:
    """The two ways do not mix."""
    text = reason(pipeline(block(name="A"), block(name="B", dependencies=["A"])))
    assert "both explicitly and implicitly defined dependencies" in text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (pipeline(block(name="A"), block(name="A")), "at least two blocks with same name: A"),
        (
            pipeline(block(job(name="J"), job(name="J"))),
            '{:malformed, {:duplicate_names, [["J", "J"]]}}',
        ),
        (
            pipeline(promotions=[{"name": "P", "pipeline_file": "p.yml"}] * 2),
            "There are at least two targets with same name: P",
        ),
        (
            pipeline(
                promotions=[
                    {
                        "name": "P",
                        "pipeline_file": "p.yml",
                        "parameters": {"env_vars": [{"name": "E"}, {"name": "E"}]},
                    }
                ]
            ),
            "Parameter environment variable with name 'E' is defined at least two times.",
        ),
    ],
)
def test_names_are_unique(text: str, found: str) -> None:
    """Blocks in a pipeline, jobs in a block, promotions, parameters of a promotion."""
    assert found in reason(text)
