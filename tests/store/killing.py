"""A process killed between any two steps of what it does to a store."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg

from hygie.store.store import Store

STATEMENTS = ("execute", "executemany", "fetch", "fetchrow")


def killed_at(
    step: int, reopen: Callable[[], Awaitable[Store]], work: Callable[[Store], Awaitable[Any]]
) -> bool:
    """Does `work` in another process, killed before its `step`-th statement or renaming, from 0.
    False when it was done before that."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_live(step, reopen, work))
        finally:
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or status == 0, "what the other process did failed"
    return os.WIFSIGNALED(status)


async def _live(
    step: int, reopen: Callable[[], Awaitable[Store]], work: Callable[[Store], Awaitable[Any]]
) -> None:
    store = await reopen()
    left = iter(range(step))

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*given, **named)

        return run

    for name in STATEMENTS:
        setattr(asyncpg.Connection, name, counted(getattr(asyncpg.Connection, name)))
    Path.rename = counted(Path.rename)  # type: ignore[method-assign]
    await work(store)
    os._exit(0)
