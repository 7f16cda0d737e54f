"""Requests side by side."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any


async def together(calls: Iterable[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Run all, return their results in order; the first error ends the others and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    except BaseExceptionGroup as several:
        first: BaseException = several
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
    return [task.result() for task in tasks]
