"""The movements of a stay, and the Encounter that follows from them. Pure.

PAM-FR: a movement is inserted at the end, any movement may be updated, only the current one may be
cancelled. One liberty: an opening (A01, A04, A05) that arrives after the movements it precedes
takes its place at the beginning; feeds do arrive out of order.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hygie.intake.mapping import phrases
from hygie.intake.mapping.movement import (
    ADMISSION,
    CANCELS,
    DISCHARGE,
    OPENING,
    Movement,
    to_extension,
)
from hygie.refusal import Category, Phrase, Refused, refuse

Movements = tuple[Movement, ...]

_ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_PATIENT_CLASS = "http://terminology.hl7.org/CodeSystem/v2-0004"
_CLASSES = {
    "I": ("IMP", "inpatient encounter"),
    "B": ("IMP", "inpatient encounter"),
    "E": ("EMER", "emergency"),
    "O": ("AMB", "ambulatory"),
    "R": ("AMB", "ambulatory"),
    "P": ("PRENC", "pre-admission"),
}
_STATUS = {"A05": "planned", "A03": "finished", "A21": "onleave"}


def insert(movements: Movements, new: Movement, place: str) -> Movements:
    """With `new` at the end. The same movement again changes nothing."""
    same = _known(movements, new)
    if same is not None:
        if same != new:
            raise _refusal("movement.known", phrases.KNOWN_MOVEMENT, place)
        return movements
    if not movements or _instant(new.start) >= _instant(movements[-1].start):
        if movements and movements[-1].event == DISCHARGE:
            raise _refusal("movement.stay-closed", phrases.CLOSED_STAY, place)
        return (*movements, new)
    if new.event in OPENING and movements[0].event not in ADMISSION:
        return tuple(sorted((new, *movements), key=lambda movement: _instant(movement.start)))
    raise _refusal("movement.historic", phrases.HISTORIC_MOVEMENT, place)


def update(movements: Movements, new: Movement, place: str) -> Movements:
    """With the movement of the same id replaced; its event stays when the new one has none."""
    for rank, old in enumerate(movements):
        if old.id == new.id and new.id:
            changed = (*movements[:rank], new, *movements[rank + 1 :])
            if sorted(changed, key=lambda movement: _instant(movement.start)) != list(changed):
                raise _refusal("movement.historic", phrases.HISTORIC_MOVEMENT, place)
            return changed
    raise _unknown(place)


def cancel(movements: Movements, event: str, movement_id: str, place: str) -> Movements:
    """Without the current movement, which must be the one meant."""
    cancelled = CANCELS[event]
    if not movements or not any(_meant(m, cancelled, movement_id) for m in movements):
        raise _unknown(place)
    if not _meant(movements[-1], cancelled, movement_id):
        raise _refusal("movement.not-current", phrases.NOT_CURRENT, place)
    return movements[:-1]


def project(movements: Movements) -> dict[str, Any]:
    """The elements of Encounter that follow from the movements. None left: a cancelled stay."""
    if not movements:
        return {"status": "cancelled"}
    last = movements[-1]
    kind = next((m.patient_class for m in reversed(movements) if m.patient_class), "")
    unit = next((m.medical_unit for m in reversed(movements) if m.medical_unit), "")
    elements = {
        "extension": [to_extension(movement) for movement in movements],
        "status": _STATUS.get(last.event, "in-progress"),
        "class": encounter_class(kind),
        "period": _period(movements),
        "location": _locations(movements),
        "serviceProvider": {"reference": unit} if unit else {},
    }
    return {name: value for name, value in elements.items() if value}


def encounter_class(patient_class: str) -> dict[str, str]:
    """PV1-2 to Encounter.class; a class FHIR has no code for keeps the HL7 code."""
    known = _CLASSES.get(patient_class)
    if known is None:
        return {"system": _PATIENT_CLASS, "code": patient_class or "U"}
    return {"system": _ACT_CODE, "code": known[0], "display": known[1]}


def _meant(movement: Movement, cancelled: Sequence[str], movement_id: str) -> bool:
    if movement.event not in cancelled:
        return False
    return not movement_id or not movement.id or movement.id == movement_id


def _known(movements: Movements, new: Movement) -> Movement | None:
    """By its id; without one, the same event at the same time."""
    for old in movements:
        if (new.id and old.id == new.id) or (
            not new.id and (old.event, old.start) == (new.event, new.start)
        ):
            return old
    return None


def _period(movements: Movements) -> dict[str, str]:
    present = [movement for movement in movements if movement.event != "A05"]
    opening = next((m for m in present if m.event != DISCHARGE), None)
    last = movements[-1]
    if opening is None and last.event != DISCHARGE:
        return {"start": movements[0].start}
    period = {"start": opening.start} if opening else {}
    return period | ({"end": last.start} if last.event == DISCHARGE else {})


def _locations(movements: Movements) -> list[dict[str, Any]]:
    """Each place with its time: until the next movement that names one, or the discharge."""
    placed = [movement for movement in movements if movement.location and _moves(movement)]
    ends = [movement.start for movement in placed[1:]]
    last = movements[-1]
    ends.append(last.start if last.event == DISCHARGE else "")
    return [_location(*pair) for pair in zip(placed, ends, strict=False)]


def _moves(movement: Movement) -> bool:
    return movement.event != DISCHARGE


def _location(movement: Movement, end: str) -> dict[str, Any]:
    status = "planned" if movement.event == "A05" else "active"
    period = {"start": movement.start} | ({"end": end} if end else {})
    return {
        "location": {"reference": movement.location},
        "status": "completed" if end else status,
        "period": period,
    }


def _instant(moment: str) -> datetime:
    """Movements have a time with an offset: they compare across a change of clocks."""
    return datetime.fromisoformat(moment)


def _unknown(place: str) -> Refused:
    return refuse(
        Category.NOT_FOUND, "movement.unknown", phrases.NO_MOVEMENT, code="not-found",
        location=place,
    )  # fmt: skip


def _refusal(rule: str, phrase: Phrase, place: str) -> Refused:
    return refuse(Category.CONFLICT, rule, phrase, code="business-rule", location=place)
