"""Entries as rows, and back."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.ledger.details import PADDING, packed, pad, unpacked, unpad
from hygie.ledger.forms import FORM_1, canonical
from hygie.ledger.rows import COLUMNS, AuditRecord, to_record, to_row
from hygie.limits.traces import MAX_AUDIT_DETAIL_CHARACTERS, MAX_AUDIT_NAME_CHARACTERS
from hygie.refusal import Refused
from hygie.sight import Sight
from hygie.store.keys.keyring import Keyring
from hygie.trace import Action, ActorKind, AuditEntry, Context, Outcome, Touch

KEYRING = Keyring(bytes(32))
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
INT64 = st.integers(-(2**63), 2**63 - 1)
INT32 = st.integers(-(2**31), 2**31 - 1)
PRINTED = st.characters(exclude_categories=("C", "Z"), include_characters=" ")
PRINTABLE = st.text(PRINTED, max_size=MAX_AUDIT_NAME_CHARACTERS)
ENTRIES = st.builds(
    AuditEntry,
    context=st.builds(
        Context, PRINTABLE, st.sampled_from(get_args(ActorKind)), PRINTABLE,
        role=PRINTABLE, application=PRINTABLE,
        address=st.ip_addresses().map(str) | PRINTABLE.map(lambda text: text[:16]),
    ),
    action=st.sampled_from(get_args(Action)),
    type=PRINTABLE,
    key=INT64,
    patient=INT64,
    version=INT32,
    count=INT32,
    touched=st.lists(st.builds(Touch, INT64, INT32), max_size=3).map(tuple),
    detail=st.text(st.characters(codec="utf-8")),
    outcome=st.sampled_from(get_args(Outcome)),
    reason=PRINTABLE,
)  # fmt: skip


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


OTHERS = {datetime: NOW.replace(year=2025), str: "bob", int: 66, bool: True, list: [1, 3]}


@pytest.mark.parametrize("column", range(len(COLUMNS) - 1), ids=COLUMNS[:-1])
def test_an_altered_entry_does_not_open(column: int) -> None:
    """Guards: a trace rewritten in the database by someone who has no key."""
    whole = entry(key=5, patient=5, version=5, count=5, touched=(Touch(1, 1), Touch(2, 1)))
    row = list(to_row(whole, NOW, KEYRING))
    row[column] = OTHERS[type(row[column])]
    with pytest.raises(Refused, match=r"ledger\.altered"):
        back(tuple(row))


def row_of_form_1(**fields: Any) -> tuple[Any, ...]:
    """As it was written before there was a second form, and as the migration completes it."""
    said = {
        "at": NOW, "key": 5, "patient": 6, "version": 7, "count": 1, "actor": "alice",
        "kind": "account", "purpose": "care", "request": "r", "action": "read",
        "type": "Observation", "keys": None, "versions": None,
    } | fields  # fmt: skip
    written = msgspec.json.encode(("audit", *(said[name] for name in FORM_1))).decode()
    sealed = KEYRING.seal(packed("Observation/1", "Observation"), written)
    added = {"form": 1, "application": "", "role": "", "refused": False, "reason": ""}
    return tuple((said | added | {"detail": sealed})[name] for name in COLUMNS)


def test_entries_of_the_first_form_keep_verifying() -> None:
    """Guards: years of traces that a new version of the program calls altered."""
    context = Context("alice", "account", "care", "r")  # kept before there were codes
    kept = entry(context=context, type="Observation", key=5, patient=6, version=7,
                 detail="Observation/1")  # fmt: skip
    assert back(row_of_form_1()).entry == kept
    assert back(row_of_form_1(action="refused")).entry.outcome == "refused"


@pytest.mark.parametrize("name", FORM_1)
def test_an_altered_entry_of_the_first_form_does_not_open(name: str) -> None:
    """Guards: an older form that is verified less than the one of today."""
    row = list(row_of_form_1())
    place = COLUMNS.index(name)
    row[place] = OTHERS.get(type(row[place]), [1])
    with pytest.raises(Refused, match=r"ledger\.altered"):
        back(tuple(row))


def test_an_entry_is_not_passed_off_as_one_of_another_form() -> None:
    """Guards: role, outcome and reason taken from an entry by calling it an older one."""
    row = list(to_row(entry(outcome="refused", reason="access.wrong"), NOW, KEYRING))
    for form in (0, 1, 3):
        row[0] = form
        with pytest.raises(Refused, match=r"ledger\.altered"):
            back(tuple(row))


def test_what_the_first_form_did_not_say_is_not_read_in_it() -> None:
    """Guards: a role or a refusal blamed on somebody in columns that nothing verifies."""
    row = list(row_of_form_1())
    row[COLUMNS.index("role")], row[COLUMNS.index("refused")] = "director", True
    assert back(tuple(row)) == back(row_of_form_1())


def test_why_a_patient_is_within_sight_is_kept() -> None:
    """Guards: accesses that nobody can tell the reason of, years later."""
    context = Context("alice", "account", sight=Sight(grounds={6: "circle.unit"}))
    reasons = [
        back(to_row(entry(context=context, **fields), NOW, KEYRING)).entry.reason
        for fields in ({"patient": 6}, {"patient": 7}, {"patient": 6, "reason": "x.y"}, {})
    ]
    assert reasons == ["circle.unit", "", "x.y", ""]


@pytest.mark.parametrize(
    ("purpose", "ground", "kept"),
    [
        ("TREAT", "team.break-glass", "ETREAT"),
        ("TREAT", "team.unit", "TREAT"),
        ("HCOMPL", "team.break-glass", "HCOMPL"),
    ],
)
def test_a_record_behind_a_broken_glass_was_opened_for_urgent_care(purpose, ground, kept) -> None:
    """Guards: an access by bris de glace that reads as ordinary care; its reviewer's as urgent."""
    context = Context("alice", "account", purpose, sight=Sight(grounds={6: ground}))
    assert back(to_row(entry(context=context, patient=6), NOW, KEYRING)).entry.purpose == kept


