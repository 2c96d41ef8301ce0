"""Traces as tables."""

import csv
import io
import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.test_rows import ENTRIES

from hygie.exchange.traces.table import COLUMNS, csv_head, csv_rows, ndjson
from hygie.ledger import AuditRecord
from hygie.spreadsheet import BOM, FORMULA
from hygie.trace import AuditEntry, Context

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@given(st.lists(ENTRIES, max_size=5))
def test_every_entry_is_one_row_that_reads_back(entries: list[AuditEntry]) -> None:
    """Guards: a line break in what was asked that moves all columns, or makes a row of its own."""
    rows = read(csv_head() + csv_rows([AuditRecord(1, NOW, one) for one in entries], {}))
    assert rows[0] == list(COLUMNS)
    assert len(rows) == len(entries) + 1
    assert {len(row) for row in rows} == {len(COLUMNS)}


@given(st.sampled_from(FORMULA), st.text(max_size=10))
def test_no_cell_is_a_formula(first: str, rest: str) -> None:
    """Guards: an auditor's spreadsheet that runs what somebody typed into a search."""
    context = Context(first + rest, "account", request=first + rest)
    entry = AuditEntry(context=context, action="search", detail=first + rest, reason=first + rest)
    (row,) = read(csv_rows([AuditRecord(1, NOW, entry)], {}))
    assert not [cell for cell in row[2:] if cell.startswith(FORMULA)]


def test_it_opens_as_what_it_is() -> None:
    """Guards: accents that a spreadsheet takes for something else."""
    assert csv_head().startswith(BOM)


def test_patients_are_named_when_they_are_known() -> None:
    """Guards: an export in which nobody finds whose record it was."""
    entry = AuditEntry(context=Context("a", "account"), action="read", patient=7)
    rows = read(csv_rows([AuditRecord(1, NOW, entry)] * 2, {7: "Patient/p"}))
    assert rows[0][COLUMNS.index("patient")] == "Patient/p"
    (row,) = read(csv_rows([AuditRecord(1, NOW, entry)], {}))
    assert row[COLUMNS.index("patient")] == "key:7"


def test_ndjson_holds_an_audit_event_a_line() -> None:
    """Guards: a file that no audit repository takes."""
    entry = AuditEntry(context=Context("a", "account"), action="search", detail="x\ny")
    lines = ndjson([AuditRecord(3, NOW, entry)] * 2, {}).splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["trace-3", "trace-3"]
