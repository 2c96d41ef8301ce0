"""Guards the account of who read a record: nobody left out, nobody else named."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from hygie.ledger.rows import AuditRecord
from hygie.trace import AuditEntry, Context
from hygie.web.present.accesses import read_accesses

PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
NAMES = {"claire": "Dr Claire Morel"}


def entry(seconds: int, actor: str, action: str, kind: str = "Patient") -> AuditRecord:
    context = Context(actor, "system" if actor == "intake" else "account")
    made = AuditEntry(context=context, action=action, type=kind)  # type: ignore[arg-type]
    return AuditRecord(seconds, AT + timedelta(seconds=seconds), made)


entries = st.lists(
    st.builds(
        entry,
        st.integers(0, 300),
        st.sampled_from(["claire", "paul", "intake"]),
        st.sampled_from(["read", "search", "create", "update"]),
    )
).map(lambda found: sorted(found, key=lambda record: record.at, reverse=True))


def test_one_line_for_one_look() -> None:
    """A page seen leaves several entries: a line for each would hide the others."""
    found = read_accesses(
        [entry(12, "claire", "search", "Observation"), entry(11, "claire", "read")], PARIS, NAMES
    )
    assert [(a.actor, a.what, a.about) for a in found] == [
        ("Dr Claire Morel", "consultation", "identité, résultats")
    ]


@given(entries)
def test_nobody_and_no_change_is_left_out(found: list[AuditRecord]) -> None:
    """Gathering entries must not hide who came, nor turn a change into a look."""
    shown = read_accesses(found, PARIS, NAMES)
    names = {"claire": "Dr Claire Morel", "intake": "Passerelle des flux", "paul": "paul"}
    assert {a.actor for a in shown} == {names[r.entry.context.actor] for r in found}
    written = {(names[r.entry.context.actor], r.entry.action) for r in found}
    assert {a.actor for a in shown if a.what == "modification"} == {
        actor for actor, action in written if action == "update"
    }


def test_an_attempt_is_no_access_and_a_broken_glass_is_named() -> None:
    """A patient must not be told that somebody read what they were refused."""
    told = entry(1, "claire", "break-glass")
    tried = entry(0, "paul", "read")
    refused = msgspec.structs.replace(
        tried, entry=msgspec.structs.replace(tried.entry, outcome="refused")
    )
    shown = read_accesses([told, refused], PARIS, NAMES)
    assert [access.what for access in shown] == ["bris de glace", "tentative refusée"]


def test_only_who_read_is_said_to_have() -> None:
    """A patient told that an auditor read a record which was closed to them; or not told by which
    door a nurse came in."""
    plain = entry(0, "claire", "read")
    by_glass = msgspec.structs.replace(
        plain, entry=msgspec.structs.replace(plain.entry, reason="team.break-glass")
    )
    judged, asked = entry(2, "paul", "review-break-glass"), entry(1, "paul", "simulate")
    shown = read_accesses([judged, asked, by_glass], PARIS, NAMES)
    assert [access.what for access in shown] == [
        "examen d’un bris de glace", "simulation de droits", "consultation par bris de glace",
    ]  # fmt: skip
