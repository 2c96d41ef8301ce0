"""What is looked for among messages, as it was typed into the form."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from hygie.intake.values import State
from hygie.web.present.inbox import EVENTS as NAMED
from hygie.web.present.inbox import STATES
from hygie.web.present.numbers import read_number

MAX_TYPED = 100
TYPES = {
    "ADT^*": "tous les mouvements et identités", "ORU^*": "tous les résultats",
    "MDM^*": "tous les documents", "SIU^*": "tous les rendez-vous", "ORM^*": "demandes (ORM)",
    "OML^*": "demandes de laboratoire (OML)", "RDE^*": "prescriptions (RDE)",
    "VXU^*": "vaccinations (VXU)", "DFT^*": "actes facturés (DFT)",
    "message^*": "tous les messages FHIR",
}  # fmt: skip
EVENTS = TYPES | NAMED
"""Event -> what it is called; a type before its events."""
BAD_DAY = "Cette date n’existe pas. Choisissez-la dans le calendrier, ou laissez vide."
BACKWARDS = "La fin de la période est avant son début."


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is empty does not restrict."""

    identifier: str = ""
    name: str = ""
    birth: str = ""
    source: str = ""
    event: str = ""
    state: State | None = None
    first: str = ""
    last: str = ""
    """Days, as typed; the last one is included."""
    since: datetime | None = None
    until: datetime | None = None
    before: int = 0
    error: str = ""
    faulty: str = ""

    @property
    def of_person(self) -> bool:
        return bool(self.identifier or self.name or self.birth)

    @property
    def narrowed(self) -> bool:
        """Whether it restricts anything but the page."""
        return self != Asked(before=self.before)


def read_asked(form: Mapping[str, str], zone: ZoneInfo) -> Asked:
    typed = {key: value.strip()[:MAX_TYPED] for key, value in form.items()}
    state = typed.get("etat", "")
    event = typed.get("evenement", "")
    asked = Asked(
        identifier=typed.get("identifiant", ""), name=typed.get("nom", ""),
        birth=typed.get("naissance", ""), source=typed.get("source", ""),
        event=event if event in EVENTS else "",
        state=next((one for one in STATES if one == state), None),
        first=typed.get("depuis", ""), last=typed.get("jusqua", ""),
        before=read_number(typed.get("avant", "")),
    )  # fmt: skip
    try:
        since, until = _midnight(asked.first, zone), _midnight(asked.last, zone)
    except ValueError:
        return msgspec.structs.replace(asked, error=BAD_DAY, faulty="depuis")
    if until is not None:
        until += timedelta(days=1)
    if since and until and until <= since:
        return msgspec.structs.replace(asked, error=BACKWARDS, faulty="jusqua")
    return msgspec.structs.replace(asked, since=since, until=until)


def _midnight(day: str, zone: ZoneInfo) -> datetime | None:
    return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=zone) if day else None
