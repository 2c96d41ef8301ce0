"""The searches whose results may tell that somebody cares for a patient. Pure."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from hygie.access.model import Account
from hygie.access.rights.rights import Bounds

ID_NAT_PS: Final = "urn:oid:1.2.250.1.71.4.2.1"
"""National identifiers of professionals, with the digit that says of which kind."""
RPPS: Final = "https://rpps.esante.gouv.fr"
"""RPPS numbers, without it (FR Core)."""
TOGETHER: Final = 200
"""Places asked for in one search: a unit has some dozens of beds."""
Search = tuple[str, list[tuple[str, str]]]
"""Type, and parameters."""


class Whose(NamedTuple):
    """Under which names somebody may be said to care."""

    practitioner: str
    """"Practitioner/…" or empty."""
    identifiers: Collection[str]
    """"system|value"."""
    units: Collection[str]
    """"Location/…", "Organization/…", with all that is within them."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.practitioner, *self.identifiers, *self.units} - {""})


def identifiers(account: Account) -> tuple[str, ...]:
    """The national identifier, in the forms in which messages and directories write it."""
    national = account.national
    if not national:
        return ()
    plain = national[1:] if len(national) == 12 and national.startswith("8") else national
    prefixed = f"8{plain}" if len(plain) == 11 else plain
    return f"{ID_NAT_PS}|{prefixed}", f"{RPPS}|{plain}"


def asked(whose: Whose, bounds: Bounds, now: datetime) -> Iterator[Search]:
    """Nothing of before care may last."""
    stayed = ("date", f"ge{_day(now, -bounds.after_stay_days)}")
    ordered = f"ge{_day(now, -bounds.after_order_days)}"
    met = ("date", f"ge{_day(now, -bounds.after_appointment_days)}")
    soon = ("date", f"le{_day(now, bounds.before_appointment_days + 1)}")
    for places in _some(whose.units, "Location/"):
        yield "Encounter", [("location", places), stayed]
        yield "Appointment", [("actor", places), met, soon]
    for houses in _some(whose.units, "Organization/"):
        yield "Encounter", [("service-provider", houses), stayed]
        yield "EpisodeOfCare", [("organization", houses)]
        yield from _named("", houses, ordered)
    if whose.practitioner:
        yield from _followed("", whose.practitioner, stayed)
        yield from _named("", whose.practitioner, ordered)
        yield "Appointment", [("actor", whose.practitioner), met, soon]
    if whose.identifiers:
        known = ",".join(whose.identifiers)
        yield from _followed(":identifier", known, stayed)
        yield from _named(":identifier", known, ordered)
        yield "Appointment", [("actor:identifier", known), met, soon]


def asked_around(patient: str, bounds: Bounds, now: datetime) -> Iterator[Search]:
    """The same, of whoever cares for one patient."""
    theirs = ("patient", patient)
    ordered = f"ge{_day(now, -bounds.after_order_days)}"
    yield "Patient", [("_id", patient)]
    yield "Encounter", [theirs, ("date", f"ge{_day(now, -bounds.after_stay_days)}")]
    yield "EpisodeOfCare", [theirs]
    yield "CareTeam", [theirs, ("status", "active")]
    yield "ServiceRequest", [theirs, ("authored", ordered)]
    yield "MedicationRequest", [theirs, ("authoredon", ordered)]
    yield "Appointment", [
        theirs, ("date", f"ge{_day(now, -bounds.after_appointment_days)}"),
        ("date", f"le{_day(now, bounds.before_appointment_days + 1)}"),
    ]  # fmt: skip


def _followed(form: str, who: str, stayed: tuple[str, str]) -> Iterator[Search]:
    yield "Encounter", [(f"participant{form}", who), stayed]
    yield "EpisodeOfCare", [(f"care-manager{form}", who)]
    yield "Patient", [(f"general-practitioner{form}", who)]


def _named(form: str, who: str, ordered: str) -> Iterator[Search]:
    yield "CareTeam", [(f"participant{form}", who), ("status", "active")]
    yield "ServiceRequest", [(f"requester{form}", who), ("authored", ordered)]
    yield "ServiceRequest", [(f"performer{form}", who), ("authored", ordered)]
    yield "MedicationRequest", [(f"requester{form}", who), ("authoredon", ordered)]


def _some(units: Collection[str], kind: str) -> Iterator[str]:
    names = sorted(unit for unit in units if unit.startswith(kind))
    for start in range(0, len(names), TOGETHER):
        yield ",".join(names[start : start + TOGETHER])


def _day(now: datetime, by: int) -> str:
    return (now + timedelta(days=by)).strftime("%Y-%m-%d")
