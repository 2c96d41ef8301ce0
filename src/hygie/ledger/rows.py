"""An audit entry as a row of `hygie.audit`, and back. Pure.

Rows of many callers share one statement, so a row must never fail in the database: whatever could
(characters PostgreSQL has no room for, numbers out of range) is dealt with here, for one entry.

What is sealed is bound to the rest of its row: an entry that was made, moved or altered by someone
without the key does not open.
"""

from datetime import UTC, datetime
from typing import cast

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag

from hygie.ledger.phrases import ALTERED
from hygie.limits import MAX_AUDIT_DETAIL_CHARACTERS, MAX_AUDIT_NAME_CHARACTERS
from hygie.refusal import Category, refuse
from hygie.trace import Action, ActorKind, AuditEntry, Context, Sealer

PADDING = 32
"""Details are padded to multiples of this many bytes: a length tells little of a name searched."""
INT64 = range(-(2**63), 2**63)
COLUMNS = (
    "at", "actor", "kind", "purpose", "request", "action", "type",
    "key", "patient", "version", "count", "detail",
)  # fmt: skip
"""The columns an entry fills; the database adds `seq`."""
Plain = tuple[datetime, str, str, str, str, str, str, int, int, int, int]
"""All of them but the last, `detail`, which is sealed."""
Row = tuple[datetime, str, str, str, str, str, str, int, int, int, int, bytes]


class AuditRecord(msgspec.Struct, frozen=True):
    """An entry as it was kept, with its place in the ledger and its instant (UTC)."""

    seq: int
    at: datetime
    entry: AuditEntry


def to_row(entry: AuditEntry, at: datetime, sealer: Sealer) -> Row:
    """The row to write. Raises OverflowError when a number has no room in 64 bits."""
    context = entry.context
    plain = (
        at,
        _name(context.actor),
        context.kind,
        _name(context.purpose),
        _name(context.request),
        entry.action,
        _name(entry.type),
        _number(entry.key),
        _number(entry.patient),
        _number(entry.version),
        _number(entry.count),
    )
    return (*plain, sealer.seal(pad(_detail(entry.detail)), canonical(plain)))


def to_record(row: asyncpg.Record, sealer: Sealer) -> AuditRecord:
    """The entry of a row, its detail opened. Raises `Refused` ("ledger.altered")."""
    context = Context(row["actor"], cast("ActorKind", row["kind"]), row["purpose"], row["request"])
    entry = AuditEntry(
        context=context,
        action=cast("Action", row["action"]),
        type=row["type"],
        key=row["key"],
        patient=row["patient"],
        version=row["version"],
        count=row["count"],
        detail=_opened(row, sealer),
    )
    return AuditRecord(row["seq"], row["at"], entry)


def canonical(plain: Plain) -> str:
    """The one written form of what an entry says openly: a JSON array, the instant in UTC."""
    at, *rest = plain
    return msgspec.json.encode(("audit", at.astimezone(UTC), *rest)).decode()


def _opened(row: asyncpg.Record, sealer: Sealer) -> str:
    plain = cast("Plain", tuple(row[name] for name in COLUMNS[:-1]))
    try:
        return unpad(sealer.open(row["detail"], canonical(plain))).decode()
    except InvalidTag:
        seq = str(row["seq"])
        raise refuse(Category.CONFLICT, "ledger.altered", ALTERED, seq=seq) from None


def pad(plain: bytes) -> bytes:
    """Padded to a multiple of `PADDING`: 0x80, then zeros (ISO/IEC 9797-1, method 2)."""
    return plain + b"\x80" + bytes(-(len(plain) + 1) % PADDING)


def unpad(padded: bytes) -> bytes:
    return padded[: padded.rindex(b"\x80")]


def _name(text: str) -> str:
    """`text`, bounded, without control characters: they are shown as U+FFFD."""
    if len(text) <= MAX_AUDIT_NAME_CHARACTERS and text.isprintable():
        return text
    kept = text[:MAX_AUDIT_NAME_CHARACTERS]
    return "".join(c if c.isprintable() else "\ufffd" for c in kept)


def _detail(text: str) -> bytes:
    if len(text) > MAX_AUDIT_DETAIL_CHARACTERS:
        text = text[:MAX_AUDIT_DETAIL_CHARACTERS] + "…"
    return text.encode("utf-8", "replace")


def _number(value: int) -> int:
    if value not in INT64:
        raise OverflowError("a number of an audit entry does not fit in 64 bits")
    return value
