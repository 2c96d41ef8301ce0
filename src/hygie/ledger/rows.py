"""An audit entry as a row of `hygie.audit`, and back. Pure.

Rows of many callers share one statement, so a row must never fail in the database: whatever could
(characters PostgreSQL has no room for, numbers out of range) is dealt with here, for one entry.

What is sealed is bound to the rest of its row: an entry that was made, moved or altered by someone
without the key does not open.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final, cast

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag

from hygie.ledger.details import packed, unpacked
from hygie.ledger.phrases import ALTERED
from hygie.limits import MAX_AUDIT_NAME_CHARACTERS, MAX_AUDIT_TYPES_CHARACTERS
from hygie.refusal import Category, refuse
from hygie.trace import Action, ActorKind, AuditEntry, Context, Sealer, Touch

MAX_INT64: Final = 2**63 - 1
MAX_INT32: Final = 2**31 - 1
PLAIN: Final = (
    "at", "key", "patient", "version", "count", "actor", "kind", "purpose", "request", "action",
    "type", "keys", "versions",
)  # fmt: skip
"""What an entry says openly."""
COLUMNS: Final = (*PLAIN, "detail")
"""The columns an entry fills; the database adds `seq`."""
COLUMNS_OF_ONE: Final = (*PLAIN[:-2], "detail")
"""Those that an entry about one resource fills."""
Numbers = list[int] | None
Plain = tuple[
    datetime, int, int, int, int, str, str, str, str, str, str, Numbers, Numbers
]  # fmt: skip
Row = tuple[
    datetime, int, int, int, int, str, str, str, str, str, str, Numbers, Numbers, bytes
]  # fmt: skip


class AuditRecord(msgspec.Struct, frozen=True):
    """An entry as it was kept, with its place in the ledger and its instant (UTC)."""

    seq: int
    at: datetime
    entry: AuditEntry


def to_row(entry: AuditEntry, at: datetime, sealer: Sealer) -> Row:
    """The row to write. Raises OverflowError when a number has no room in its column."""
    context, touched = entry.context, entry.touched
    keys = [touch.key for touch in touched] if touched else None
    versions = [touch.version for touch in touched] if touched else None
    _check((entry.key, entry.patient, *(keys or ())), MAX_INT64)
    _check((entry.version, entry.count, *(versions or ())), MAX_INT32)
    types = _name(entry.type, MAX_AUDIT_TYPES_CHARACTERS)
    plain = (
        at, entry.key, entry.patient, entry.version, entry.count, _name(context.actor),
        context.kind, _name(context.purpose), _name(context.request), entry.action,
        types, keys, versions,
    )  # fmt: skip
    return (*plain, sealer.seal(packed(entry.detail, types), canonical(plain)))


def of_one(row: Row) -> tuple[Any, ...]:
    """`COLUMNS_OF_ONE` of a row about one resource."""
    return (*row[:-3], row[-1])


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
        touched=tuple(map(Touch, row["keys"] or (), row["versions"] or ())),
        detail=_opened(row, sealer),
    )
    return AuditRecord(row["seq"], row["at"], entry)


def canonical(plain: Plain) -> str:
    """The one written form of what an entry says openly: a JSON array, the instant in UTC."""
    at, *rest = plain
    return msgspec.json.encode(("audit", at.astimezone(UTC), *rest)).decode()


def _opened(row: asyncpg.Record, sealer: Sealer) -> str:
    plain = cast("Plain", tuple(row[name] for name in PLAIN))
    try:
        return unpacked(sealer.open(row["detail"], canonical(plain)), row["type"])
    except InvalidTag:
        seq = str(row["seq"])
        raise refuse(Category.CONFLICT, "ledger.altered", ALTERED, seq=seq) from None


def _name(text: str, limit: int = MAX_AUDIT_NAME_CHARACTERS) -> str:
    """`text`, bounded, without control characters: they are shown as U+FFFD."""
    if len(text) <= limit and text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:limit])


def _check(numbers: Collection[int], largest: int) -> None:
    if max(numbers) > largest or min(numbers) < -largest - 1:
        raise OverflowError("a number of an audit entry does not fit in its column")
