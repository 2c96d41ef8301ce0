"""Entries as rows, and back."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.ledger.details import PADDING, packed, pad, unpacked, unpad
from hygie.ledger.rows import COLUMNS, PLAIN, AuditRecord, canonical, to_record, to_row
from hygie.limits import MAX_AUDIT_DETAIL_CHARACTERS, MAX_AUDIT_NAME_CHARACTERS
from hygie.refusal import Refused
from hygie.store.keys.keyring import Keyring
from hygie.trace import Action, ActorKind, AuditEntry, Context, Touch

KEYRING = Keyring(bytes(32))
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
INT64 = st.integers(-(2**63), 2**63 - 1)
INT32 = st.integers(-(2**31), 2**31 - 1)
PRINTABLE = st.text(max_size=MAX_AUDIT_NAME_CHARACTERS).filter(str.isprintable)
ENTRIES = st.builds(
    AuditEntry,
    context=st.builds(Context, PRINTABLE, st.sampled_from(get_args(ActorKind)), PRINTABLE),
    action=st.sampled_from(get_args(Action)),
    type=PRINTABLE,
    key=INT64,
    patient=INT64,
    version=INT32,
    count=INT32,
    touched=st.lists(st.builds(Touch, INT64, INT32), max_size=3).map(tuple),
    detail=st.text(st.characters(codec="utf-8")),
)


def back(row: tuple[Any, ...]) -> AuditRecord:
    record: Any = dict(zip(COLUMNS, row, strict=True)) | {"seq": 7}
    return to_record(record, KEYRING)


def entry(**fields: Any) -> AuditEntry:
    given: dict[str, Any] = {"context": Context("alice", "account"), "action": "read"} | fields
    return AuditEntry(**given)


@given(ENTRIES)
def test_an_entry_comes_back_as_it_was(entry: AuditEntry) -> None:
    """Guards: a trace that says something else than what was done."""
    assert back(to_row(entry, NOW, KEYRING)) == AuditRecord(7, NOW, entry)


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_from_outside_can_be_written(request: str, detail: str) -> None:
    """Guards: a request identifier that makes the statement shared with others fail."""
    row: tuple[Any, ...] = to_row(
        entry(context=Context("a", "client", "care", request), detail=detail), NOW, KEYRING
    )
    written = row[COLUMNS.index("request")]
    assert written.isprintable()
    written.encode()
    assert len(back(row).entry.detail) == len(detail)


@pytest.mark.parametrize(
    "fields",
    [
        {"key": 2**63},
        {"patient": -(2**63) - 1},
        {"version": 2**31},
        {"count": 2**31},
        {"touched": (Touch(1, 1), Touch(2**63, 1))},
        {"touched": (Touch(1, 1), Touch(1, 2**31))},
    ],
)
def test_a_number_out_of_range_is_refused_for_its_caller(fields: dict[str, Any]) -> None:
    """Guards: one bad entry refused by the database together with those of others."""
    with pytest.raises(OverflowError):
        to_row(entry(**fields), NOW, KEYRING)


def test_texts_are_bounded() -> None:
    """Guards: a ledger filled by one request."""
    row: tuple[Any, ...] = to_row(
        entry(context=Context("a" * 10_000, "client"), detail="é" * 1_000_000), NOW, KEYRING
    )
    assert row[COLUMNS.index("actor")] == "a" * MAX_AUDIT_NAME_CHARACTERS
    assert back(row).entry.detail == "é" * MAX_AUDIT_DETAIL_CHARACTERS + "…"


@given(st.binary())
def test_padding_is_undone_exactly(plain: bytes) -> None:
    """Guards: a detail that ends in what looks like padding."""
    padded = pad(plain)
    assert unpad(padded) == plain
    assert len(padded) % PADDING == 0
    assert 0 < len(padded) - len(plain) <= PADDING


@given(st.uuids(), st.sampled_from(["Patient", "Observation", "Observation,Patient", ""]))
def test_a_uuid_is_told_shortly_and_comes_back(given_id: UUID, kind: str) -> None:
    """Guards: an access to one resource shown as one to another."""
    for detail in (f"{kind}/{given_id}", f"{kind}/{str(given_id).upper()}", f"Group/{given_id}"):
        assert unpacked(packed(detail, kind), kind) == detail
    assert len(packed(f"{kind}/{given_id}", kind)) == 17


def test_lengths_tell_little() -> None:
    """Guards: names searched for, guessed from the length of what is sealed."""
    sizes = {len(packed("name=" + "a" * n, "Patient")) for n in range(2, 20)}
    assert len(sizes) == 1


@pytest.mark.parametrize("column", range(len(PLAIN)), ids=PLAIN)
def test_an_altered_entry_does_not_open(column: int) -> None:
    """Guards: a trace rewritten in the database by someone who has no key."""
    whole = entry(key=5, patient=5, version=5, count=5, touched=(Touch(1, 1), Touch(2, 1)))
    row: list[Any] = list(to_row(whole, NOW, KEYRING))
    other = {datetime: NOW.replace(year=2025), str: "bob", int: 6, list: [1, 3]}
    row[column] = other[type(row[column])]
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
