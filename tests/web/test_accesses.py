"""Guards the page that says who looked at a record: it tells of nothing its reader may not see."""

from datetime import UTC, datetime

from hygie.ledger import AuditRecord
from hygie.sight import ALL, Reach, Sight
from hygie.trace import Action, AuditEntry, Context
from hygie.web.pages.record.accesses import tellable_of

PATIENT = 7
OTHER = Context("paul", "account")


def record(action: Action, types: str, context: Context = OTHER) -> AuditRecord:
    entry = AuditEntry(context=context, action=action, type=types, patient=PATIENT)
    return AuditRecord(1, datetime(2026, 1, 1, tzinfo=UTC), entry)


def told(found: AuditRecord, sight: Sight) -> str | None:
    shown = tellable_of(found, sight, "claire")
    return shown and shown.entry.type


def test_that_somebody_read_what_is_out_of_sight_is_not_told():
    """Danger: a secretary learns that there are results, from who read them."""
    stays = Sight({("Encounter", "r"): (Reach(frozenset({PATIENT})),)})
    assert told(record("search", "Observation"), stays) is None
    assert told(record("search", "Encounter,Observation"), stays) == "Encounter"
    assert told(record("break-glass", ""), stays) == ""
    mine = Context("claire", "account")
    assert told(record("read", "Observation", mine), stays) == "Observation"


def test_part_of_a_type_is_not_all_of_it():
    """Danger: who sees laboratory results learns that others were entered."""
    some = Sight({("Observation", "r"): (Reach(query="category=laboratory"),)})
    assert told(record("create", "Observation"), some) is None


def test_who_reads_traces_is_told_of_all():
    """Danger: an access that nobody is shown."""
    traces = Sight({("AuditEvent", "r"): (ALL,)})
    assert told(record("search", "Observation"), traces) == "Observation"


async def test_the_page_leaves_out_what_the_role_does_not_see(site, enter):
    """Danger: the page shows what the store withholds."""
    await (await enter("physician")).get("/patients/aubin/resultats")
    seen = (await (await enter("physician")).get("/patients/aubin/acces")).text
    clerk = (await (await enter("clerk")).get("/patients/aubin/acces")).text
    assert "résultats" in seen.split("<tbody>")[1]
    assert "identité" in clerk.split("<tbody>")[1]
    assert "résultats" not in clerk.split("<tbody>")[1]