@given(ENTRIES, ENTRIES, st.sets(st.sampled_from(AuditEntry.__struct_fields__), max_size=2))
def test_two_entries_have_one_canonical_form_only_when_equal(
    a: AuditEntry, b: AuditEntry, taken: set[str]
) -> None:
    """Guards: an entry passed off as another that is written the same."""
    near = msgspec.structs.replace(a, **{name: getattr(b, name) for name in taken})
    first, second = (to_row(one, NOW, KEYRING)[:-1] for one in (a, near))
    assert (written(first) == written(second)) == (first == second)


def test_the_canonical_form_is_what_it_was() -> None:
    """Guards: a library that writes otherwise some day, and takes all entries for altered."""
    whole = entry(touched=(Touch(1, 2),), reason="é", outcome="refused", context=Context(
        "alice", "account", "care", "r", role="nurse", application="app"))  # fmt: skip
    assert written(to_row(whole, NOW.replace(microsecond=500), KEYRING)[:-1]) == (
        '["audit",2,"2026-01-02T03:04:05.000500Z",0,0,0,1,"alice","account","care","r","read","",'
        '"app","nurse",true,"é",[1],[2]]'
    )
    assert canonical(1, NOW, (0, "x", None)) == '["audit","2026-01-02T03:04:05Z",0,"x",null]'


def test_the_canonical_form_does_not_depend_on_a_time_zone() -> None:
    """Guards: a ledger that opens in Paris and not in Cayenne."""
    row = list(to_row(entry(), NOW, KEYRING))
    row[1] = NOW.astimezone(timezone(timedelta(hours=-3)))
    assert back(tuple(row)) == back(to_row(entry(), NOW, KEYRING))


def written(openly: tuple[Any, ...]) -> str:
    form, at, *rest = openly
    return canonical(form, at, tuple(rest))
