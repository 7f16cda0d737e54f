"""Pipeline definitions: what is accepted, what it means, and what is said of the rest (D 12)."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.embedded.definitions import (
    Malformed,
    Parameter,
    QueueRule,
    elixir,
    parse,
    validate,
)
from reconciler.embedded.definitions.conditions import Facts, holds

AGENT = {"machine": {"type": "e1-standard-2", "os_image": "ubuntu2004"}}


def job(**fields: Any) -> dict[str, Any]:
    return {"commands": ["make"], **fields}


def block(*jobs: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"task": {"jobs": list(jobs) or [job()]}, **fields}


def pipeline(*blocks: dict[str, Any], **fields: Any) -> str:
    tree = {"version": "v1.0", "agent": AGENT, "blocks": list(blocks) or [block()], **fields}
    return str(yaml.safe_dump(tree))


def reason(text: str) -> str:
    with pytest.raises(Malformed) as caught:
        parse(text)
    return str(caught.value)


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


@pytest.mark.parametrize(
    ("expression", "facts", "held"),
    [
        ("branch = 'main'", Facts(branch="main"), True),
        ("branch != 'main'", Facts(branch="main"), False),
        ("branch =~ '^ma'", Facts(branch="main"), True),
        ("branch !~ 'x'", Facts(branch="main"), True),
        ("tag =~ '.*'", Facts(branch="main"), False),
        ("tag =~ '.*'", Facts(tag="v1"), True),
        ("branch = 'a' or branch = 'b' and tag = 'x'", Facts(branch="a"), False),
        ("branch = 'a' or (branch = 'b' and tag = 'x')", Facts(branch="a"), True),
        ("(branch = 'a' or branch = 'b') AND tag = 'x'", Facts(branch="a"), False),
        ("'main' = BRANCH", Facts(branch="main"), True),
        ("'true'", Facts(), True),
        ("('false')", Facts(), False),
        ("(FALSE) OR 'false' = 'no'", Facts(), False),
        ("-1 or []", Facts(), False),
        ("0 and ['a'] and {a: 1}", Facts(), True),
        ("change_in('/lib') = true", Facts(), True),
        ("change_in('/lib') != true", Facts(), False),
        ("'prod' = 'prod'", Facts(), True),
        ("result = 'passed' and (tag !~ 'rc' and true)", Facts(result="passed"), True),
        ("false OR pull_request = '7'", Facts(pull_request="7"), True),
        ("change_in('/lib', {exclude: ['/lib/x'], on_tags: false})", Facts(), True),
        (False, Facts(), False),
    ],
)
def test_conditions_are_evaluated(expression: str | bool, facts: Facts, held: bool) -> None:
    """Keywords, four operators, from left to right, parentheses, `change_in`, constants."""
    assert holds(expression, facts) is held


_LEFT = "Syntax error on line 1. - Invalid expression on the left of "
_END = "Syntax error on line 1. - Invalid or incomplete expression at the end of the line."
_CHARACTERS = "Lexical error on line 1. - Illegal characters: "


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("(true and false) = 'master'", f"{_LEFT}'=' operator."),
        ("'master' != (true and false)", f"{_LEFT}'('."),
        ("and branch != 'master'", f"{_LEFT}'and' operator."),
        (" =~ 'master'", f"{_LEFT}'=~' operator."),
        ("branch !~", _END),
        ("'true' or", _END),
        ("=", f"{_LEFT}'=' operator."),
        ("(branch = 'master'", _END),
        ("true or false)", f"{_LEFT}')'."),
        ("foo = 'x'", f"{_LEFT}'=' operator."),
        ("Branch = 'x'", f"{_LEFT}'=' operator."),
        ("change_in('a' {b: 1})", f"{_LEFT}'{{'."),
        ("branch = true", f"{_LEFT}'true'."),
        ("{branch or false}", f"{_LEFT}'branch' operator."),
        (
            "true\nor or",
            f"{_LEFT}'or' operator.".replace("1", "2"),
        ),
        ("branch ! = 'bad operator'", f"{_CHARACTERS}'! '."),
        ("# branch = 'unsupported-characters'", f"{_CHARACTERS}'#'."),
        ("_identifier(123)", f"{_CHARACTERS}'_'."),
        ("cant_contain_&^('x')", f"{_CHARACTERS}'&'."),
        ("fun(123.0) and invalid_number(123.456.2323)", f"{_CHARACTERS}'.'."),
        ('branch = "master"', f"{_CHARACTERS}'\"'."),
        ("foo('x')", "Function with name 'foo' is not found."),
        ("result = 'passed'", "Missing value of keyword parameter 'result'."),
        ("false and result_reason = 'x'", "Missing value of keyword parameter 'result_reason'."),
    ],
)
def test_conditions_that_cannot_be_read_are_named(expression: str, said: str) -> None:
    """With the pointer to them, in the words of the real library's own tests."""
    text = pipeline(block(skip={"when": expression}))
    what = f"Invalid 'when' condition on path '#/blocks/0/skip/when': {said}"
    assert reason(text) == elixir.malformed(elixir.string(what))
    assert validate(text)


