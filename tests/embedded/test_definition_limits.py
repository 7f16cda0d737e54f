"""Conditions and limits of pipelines, and what of them is found out when (D 12)."""

from typing import Any

import pytest

from reconciler.embedded.definitions import (
    Malformed,
    elixir,
    parse,
    validate,
)
from reconciler.embedded.definitions.conditions import Facts, holds
from tests.embedded.writing_definitions import block, job, pipeline, reason


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
