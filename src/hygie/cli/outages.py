"""A database out of reach, as a command says it."""

import asyncpg

from hygie.refusal import Refusal
from hygie.store.database import LOST
from hygie.store.outages import outage


def said_of(error: Exception) -> Refusal | None:
    """None when `error` does not come from the database: a file that is missing, or a bug."""
    if not isinstance(error, (asyncpg.PostgresError, TimeoutError, *LOST)):
        return None
    return outage(error)