def test_promotions_may_ask_for_the_result() -> None:
    """They alone, for they come when it is known."""
    promotion = {"name": "P", "pipeline_file": "p.yml"}
    good = promotion | {"auto_promote": {"when": "result = 'passed'"}}
    assert parse(pipeline(promotions=[good])).promotions[0].auto_promote
    bad = promotion | {"auto_promote": {"when": "result ="}}
    assert "on path '#/0/auto_promote/when'" in reason(pipeline(promotions=[bad]))


def test_what_only_a_run_finds_out_is_valid() -> None:
    """Names, matrices and parallelism are not looked at before (D 12)."""
    axis = {"env_var": "A", "values": ["1"]}
    for text in (
        pipeline(block(name="A"), block(name="A")),
        pipeline(block(job(name="j"), job(name="j"))),
        pipeline(block(job(matrix=[axis, axis]))),
        pipeline(block(job(parallelism="4"))),
        pipeline(promotions=[{"name": "P", "pipeline_file": "p.yml"}] * 2),
        pipeline(block(execution_time_limit={"minutes": 90})),
    ):
        assert validate(text)
        with pytest.raises(Malformed) as caught:
            parse(text)
        assert caught.value.description == f"Error: {caught.value.reason}"


def test_parallelism_is_a_number() -> None:
    """A text that spells one is none."""
    said = "Parallelism value for job 'j' in block 'A' is not an integer."
    assert said in reason(pipeline(block(job(name="j", parallelism="4"), name="A")))


_OF_PIPELINE = "which is longer than execution_time_limit of a whole pipeline which is "


@pytest.mark.parametrize(
    ("pipeline_limit", "block_limit", "job_limit", "said"),
    [
        (None, {"minutes": 90}, None, f"1 hours and 30 minutes {_OF_PIPELINE}1 hour."),
        (
            None,
            None,
            {"hours": 2},
            "'#/blocks/0/task/jobs/0' has an execution_time_limit",
        ),
        ({"hours": 9}, {"minutes": 1}, {"minutes": 2}, "longer than 1 minute that is the"),
        ({"hours": 25}, None, None, "The pipeline level execution_time_limit is set to 25 hours"),
        ({"hours": 25}, {"hours": 25}, None, "of a block on path '#/blocks/0' is set to 25 hours"),
        ({"hours": 25}, None, {"hours": 25}, None),
        ({"minutes": 90}, {"minutes": 90}, {"minutes": 90}, None),
        (None, {"minutes": 60}, None, None),
    ],
)
def test_limits_of_time_fit_into_each_other(
    pipeline_limit: Any, block_limit: Any, job_limit: Any, said: str | None
) -> None:
    """A job's into its block's, a block's into the pipeline's, all into a day (D 12)."""
    limits = (pipeline_limit, block_limit, job_limit)
    on_pipeline, on_block, on_job = ({"execution_time_limit": x} if x else {} for x in limits)
    text = pipeline(block(job(**on_job), **on_block), **on_pipeline)
    if said is None:
        assert parse(text).blocks
    else:
        assert said in reason(text)


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


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 10)}]\n"
            for i in range(7)
        ),
        "[" * 100_000,
        "a: &a [*a]",
        "a: *b",
        "? [a]\n: b",
        "!!python/object/apply:os.system [x]\n...\n!!int x",
        "a: \x00",
        "{a: b",
    ],
)
def test_hostile_text_is_refused(text: str) -> None:
    """Bombs, depth, circles, foreign tags and no YAML at all."""
    assert reason(text).startswith("{:malformed, {{:throw, {:yamerl_exception, ")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but a definition or `Malformed` comes out."""
    with pytest.raises(Malformed):
        parse(text)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "task",
                    "jobs",
                    "commands",
                    "agent",
                    "machine",
                    "type",
                    "matrix",
                    "when",
                    "dependencies",
                    "skip",
                    "env_vars",
                    "value",
                    "epilogue",
                    "parallelism",
                    "x",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(_VALUES, max_size=3), _VALUES, _VALUES)
def test_any_tree_is_read_or_refused(blocks: list[Any], promotions: Any, queue: Any) -> None:
    """Wrong types anywhere are problems, never exceptions of another kind."""
    tree = {"version": "v1.0", "agent": AGENT, "blocks": blocks}
    tree |= {"promotions": promotions, "queue": queue}
    with pytest.raises(Malformed):
        parse(str(yaml.safe_dump(tree)))
