"""How a source fares: what each process that serves it writes down each second, for all."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec

from hygie.refusal import Issue
from hygie.store.database import Pool
from hygie.trace import Sealer

Phase = Literal["starting", "listening", "failed", "stopped"]
"""`failed`: `trouble` says why; it is tried again."""
_WRITE: Final = """
INSERT INTO hygie.source_state (name, writer, at, sealed) VALUES ($1, $2, $3, $4)
ON CONFLICT (name, writer) DO UPDATE SET at = excluded.at, sealed = excluded.sealed
"""
_FORGET: Final = """
DELETE FROM hygie.source_state WHERE (name, writer) IN (
    SELECT name, writer FROM hygie.source_state
    WHERE writer = $1 AND NOT name = ANY($2) OR at < $3 FOR UPDATE SKIP LOCKED
)
"""
_ALL: Final = "SELECT name, writer, sealed FROM hygie.source_state ORDER BY name, writer"
LISTENER: Final = "listener"
"""Who writes for the one process that listens; others, which are posted to, by a name each."""
_KEPT: Final = timedelta(hours=1)
"""What a process wrote that is no more."""


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
    """By code: AA, AE, AR, CA, CE, CR; ok, fatal-error, received (FHIR messages)."""
    unanswered: int = 0
    """Connections and requests ended before the answer: the sender sends again."""
    stray_bytes: int = 0
    """Outside of frames."""
    broken_off: int = 0
    """Messages that ended before their end."""
    per_second: float = 0.0
    minute: Mapping[int, int] = msgspec.field(default_factory=dict)
    """Answers of the last minute, by bucket of `durations`."""
    p50_ms: float = 0.0
    """From the last byte of a message to its answer."""
    p99_ms: float = 0.0
    last_message_at: datetime | None = None
    last_refusal_at: datetime | None = None
    last_refusal: str = ""
    """Its rule."""


async def write(pool: Pool, sealer: Sealer, writer: str, states: list[SourceState]) -> None:
    """These of this writer, and no others of it any more."""
    rows = [(one.name, writer, one.at, _sealed(sealer, writer, one)) for one in states]
    names, before = [one.name for one in states], datetime.now(UTC) - _KEPT
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_FORGET, writer, names, before)
        await connection.executemany(_WRITE, rows)


async def read(pool: Pool, sealer: Sealer) -> dict[str, list[SourceState]]:
    """By name; of each source, one of each writer."""
    found: dict[str, list[SourceState]] = {}
    for row in await pool.fetch(_ALL):
        plain = sealer.open(row["sealed"], _purpose(row["name"], row["writer"]))
        one = msgspec.json.decode(plain, type=SourceState)
        found.setdefault(row["name"], []).append(one)
    return found


def _sealed(sealer: Sealer, writer: str, one: SourceState) -> bytes:
    return sealer.seal(msgspec.json.encode(one), _purpose(one.name, writer))


def _purpose(name: str, writer: str) -> str:
    return f"source.state {name} {writer}"
