"""What a transaction leaves in the audit trail."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hygie.store.auditing import Steps
from hygie.store.bodies.placing import TICK
from hygie.store.contract import StoredResource
from hygie.store.keys.keyring import Keyring
from hygie.trace import Action, Context, Touch

NOW = datetime(2026, 1, 2, tzinfo=UTC)
KEYRING = Keyring(bytes(32))
CONTEXT = Context("alice", "account")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("create", "update", "delete", "read")),
        st.sampled_from(("Patient", "Observation")),
        st.sampled_from("abcd"),
        st.integers(1, 3),
        st.sampled_from((0, 7, 8)),
    ),
    max_size=12,
)


def stored(kind: str, name: str, version: int) -> StoredResource:
    updated = NOW + version * TICK
    return StoredResource(type=kind, id=name, version=version, updated=updated, body=b"{}")


@given(STEPS)
def test_each_step_is_told_once(steps: list[tuple[Action, str, str, int, int]]) -> None:
    """Guards: a change without a trace, or a trace under another patient or action."""
    kept = Steps(CONTEXT, KEYRING)
    done = []
    for action, kind, name, version, patient in steps:
        kept.touch(action, stored(kind, name, version), patient)
        done.append((action, patient, Touch(KEYRING.reference(kind, name), version)))
    entries = kept.take()
    told = [
        (entry.action, entry.patient, touch)
        for entry in entries
        for touch in entry.touched or (Touch(entry.key, entry.version),)
    ]
    assert sorted(told) == sorted(done)
    assert len(entries) == len({(action, patient) for action, patient, _ in done})
    assert sum(entry.count for entry in entries) == len(done)
    assert kept.take() == []


def test_an_entry_about_several_names_their_types() -> None:
    """Guards: an account of accesses that no longer says what was looked at."""
    kept = Steps(CONTEXT, KEYRING)
    for kind in ("Patient", "Observation", "Patient"):
        kept.touch("create", stored(kind, "a", 1), 7)
    (entry,) = kept.take()
    assert entry.types == ("Observation", "Patient")
    assert (entry.key, entry.version, entry.detail) == (0, 0, "")
