"""What every page of a record shows besides its own content: whose it is, and allergies."""

import asyncio

import msgspec

from hygie.access.glass import Breaking
from hygie.sight import BROKEN, Sight
from hygie.store.contract import Resource
from hygie.web.care import require_care
from hygie.web.desk import Desk, Visit
from hygie.web.present.allergies import Allergies, read_allergies
from hygie.web.present.patient import PatientView, read_patient
from hygie.web.records import Found, Parameters, Records, of_patient

SECTIONS = (
    ("", "Synthèse"),
    ("/chronologie", "Chronologie"),
    ("/resultats", "Résultats"),
    ("/sejours", "Séjours"),
    ("/documents", "Documents"),
    ("/acces", "Accès"),
)
APPLICATIONS = ("/applications", "Applications")
"""Shown to roles that may open one."""
MANY = "200"
SHOWN_GROUPS = ("clinical", "results", "documents", "medication")
"""Of the rights file: what these pages are made of."""


class Frame(msgspec.Struct, frozen=True):
    patient: PatientView
    allergies: Allergies
    section: str
    """End of the current section's path, as in `SECTIONS`."""
    printed: str
    """Who prints it, and when: the foot of a paper copy."""
    glass: Breaking | None
    """By which the record is open, when it is no patient of theirs."""
    hidden: tuple[str, ...]
    """Groups of data that are out of sight, by their labels."""
    sight: Sight
    key: int
    """Whose record it is, as the sight names it."""
    glass_until: str = ""
    """Until when it is open."""
    sections: tuple[tuple[str, str], ...] = SECTIONS

    @property
    def base(self) -> str:
        return f"/patients/{self.patient.id}"

    def sees(self, kind: str) -> bool:
        """Whether this patient's resources of a type may be seen at all: what may not is not
        absent."""
        return self.sight.holds(kind, "s", self.key)


async def open_record(
    desk: Desk, visit: Visit, section: str, *searches: tuple[str, Parameters]
) -> tuple[Frame, list[Found]]:
    """The frame, and the answers to the page's own searches: all asked at once.

    Raises `Refused` (NOT_FOUND, GONE) when there is no such record.
    """
    records, identifier = records_of(desk, visit), visit.request.path_params["patient"]
    allergies = ("AllergyIntolerance", of_patient(identifier, ("_count", MANY)))
    patient = await records.read("Patient", identifier)
    require_care(desk, visit, identifier)
    found = await asyncio.gather(*(records.find(*search) for search in (allergies, *searches)))
    key = desk.store.keyring.reference("Patient", identifier)
    broken = visit.context.seen.grounds.get(key) == BROKEN
    glass = await desk.access.glass.open_on(visit.account.name, key) if broken else None
    frame = _frame(desk, visit, section, patient, found[0].resources, glass)
    if await desk.access.smart.people.launchable(visit.account.role):
        frame = msgspec.structs.replace(frame, sections=(*frame.sections, APPLICATIONS))
    return frame, found[1:]


def records_of(desk: Desk, visit: Visit) -> Records:
    return Records(desk.store, visit.context)


def _frame(
    desk: Desk,
    visit: Visit,
    section: str,
    patient: Resource,
    allergies: list[Resource],
    glass: Breaking | None,
) -> Frame:
    key = desk.store.keyring.reference("Patient", patient["id"])
    return Frame(
        patient=read_patient(patient, desk.today, desk.zone),
        allergies=read_allergies(allergies),
        section=section,
        glass=glass,
        hidden=hidden_groups(visit, key),
        sight=visit.context.seen,
        key=key,
        glass_until=f"{glass.ends.astimezone(desk.zone):%H:%M}" if glass else "",
        printed=f"{visit.account.display}, {desk.now:%d/%m/%Y %H:%M}",
    )


def hidden_groups(visit: Visit, patient: int) -> tuple[str, ...]:
    """Those of which nothing of this patient may be seen: by the role, the care, the purpose."""
    groups, seen = visit.rights.groups, visit.context.seen
    return tuple(
        groups[name].label
        for name in SHOWN_GROUPS
        if name in groups and not any(seen.holds(one, "r", patient) for one in groups[name].types)
    )
