"""ZBE, PV1 and EVN to a fact of a stay: what an ADT event says of a movement.

A movement's moment: ZBE-2, else PV1-44 or PV1-45, else EVN-6, EVN-2, MSH-7. A day alone is its
midnight. When it was recorded: EVN-2 if it says the second, else MSH-7. UF: ZBE-7 (medical), ZBE-8
(nursing), else the point of care of PV1-3.
"""

from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.fhir.french import kinds
from hygie.fhir.french.facts import Action, Fact
from hygie.hl7v2.message import Message, Segment
from hygie.hl7v2.timestamps import date_time
from hygie.intake.mapping import phrases, places
from hygie.intake.mapping.moments import recorded, whole
from hygie.refusal import Category, Issue, Phrase, Refusal, Refused, refuse

_EXPECTED: Final = {
    kinds.PLANNED: (("PV2", 8), ("EVN", 3)),
    kinds.PENDING_ADMISSION: (("EVN", 3), ("PV2", 8)),
    kinds.PENDING_DISCHARGE: (("EVN", 3), ("PV2", 9)),
    kinds.PENDING_TRANSFER: (("EVN", 3),),
    kinds.LEAVE: (("PV2", 47),),
}
"""Where the moment of what is planned stands (PAM-FR §5.3.6, §6.4, §6.11)."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one message says of the movements of a stay."""

    fact: Fact
    place: str
    resources: tuple[dict[str, Any], ...]
    """Units and places the movement refers to."""


def read_change(message: Message, zone: ZoneInfo, ids: places.Ids) -> Change:
    """The fact an ADT event tells; refuses a ZBE that PAM-FR forbids, an update without one."""
    corrects = message.event == kinds.UPDATE
    zbe = message.require("ZBE") if corrects else message.first("ZBE")
    pv1 = message.require("PV1")
    action = _action(zbe, message.event)
    place = zbe.where if zbe else message.header.place(9)
    fact = Fact(
        action=action,
        event=_original(zbe) if action == "UPDATE" else message.event,
        start=_moment(message, zbe, pv1, zone),
        recorded=recorded(message, zone),
        id=_movement_id(zbe),
        historic=zbe is not None and zbe.text(5).upper() == "Y",
    )
    if action == "CANCEL":
        return Change(fact=fact, place=place, resources=())
    return _told(message, zone, ids, Change(fact=fact, place=place, resources=()))


def _told(message: Message, zone: ZoneInfo, ids: places.Ids, change: Change) -> Change:
    """With what the message says of class, place, units and plans."""
    zbe, pv1 = message.first("ZBE"), message.require("PV1")
    location = places.location(pv1.field(3), message, ids)
    host = places.unit_of_location(pv1.field(3), message, ids)
    medical = _unit(zbe, 7, message, ids) or host
    nursing = _unit(zbe, 8, message, ids)
    fact = msgspec.structs.replace(
        change.fact,
        patient_class=pv1.text(2).upper(),
        location=_reference(location),
        medical_unit=_reference(medical),
        nursing_unit=_reference(nursing),
        nature=zbe.text(9) if zbe else "",
        expected=_expected(message, change.fact.kind, zone),
    )
    made = {r["id"]: r for r in (host, medical, nursing, location) if r}
    return msgspec.structs.replace(change, fact=fact, resources=tuple(made.values()))


def _action(zbe: Segment | None, event: str) -> Action:
    """As ZBE-4 says, which must agree with the event. Without ZBE, as the event says."""
    expected: Action = (
        "CANCEL" if event in kinds.CANCELS else "UPDATE" if event == kinds.UPDATE else "INSERT"
    )
    if zbe is None:
        return expected
    issues = []
    found = zbe.text(4)
    back = found == "CANCEL" and kinds.KINDS.get(event) == kinds.CHANGE
    if zbe.text(3):
        issues.append(_issue("movement.end", phrases.MOVEMENT_END, zbe.place(3)))
    if found != expected and not back:
        issues.append(
            _issue("movement.action", phrases.MOVEMENT_ACTION, zbe.place(4), found=found[:20])
        )
    if issues:
        raise Refused(Refusal(Category.INVALID, tuple(issues)))
    return "CANCEL" if back else expected


def _original(zbe: Segment | None) -> str:
    """ZBE-6: the event that inserted the movement, if it is one that does."""
    event = zbe.text(6).upper() if zbe else ""
    return event if event in kinds.KINDS else ""


def _expected(message: Message, kind: str, zone: ZoneInfo) -> str:
    for name, number in _EXPECTED.get(kind, ()):
        segment = message.first(name)
        if segment and (text := segment.text(number)):
            return date_time(whole(text), zone, segment.place(number))
    return ""


def _issue(rule: str, phrase: Phrase, place: str, **details: str) -> Issue:
    return Issue(code="value", rule=rule, phrase=phrase, location=place, details=details)


def _moment(message: Message, zbe: Segment | None, pv1: Segment, zone: ZoneInfo) -> str:
    evn = message.first("EVN")
    dated = 45 if message.event == kinds.DISCHARGE else 44
    for segment, number in ((zbe, 2), (pv1, dated), (evn, 6), (evn, 2), (message.header, 7)):
        text = segment.text(number) if segment else ""
        if segment and text:
            return date_time(whole(text), zone, segment.place(number))
    raise refuse(
        Category.INVALID, "hl7.field-missing", phrases.NO_MOMENT, code="required",
        location="ZBE-2",
    )  # fmt: skip


def _movement_id(zbe: Segment | None) -> str:
    if zbe is None:
        return ""
    field = zbe.field(1)
    zbe.require(1)
    owner = field.text(3) or field.text(2)
    return f"{owner}|{field.text(1)}" if owner else field.text(1)


def _unit(
    zbe: Segment | None, number: int, message: Message, ids: places.Ids
) -> dict[str, Any] | None:
    return places.unit(zbe.field(number), message, ids) if zbe else None


def _reference(resource: dict[str, Any] | None) -> str:
    return f"{resource['resourceType']}/{resource['id']}" if resource else ""
