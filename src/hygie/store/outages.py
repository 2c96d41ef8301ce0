"""When the database goes away, comes back, hangs, or has no room: what is known, what is said.

A commit is one message and its answer. Until it is sent, a lost connection undoes everything. Once
it is sent and no answer comes, the change may have been made or not: nobody is told either. Single
writes find out by themselves (`hygie.store.writing.group_writer`); for others, whoever asked is
told that it is not known, and that asking again is harmless with If-None-Exist or If-Match.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import asyncpg

from hygie.refusal import Category, Refusal, refuse
from hygie.store import phrases
from hygie.store.database import LOST, Connection

AWAY: Final = (
    *LOST,
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)
"""The database does not answer, for now. Nothing was changed, but for the next."""
UNAVAILABLE: Final = (
    *AWAY,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
)
"""It does not answer, has no room, or stopped a statement that took too long."""
PAUSES: Final = (0.02, 0.1, 0.3, 0.6)
"""Seconds between attempts: a server that restarts is back within one."""


class OutcomeUnknownError(ConnectionError):
    """The connection was lost while a transaction committed."""


@asynccontextmanager
async def committing(connection: Connection) -> AsyncIterator[None]:
    """A transaction: commits on leaving, undoes on any exception.

    Raises `OutcomeUnknownError` when the connection is lost between the commit and its answer.
    """
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    except BaseException:
        with suppress(*AWAY):  # then the server undoes it
            await transaction.rollback()
        raise
    try:
        await transaction.commit()
    except AWAY as error:
        raise OutcomeUnknownError from error


def undone(error: Exception) -> bool:
    """Whether this says that the database went away, and that it changed nothing."""
    if isinstance(error, OutcomeUnknownError | ValueError):  # asyncpg's word for a bad parameter
        return False
    return isinstance(error, AWAY)


def comes_back(error: Exception) -> bool:
    """Whether to try again at once: it went away, and changed nothing. What hangs goes on so."""
    return undone(error) and not isinstance(error, TimeoutError)


def outage(error: Exception) -> Refusal | None:
    """What is answered (BUSY: try again later); None when this is something else, a bug."""
    if isinstance(error, OutcomeUnknownError):
        rule, phrase = "store.outcome-unknown", phrases.OUTCOME_UNKNOWN
    elif isinstance(error, asyncpg.DiskFullError):
        rule, phrase = "store.disk-full", phrases.DISK_FULL
    elif undone(error):
        rule, phrase = "store.unavailable", phrases.UNAVAILABLE
    elif isinstance(error, UNAVAILABLE) and not isinstance(error, ValueError):
        rule, phrase = "store.busy", phrases.BUSY
    else:
        return None
    return refuse(Category.BUSY, rule, phrase, code="transient", seconds="2").refusal
