"""What was opened is remembered, within bounds, and for the very same row only."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hygie.store.bodies.memo import OVERHEAD_BYTES, Identity, Memo
from hygie.store.contract import StoredResource

UPDATED = datetime(2026, 1, 2, tzinfo=UTC)
LIMIT = 4 * OVERHEAD_BYTES


def row(patient: int, key: int = 5, version: int = 1) -> Identity:
    return (patient, key, version, 1, False)


def stored(sealed: bytes) -> StoredResource:
    return StoredResource(type="Patient", id="a", version=1, updated=UPDATED, body=sealed * 2)


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.integers(1, 3))))
def test_what_is_found_is_what_was_kept_last(steps: list[tuple[bytes, int]]) -> None:
    """Guards: one resource given for another, and memory that grows with what is read."""
    memo = Memo(LIMIT)
    for sealed, patient in steps:
        memo.keep(sealed, row(patient), stored(sealed))
        found = memo.find(sealed, row(patient))
        assert found is not None
        assert found.body == sealed * 2
        assert memo.find(sealed, row(patient + 1)) is None
        kept = [s for s, _ in steps if any(memo.find(s, row(p)) for p in (1, 2, 3))]
        assert sum(3 * len(s) + OVERHEAD_BYTES for s in set(kept)) <= LIMIT


def test_the_oldest_use_goes_first() -> None:
    """Guards: a busy ward's records forgotten for those of a report that ran once."""
    memo = Memo(3 * OVERHEAD_BYTES + 100)
    for sealed in (b"1", b"2", b"3"):
        memo.keep(sealed, row(1), stored(sealed))
    assert memo.find(b"1", row(1))
    memo.keep(b"4", row(1), stored(b"4"))
    assert [bool(memo.find(sealed, row(1))) for sealed in (b"1", b"2", b"3", b"4")] == [1, 0, 1, 1]


def test_a_patient_is_forgotten() -> None:
    """Guards: a record that is read after its key was destroyed."""
    memo = Memo(LIMIT)
    memo.keep(b"1", row(1), stored(b"1"))
    memo.keep(b"2", row(2), stored(b"2"))
    memo.forget(1)
    assert memo.find(b"1", row(1)) is None
    assert memo.find(b"2", row(2)) is not None


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9), st.booleans()), max_size=30),
    st.integers(1, 6),
)
def test_the_newest_of_a_key_is_the_newest_kept(
    steps: list[tuple[int, int, bool]], room: int
) -> None:
    """Guards: an old version taken for the newest known, or one that was forgotten."""
    memo = Memo(room * (OVERHEAD_BYTES + 6))
    known: dict[int, set[int]] = {}
    for patient, version, forgotten in steps:
        sealed = bytes([patient, version])
        memo.keep(sealed, row(patient, patient, version), stored(sealed))
        if forgotten:
            memo.forget(patient)
        newest = memo.newest(patient)
        if newest is not None:
            assert memo.find(newest.sealed, newest.identity) is newest.stored
            assert newest.identity[:2] == (patient, patient)
        if not forgotten and version >= max(known.get(patient) or {0}):
            assert newest is not None
            assert newest.identity[2] == version
        known[patient] = set() if forgotten else known.get(patient, set()) | {version}
