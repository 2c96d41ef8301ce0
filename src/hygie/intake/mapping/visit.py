"""PV1, PV2 and ZBE to a visit: its number, its movement, and what else Encounter holds.

A movement's moment: ZBE-2, else PV1-44 or PV1-45, else EVN-6, EVN-2, MSH-7. A day alone is its
midnight. UF: ZBE-7 (medical), ZBE-8 (nursing), else the point of care of PV1-3.
"""

from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from hygie.fhir.french import names as french
from hygie.hl7v2.message import Field, Message, Segment
from hygie.hl7v2.timestamps import date_time
from hygie.identity import systems
from hygie.intake.mapping import phrases, places
from hygie.intake.mapping.engine import Context
from hygie.intake.mapping.identifiers import authority
from hygie.intake.mapping.movement import CANCELS, DISCHARGE, Movement
from hygie.refusal import Category, Issue, Phrase, Refusal, Refused, refuse

Action = Literal["INSERT", "UPDATE", "CANCEL"]
_NUMBER_TYPE = f"{french.FR_CORE}/CodeSystem/fr-core-cs-identifier-type"


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What one message says of a stay."""

    system: str
    number: str
    place: str
    """Where the number stands, for refusals."""
    elements: dict[str, Any]
    """Elements of Encounter that do not follow from the movements."""
    patient_class: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one message does to the movements of a stay."""

    action: Action
    event: str
    """The event as sent ("A11"), or the original event of an update (ZBE-6)."""
    movement: Movement
    place: str
    resources: tuple[dict[str, Any], ...]
    """Units and places the movement refers to."""


def read_visit(context: Context) -> Visit | None:
    """The visit PV1-19 names; None when the message names none."""
    pv1 = context.message.first("PV1")
    return _visit(context, pv1, pv1.field(19)) if pv1 and pv1.text(19) else None


def require_visit(context: Context) -> Visit:
    """The visit of a movement: PV1-19, else the account PID-18."""
    message = context.message
    pv1, account = message.require("PV1"), message.require("PID").field(18)
    field = pv1.field(19) if pv1.text(19) else account
    if not field.text(1):
        raise refuse(
            Category.INVALID, "visit.number-missing", phrases.NO_VISIT, code="required",
            location="PV1-19",
        )  # fmt: skip
    return _visit(context, pv1, field)


def _visit(context: Context, pv1: Segment, field: Field) -> Visit:
    message = context.message
    scope = {"PV1": (pv1,), "PV2": message.all("PV2")}
    account = message.require("PID").field(18)
    identifiers = [_identifier(field, message, "VN")]
    if account.text(1) and account.raw != field.raw:
        identifiers.append(_identifier(account, message, "AN"))
    return Visit(
        system=authority(field, message),
        number=field.text(1),
        place=field.place(1),
        elements=context.map("PV1", scope) | {"identifier": identifiers},
        patient_class=pv1.text(2).upper(),
    )


def read_change(message: Message, zone: ZoneInfo, ids: places.Ids) -> Change:
    """The movement an ADT event announces; refuses a ZBE that PAM-FR forbids."""
    zbe, pv1 = message.first("ZBE"), message.require("PV1")
    action = _action(zbe, message.event)
    event = zbe.text(6) if zbe and action == "UPDATE" else message.event
    location = places.location(pv1.field(3), message, ids)
    host = places.unit_of_location(pv1.field(3), message, ids)
    medical = _unit(zbe, 7, message, ids) or host
    nursing = _unit(zbe, 8, message, ids)
    movement = Movement(
        event=event or message.event,
        start=_moment(message, zbe, pv1, zone),
        id=_movement_id(zbe),
        patient_class=pv1.text(2).upper(),
        location=_reference(location),
        medical_unit=_reference(medical),
        nursing_unit=_reference(nursing),
        nature=zbe.text(9) if zbe else "",
    )
    made = {r["id"]: r for r in (host, medical, nursing, location) if r}
    place = zbe.where if zbe else message.header.place(9)
    return Change(
        action=action,
        event=event or message.event,
        movement=movement,
        place=place,
        resources=tuple(made.values()),
    )


def _action(zbe: Segment | None, event: str) -> Action:
    expected: Action = "CANCEL" if event in CANCELS else "UPDATE" if event == "Z99" else "INSERT"
    if zbe is None:
        return expected
    issues = []
    if zbe.text(3):
        issues.append(_issue("movement.end", phrases.MOVEMENT_END, zbe.place(3)))
    if zbe.text(4) != expected:
        found = zbe.text(4)[:20]
        issues.append(_issue("movement.action", phrases.MOVEMENT_ACTION, zbe.place(4), found=found))
    if issues:
        raise Refused(Refusal(Category.INVALID, tuple(issues)))
    return expected


def _issue(rule: str, phrase: Phrase, place: str, **details: str) -> Issue:
    return Issue(code="value", rule=rule, phrase=phrase, location=place, details=details)


def _moment(message: Message, zbe: Segment | None, pv1: Segment, zone: ZoneInfo) -> str:
    evn = message.first("EVN")
    dated = 45 if message.event == DISCHARGE else 44
    for segment, number in ((zbe, 2), (pv1, dated), (evn, 6), (evn, 2), (message.header, 7)):
        text = segment.text(number) if segment else ""
        if segment and text:
            whole = text if len(text) > 8 else text[:8] + "000000"
            return date_time(whole, zone, segment.place(number))
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


def _identifier(field: Field, message: Message, code: str) -> dict[str, Any]:
    codings = [{"system": systems.IDENTIFIER_TYPES, "code": code}]
    if code == "VN":
        codings.insert(0, {"system": _NUMBER_TYPE, "code": code})
    return {
        "type": {"coding": codings},
        "system": authority(field, message),
        "value": field.text(1),
    }
