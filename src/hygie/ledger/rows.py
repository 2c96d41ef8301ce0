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

from hygie.ledger.addresses import address_of, with_address
from hygie.ledger.details import packed, unpacked
from hygie.ledger.forms import FORM, FORM_2, canonical, columns
from hygie.ledger.phrases import ALTERED
from hygie.limits.traces import MAX_AUDIT_NAME_CHARACTERS, MAX_AUDIT_TYPES_CHARACTERS
from hygie.purpose import Purpose
from hygie.refusal import Category, refuse
from hygie.trace import Action, ActorKind, AuditEntry, Context, Outcome, Sealer, Touch

MAX_INT64: Final = 2**63 - 1
MAX_INT32: Final = 2**31 - 1
COLUMNS: Final = ("form", *FORM_2, "detail")
"""The columns an entry fills; the database adds `seq`."""
COLUMNS_OF_ONE: Final = ("form", *FORM_2[:-2], "detail")
"""Those that an entry about one resource fills."""
Row = tuple[Any, ...]
"""A value for each of `COLUMNS`."""


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
    rest = (
        entry.key, entry.patient, entry.version, entry.count, _name(context.actor),
        context.kind, _name(entry.purpose), _name(context.request), entry.action, types,
        _name(context.application), _name(context.role), entry.outcome == "refused",
        _name(entry.rule), keys, versions,
    )  # fmt: skip
    private = with_address(context.address) + packed(entry.detail, types)
    return (FORM, at, *rest, sealer.seal(private, canonical(FORM, at.astimezone(UTC), rest)))


def of_one(row: Row) -> Row:
    """`COLUMNS_OF_ONE` of a row about one resource."""
    return (*row[:-3], row[-1])


def to_record(row: asyncpg.Record, sealer: Sealer) -> AuditRecord:
    """The entry of a row, verified, its detail opened. Raises `Refused` ("ledger.altered")."""
    form, private = row["form"], _opened(row, sealer)
    address, told = ("", private) if form == 1 else address_of(private)
    context = Context(
        row["actor"], cast("ActorKind", row["kind"]), cast("Purpose", row["purpose"]),
        row["request"], address=address,
    )  # fmt: skip
    entry = AuditEntry(
        context=context,
        action=cast("Action", row["action"]),
        type=row["type"],
        key=row["key"],
        patient=row["patient"],
        version=row["version"],
        count=row["count"],
        touched=tuple(map(Touch, row["keys"] or (), row["versions"] or ())),
        detail=unpacked(told, row["type"]),
        outcome="refused" if row["action"] == "refused" else "permitted",
    )
    return AuditRecord(row["seq"], row["at"], entry if form == 1 else _completed(entry, row))


def _completed(entry: AuditEntry, row: asyncpg.Record) -> AuditEntry:
    """With what entries say since form 2."""
    context = msgspec.structs.replace(
        entry.context, role=row["role"], application=row["application"]
    )
    outcome: Outcome = "refused" if row["refused"] else "permitted"
    return msgspec.structs.replace(entry, context=context, outcome=outcome, reason=row["reason"])


def _opened(row: asyncpg.Record, sealer: Sealer) -> bytes:
    at, *rest = (row[name] for name in columns(row["form"]))
    try:
        return sealer.open(row["detail"], canonical(row["form"], at.astimezone(UTC), tuple(rest)))
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
