"""Forgets the oldest workflows, so that a server which runs for months does not fill the disk."""

from reconciler.embedded.runs import storage
from reconciler.embedded.store import World

_OLDEST = """
SELECT id FROM workflows AS each
WHERE number <= (SELECT max(number) FROM workflows) - ?
AND NOT EXISTS (SELECT 1 FROM pipelines WHERE wf_id = each.id AND state <> 'done')
ORDER BY number LIMIT 10
"""
_OF_PIPELINES = (
    "DELETE FROM alarms WHERE subject IN (SELECT id FROM jobs WHERE pipeline_id = ?)",
    "DELETE FROM alarms WHERE subject = ?",
    "DELETE FROM jobs WHERE pipeline_id = ?",
    "DELETE FROM blocks WHERE pipeline_id = ?",
    "DELETE FROM planned_jobs WHERE pipeline_id = ?",
    "DELETE FROM pipelines WHERE id = ?",
)


def forget(world: World) -> None:
    """Keep the latest, and those that are not over; to be called inside a transaction.

    What else belongs to them goes by triggers of its own tables.
    """
    for row in storage.every(world, _OLDEST, world.settings.workflows_kept):
        query = "SELECT id FROM pipelines WHERE wf_id = ?"
        for pipeline in storage.every(world, query, row["id"]):
            for statement in _OF_PIPELINES:
                world.db.execute(statement, (pipeline["id"],))
        world.db.execute("DELETE FROM workflows WHERE id = ?", (row["id"],))
