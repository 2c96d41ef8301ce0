"""Traces as a table (CSV) and as AuditEvents, one a line (NDJSON). Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Final

from hygie.exchange.traces.event import audit_event
from hygie.fhir.codec import encode
from hygie.ledger import AuditRecord
from hygie.spreadsheet import BOM, as_csv, harmless

COLUMNS: Final = (
    "seq", "at", "actor", "kind", "role", "application", "address", "action", "outcome", "rule",
    "purpose", "type", "count", "patient", "about", "request",
)  # fmt: skip


def csv_head() -> bytes:
    return BOM + as_csv([COLUMNS])


def csv_rows(records: Iterable[AuditRecord], patients: Mapping[int, str]) -> bytes:
    """`patients`: key -> "Patient/id"; one who is not known is named by the key."""
    return as_csv(_row(record, patients) for record in records)


def ndjson(records: Iterable[AuditRecord], patients: Mapping[int, str]) -> bytes:
    return b"".join(encode(audit_event(record, patients)) + b"\n" for record in records)


def _row(record: AuditRecord, patients: Mapping[int, str]) -> tuple[str, ...]:
    entry, context = record.entry, record.entry.context
    patient = patients.get(entry.patient, f"key:{entry.patient}") if entry.patient else ""
    told = (
        context.actor, context.kind, context.role, context.application, context.address,
        entry.action, entry.outcome, entry.reason, entry.purpose, entry.type, str(entry.count),
        patient, entry.detail, context.request,
    )  # fmt: skip
    at = record.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return (str(record.seq), at, *map(harmless, told))
