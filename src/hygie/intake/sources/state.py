"""How a listener fares: what the process that runs it writes down each second, for all to read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

import msgspec

from hygie.refusal import Issue
from hygie.store.database import Pool
from hygie.trace import Sealer

Phase = Literal["starting", "listening", "failed", "stopped"]
"""`failed`: `trouble` says why; it is tried again."""
_WRITE: Final = """
INSERT INTO hygie.source_state (name, at, sealed) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, sealed = excluded.sealed
"""
_FORGET: Final = "DELETE FROM hygie.source_state WHERE NOT name = ANY($1)"
_ALL: Final = "SELECT name, at, sealed FROM hygie.source_state ORDER BY name"


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """Counters since `since`, when the listener began; times of the last minute."""

    name: str
    phase: Phase
    at: datetime
    """When this was written. Older than a few seconds: nobody listens."""
    since: datetime
    trouble: Issue | None = None
    """Why it does not listen, or what makes it look wrong."""
    address: str = ""
    """Where it listens or looks."""
    connections: int = 0
    refused_connections: int = 0
    """Not among the peers, too many, or a wrong certificate."""
    received: int = 0
    bytes: int = 0
    answered: Mapping[str, int] = msgspec.field(default_factory=dict)
    """By code: AA, AE, AR, CA, CE, CR."""
    unanswered: int = 0
    """Connections ended before the answer: the sender sends again."""
    stray_bytes: int = 0
    """Outside of frames."""
    broken_off: int = 0
    """Messages that ended before their end."""
    per_second: float = 0.0
    p50_ms: float = 0.0
    """From the last byte of a message to its answer."""
    p99_ms: float = 0.0
    last_message_at: datetime | None = None
    last_refusal_at: datetime | None = None
    last_refusal: str = ""
    """Its rule."""


async def write(pool: Pool, sealer: Sealer, states: list[SourceState]) -> None:
    """These, and no others any more."""
    rows = [(one.name, one.at, _sealed(sealer, one)) for one in states]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_FORGET, [one.name for one in states])
        await connection.executemany(_WRITE, rows)


async def read(pool: Pool, sealer: Sealer) -> dict[str, SourceState]:
    """By name."""
    found = {}
    for row in await pool.fetch(_ALL):
        plain = sealer.open(row["sealed"], _purpose(row["name"]))
        found[row["name"]] = msgspec.json.decode(plain, type=SourceState)
    return found


def _sealed(sealer: Sealer, one: SourceState) -> bytes:
    return sealer.seal(msgspec.json.encode(one), _purpose(one.name))


def _purpose(name: str) -> str:
    return f"source.state {name}"
