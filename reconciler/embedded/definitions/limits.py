"""Time limits that cannot be reached: inner ones longer than outer ones (D 12)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.embedded.definitions import elixir

_PIPELINE = 60
_LONGEST_JOB = 24 * 60

Tree = Mapping[str, Any]
Limit = tuple[int, str]
"""Minutes, and the place of what has them."""


def problem(tree: Tree) -> str | None:
    """The first one, as Elixir prints it: block by block, then those of the whole pipeline."""
    sentence = next(_sentences(tree), None)
    return None if sentence is None else elixir.string(sentence)


def _sentences(tree: Tree) -> Iterator[str]:
    block: Limit = (0, "")
    job: Limit = (0, "")
    for index, each in enumerate(tree["blocks"]):
        own = (_minutes(each), f"#/blocks/{index}")
        inner = _longest_job(each, own[1])
        yield from _of_block(own, inner)
        block = max(block, own, key=lambda limit: limit[0])
        job = max(job, inner, key=lambda limit: limit[0])
    yield from _of_pipeline(_minutes(tree, _PIPELINE), block, job)


def _of_block(block: Limit, job: Limit) -> Iterator[str]:
    if block[0] > _LONGEST_JOB > job[0]:
        yield (
            f"The execution_time_limit of a block on path '{block[1]}' is set to {_shown(block[0])}"
            f" which is longer than default job level execution_time_limit of"
            f" {_shown(_LONGEST_JOB)}. This would cause the block to stop as soon as first job"
            " reaches that default time limit for jobs."
        )
    if 0 < block[0] < job[0]:
        yield (
            f"Job on path '{job[1]}' has an execution_time_limit of {_shown(job[0])} which is"
            f" longer than {_shown(block[0])} that is the execution_time_limit of a block to which"
            " this job belongs. This would cause that job to stop when block level time limit is"
            " reached."
        )


def _of_pipeline(limit: int, block: Limit, job: Limit) -> Iterator[str]:
    for what, inner in ("block", block), ("job", job):
        if limit < inner[0]:
            yield (
                f"{what.capitalize()} on path '{inner[1]}' has an execution_time_limit of"
                f" {_shown(inner[0])} which is longer than execution_time_limit of a whole pipeline"
                f" which is {_shown(limit)}. This would cause that {what} to stop when pipeline"
                " level time limit is reached."
            )
    if limit > _LONGEST_JOB > job[0]:
        yield (
            f"The pipeline level execution_time_limit is set to {_shown(limit)} which is longer"
            f" than default job level execution_time_limit of {_shown(_LONGEST_JOB)}. This would"
            " cause the pipeline to stop as soon as first job reaches that default time limit for"
            " jobs."
        )


def _longest_job(block: Tree, path: str) -> Limit:
    jobs: Sequence[Tree] = block.get("task", {}).get("jobs", [])
    limits = [(_minutes(job), f"{path}/task/jobs/{index}") for index, job in enumerate(jobs)]
    return max(limits, key=lambda limit: limit[0], default=(0, path))


def _minutes(tree: Tree, default: int = 0) -> int:
    limit = tree.get("execution_time_limit")
    if limit is None:
        return default
    return int(limit.get("minutes", 0) + limit.get("hours", 0) * 60)


def _shown(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return "1 minute" if rest == 1 else f"{rest} minutes"
    if not rest:
        return "1 hour" if hours == 1 else f"{hours} hours"
    return f"{hours} hours and {rest} minutes"
