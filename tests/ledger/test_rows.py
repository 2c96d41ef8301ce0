"""Entries as rows, and back."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.ledger.rows import COLUMNS, PADDING, AuditRecord, pad, to_record, to_row, unpad
from hygie.limits import MAX_AUDIT_DETAIL_CHARACTERS, MAX_AUDIT_NAME_CHARACTERS
from hygie.store.keys import Keyring
from hygie.trace import Action, ActorKind, AuditEntry, Context

KEYRING = Keyring(bytes(32))
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
INT64 = st.integers(-(2**63), 2**63 - 1)
PRINTABLE = st.text(max_size=MAX_AUDIT_NAME_CHARACTERS).filter(str.isprintable)
ENTRIES = st.builds(
    AuditEntry,
    context=st.builds(Context, PRINTABLE, st.sampled_from(get_args(ActorKind)), PRINTABLE),
    action=st.sampled_from(get_args(Action)),
    type=PRINTABLE,
    key=INT64,
    patient=INT64,
    version=INT64,
    count=INT64,
    detail=st.text(st.characters(codec="utf-8")),
)


def back(row: tuple[Any, ...]) -> AuditRecord:
    record: Any = dict(zip(COLUMNS, row, strict=True)) | {"seq": 7, "at": NOW}
    return to_record(record, KEYRING)


def entry(**fields: Any) -> AuditEntry:
    return AuditEntry(**({"context": Context("alice", "account"), "action": "read"} | fields))


@given(ENTRIES)
def test_an_entry_comes_back_as_it_was(entry: AuditEntry) -> None:
    """Guards: a trace that says something else than what was done."""
    assert back(to_row(entry, KEYRING)) == AuditRecord(7, NOW, entry)


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_from_outside_can_be_written(request: str, detail: str) -> None:
    """Guards: a request identifier that makes the statement shared with others fail."""
    row = to_row(entry(context=Context("a", "client", "care", request), detail=detail), KEYRING)
    assert row[3].isprintable()
    row[3].encode()
    assert len(back(row).entry.detail) == len(detail)


@pytest.mark.parametrize("field", ["key", "patient", "version", "count"])
def test_a_number_out_of_range_is_refused_for_its_caller(field: str) -> None:
    """Guards: one bad entry refused by the database together with those of others."""
    with pytest.raises(OverflowError):
        to_row(entry(**{field: 2**63}), KEYRING)


def test_texts_are_bounded() -> None:
    """Guards: a ledger filled by one request."""
    row = to_row(entry(context=Context("a" * 10_000, "client"), detail="é" * 1_000_000), KEYRING)
    assert row[0] == "a" * MAX_AUDIT_NAME_CHARACTERS
    assert back(row).entry.detail == "é" * MAX_AUDIT_DETAIL_CHARACTERS + "…"


@given(st.binary())
def test_padding_is_undone_exactly(plain: bytes) -> None:
    """Guards: a detail that ends in what looks like padding."""
    padded = pad(plain)
    assert unpad(padded) == plain
    assert len(padded) % PADDING == 0
    assert 0 < len(padded) - len(plain) <= PADDING


def test_lengths_tell_little() -> None:
    """Guards: names searched for, guessed from the length of what is sealed."""
    sizes = {len(to_row(entry(detail="name=" + "a" * n), KEYRING)[-1]) for n in range(2, 20)}
    assert len(sizes) == 1
