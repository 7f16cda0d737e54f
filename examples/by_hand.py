"""What somebody does by hand in the local Semaphore of the current directory, for the demo."""

import asyncio

from reconciler.embedded import Embedded
from reconciler.remote import Semaphore


async def main() -> None:
    """Start the nightly check of links half an hour later, and write that down nowhere."""
    with Embedded(".reconciler/embedded.db") as there:
        url, through = "https://embedded.semaphore.local", there.transport()
        async with Semaphore.open(url, "any-token", transport=through) as semaphore:
            project = await semaphore.projects.describe("web")
            async for schedule in semaphore.schedules.list(project.id):
                if schedule.name == "nightly-link-check":
                    spec = schedule.definition.spec.model_copy(update={"at": "45 3 * * *"})
                    later = schedule.definition.model_copy(update={"spec": spec})
                    await semaphore.schedules.update(schedule.id, "web", later)


asyncio.run(main())
