"""Pipelines: what a workflow runs, block by block (D 11)."""

from collections.abc import AsyncIterator
from datetime import datetime

from reconciler.errors import BadAnswer, BadSettings
from reconciler.remote.client.calls import (
    V1ALPHA,
    Calls,
    given,
    text_of,
    token_or_new,
)
from reconciler.remote.client.model import parsed
from reconciler.remote.client.pipeline_models import Pipeline, TopologyBlock
from reconciler.remote.client.times import seconds_after, seconds_before
from reconciler.remote.http import Answer
from reconciler.remote.order import segment
from reconciler.remote.waiting import Patience

PATH = f"{V1ALPHA}/pipelines"


class Pipelines:
    """Methods on pipelines. All ids are UUIDs; what can't be seen is NotFound."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def describe(self, pipeline_id: str) -> Pipeline:
        """Read one pipeline without its blocks (D 11.3): the cheap way to learn its state.

        Raises NotFound.
        """
        path = f"{PATH}/{segment(pipeline_id)}"
        return await self._calls.get(Pipeline, path, inside="pipeline")

    async def detailed(self, pipeline_id: str) -> Pipeline:
        """Read one pipeline with its blocks and their jobs (D 11.3). Raises NotFound."""
        path = f"{PATH}/{segment(pipeline_id)}"
        answer = await self._calls.send("GET", path, params={"detailed": "true"})
        pipeline = answer.within("pipeline")
        if isinstance(pipeline, dict):
            pipeline = pipeline | {"blocks": answer.within("blocks")}
        return parsed(Pipeline, pipeline, method="GET", path=path)

    def list(  # noqa: PLR0913 — the filters of one endpoint
        self,
        *,
        project_id: str = "",
        workflow_id: str = "",
        branch_name: str = "",
        yml_file_path: str = "",
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        done_after: datetime | None = None,
        done_before: datetime | None = None,
        label: str = "",
        queue_id: str = "",
        pr_head_branch: str = "",
        pr_target_branch: str = "",
    ) -> AsyncIterator[Pipeline]:
        """Yield pipelines of a project or a workflow, newest first (D 11.4).

        One of ``project_id`` and ``workflow_id`` is needed, else BadSettings. ``yml_file_path``
        is the exact path from the repository's root. Times are aware and exclusive, to the
        second; those of ``done_…`` leave out what is not done yet.

        Raises NotFound for an unknown project or workflow, Rejected for a window that ends before
        it begins.
        """
        if not (project_id or workflow_id):
            raise BadSettings("pipelines are listed by project_id, workflow_id or both")
        params = given(
            project_id=project_id,
            wf_id=workflow_id,
            branch_name=branch_name,
            yml_file_path=yml_file_path,
            created_after=created_after and seconds_before(created_after),
            created_before=created_before and seconds_after(created_before),
            done_after=done_after and seconds_before(done_after),
            done_before=done_before and seconds_after(done_before),
            label=label,
            queue_id=queue_id,
            pr_head_branch=pr_head_branch,
            pr_target_branch=pr_target_branch,
        )
        return self._calls.runs(Pipeline, PATH, params=params)

    async def stop(self, pipeline_id: str) -> None:
        """Stop a pipeline (D 11.5); harmless when it is done. It takes its time.

        Raises NotFound.
        """
        path = f"{PATH}/{segment(pipeline_id)}"
        # nothing but the JSON boolean is accepted
        await self._calls.send("PATCH", path, body={"terminate_request": True}, repeatable=True)

    async def partial_rebuild(self, pipeline_id: str, *, request_token: str | None = None) -> str:
        """Run the failed blocks of a pipeline again (D 11.6); return the new pipeline's id.

        It stays in the same workflow. ``request_token``: the same one gives the same pipeline
        again; see :meth:`Workflows.rerun`. A new UUID unless given.

        Raises NotFound, and Rejected for a pipeline that passed or is not done.
        """
        path = f"{PATH}/{segment(pipeline_id)}/partial_rebuild"
        body = {"request_token": token_or_new(request_token)}
        answer = await self._calls.send("POST", path, body=body, repeatable=True)
        return text_of(answer, "pipeline_id", "POST", path)

    async def topology(self, pipeline_id: str) -> tuple[TopologyBlock, ...]:
        """Return the blocks with their jobs and dependencies (D 11.7, undocumented).

        Empty while the pipeline's YAML is not read yet. Raises NotFound.
        """
        path = f"{PATH}/{segment(pipeline_id)}/describe_topology"
        answer: Answer = await self._calls.send("GET", path)
        if not isinstance(answer.data, list):
            raise BadAnswer("GET", path, status=answer.status, words="expected a list")
        return tuple(parsed(TopologyBlock, item, method="GET", path=path) for item in answer.data)

    async def wait(self, pipeline_id: str, *, patience: Patience | None = None) -> Pipeline:
        """Wait until a pipeline is done; return it without blocks, as it was read last.

        ``patience`` bounds the waiting (an hour unless given) and does the sleeping; where it
        ends first, the result's ``is_done`` is false. Raises NotFound.
        """
        return await (patience or self._calls.patience).until(
            lambda: self.describe(pipeline_id), lambda pipeline: pipeline.is_done
        )
