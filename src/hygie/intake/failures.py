"""What an import says when it cannot go on: what is done stays, the same command takes it up."""

from typing import Final

import asyncpg

from hygie.intake import phrases
from hygie.refusal import Category, Refused, refuse

LOST: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What the store raises when it is out of reach, out of room, or in an importer's way."""


def importer_lost() -> Refused:
    return refuse(Category.BUSY, "intake.importer-lost", phrases.IMPORTER_LOST, code="transient")


def settler_lost() -> Refused:
    return refuse(Category.BUSY, "intake.settler-lost", phrases.SETTLER_LOST, code="transient")


def previous_waits() -> Refused:
    return refuse(Category.BUSY, "intake.previous-waits", phrases.PREVIOUS_WAITS, code="transient")


def store_lost(error: Exception) -> Refused:
    """For one of `LOST`. Its type is said, its text is not: it may hold health data."""
    if isinstance(error, asyncpg.DiskFullError):
        return refuse(Category.BUSY, "intake.store-full", phrases.STORE_FULL, code="transient")
    name = type(error).__name__
    return refuse(
        Category.BUSY, "intake.store-lost", phrases.STORE_LOST, code="transient", error=name
    )
