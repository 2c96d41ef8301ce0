"""Traces as a table (CSV, RFC 4180) and as AuditEvents, one a line (NDJSON). Pure.

Spreadsheets take a cell that begins with = + - @ for a formula: an apostrophe is put before it.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Final

from hygie.exchange.traces.event import audit_event
from hygie.fhir.codec import encode
from hygie.ledger import AuditRecord

COLUMNS: Final = (
    "seq", "at", "actor", "kind", "role", "application", "address", "action", "outcome", "rule",
    "purpose", "type", "count", "patient", "about", "request",
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
BOM: Final = b"\xef\xbb\xbf"
"""Without it, spreadsheets take UTF-8 for something else."""


def csv_head() -> bytes:
    return BOM + _lines([COLUMNS])


def csv_rows(records: Iterable[AuditRecord], patients: Mapping[int, str]) -> bytes:
    """`patients`: key -> "Patient/id"; one who is not known is named by the key."""
    return _lines(_row(record, patients) for record in records)


def ndjson(records: Iterable[AuditRecord], patients: Mapping[int, str]) -> bytes:
    return b"".join(encode(audit_event(record, patients)) + b"\n" for record in records)


def _row(record: AuditRecord, patients: Mapping[int, str]) -> tuple[str, ...]:
    entry, context = record.entry, record.entry.context
    patient = patients.get(entry.patient, f"key:{entry.patient}") if entry.patient else ""
    told = (
        context.actor, context.kind, context.role, context.application, context.address,
        entry.action, entry.outcome, entry.reason, context.purpose, entry.type, str(entry.count),
        patient, entry.detail, context.request,
    )  # fmt: skip
    at = record.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return (str(record.seq), at, *map(harmless, told))


def harmless(cell: str) -> str:
    """Never a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _lines(rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
