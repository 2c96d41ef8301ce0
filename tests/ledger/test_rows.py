"""Entries as rows, and back."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.ledger.rows import (
    COLUMNS,
    PADDING,
    AuditRecord,
    canonical,
    pad,
    to_record,
    to_row,
    unpad,
)
from hygie.limits import MAX_AUDIT_DETAIL_CHARACTERS, MAX_AUDIT_NAME_CHARACTERS
from hygie.refusal import Refused
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
    record: Any = dict(zip(COLUMNS, row, strict=True)) | {"seq": 7}
    return to_record(record, KEYRING)


def entry(**fields: Any) -> AuditEntry:
    return AuditEntry(**({"context": Context("alice", "account"), "action": "read"} | fields))


@given(ENTRIES)
def test_an_entry_comes_back_as_it_was(entry: AuditEntry) -> None:
    """Guards: a trace that says something else than what was done."""
    assert back(to_row(entry, NOW, KEYRING)) == AuditRecord(7, NOW, entry)


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_from_outside_can_be_written(request: str, detail: str) -> None:
    """Guards: a request identifier that makes the statement shared with others fail."""
    row = to_row(
        entry(context=Context("a", "client", "care", request), detail=detail), NOW, KEYRING
    )
    assert row[4].isprintable()
    row[4].encode()
    assert len(back(row).entry.detail) == len(detail)


@pytest.mark.parametrize("field", ["key", "patient", "version", "count"])
def test_a_number_out_of_range_is_refused_for_its_caller(field: str) -> None:
    """Guards: one bad entry refused by the database together with those of others."""
    with pytest.raises(OverflowError):
        to_row(entry(**{field: 2**63}), NOW, KEYRING)


def test_texts_are_bounded() -> None:
    """Guards: a ledger filled by one request."""
    row = to_row(
        entry(context=Context("a" * 10_000, "client"), detail="é" * 1_000_000), NOW, KEYRING
    )
    assert row[1] == "a" * MAX_AUDIT_NAME_CHARACTERS
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
    sizes = {len(to_row(entry(detail="name=" + "a" * n), NOW, KEYRING)[-1]) for n in range(2, 20)}
    assert len(sizes) == 1


@pytest.mark.parametrize("column", range(len(COLUMNS) - 1), ids=COLUMNS[:-1])
def test_an_altered_entry_does_not_open(column: int) -> None:
    """Guards: a trace rewritten in the database by someone who has no key."""
    row = list(to_row(entry(key=5, patient=5, version=5, count=5), NOW, KEYRING))
    row[column] = {datetime: NOW.replace(year=2025), str: "bob", int: 6}[type(row[column])]
    with pytest.raises(Refused, match=r"ledger\.altered"):
        back(tuple(row))


@given(ENTRIES, ENTRIES)
def test_two_entries_have_one_canonical_form_only_when_equal(a: AuditEntry, b: AuditEntry) -> None:
    """Guards: an entry passed off as another that is written the same."""
    first, second = to_row(a, NOW, KEYRING)[:-1], to_row(b, NOW, KEYRING)[:-1]
    assert (canonical(first) == canonical(second)) == (first == second)


def test_the_canonical_form_does_not_depend_on_a_time_zone() -> None:
    """Guards: a ledger that opens in Paris and not in Cayenne."""
    plain = to_row(entry(), NOW, KEYRING)[:-1]
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-3)))
    assert canonical((elsewhere, *plain[1:])) == canonical(plain)
