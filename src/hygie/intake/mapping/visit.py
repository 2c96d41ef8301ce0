"""PV1 and PV2 to a visit: its number, and what Encounter holds beside its movements."""

from typing import Any

import msgspec

from hygie.fhir.french import names as french
from hygie.hl7v2.message import Field, Message, Segment
from hygie.identity import systems
from hygie.intake.mapping import phrases
from hygie.intake.mapping.engine import Context
from hygie.intake.mapping.identifiers import authority
from hygie.refusal import Category, refuse

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

    @property
    def key(self) -> str:
        """What it is known by."""
        return f"{self.system}|{self.number}"


def named(message: Message) -> str:
    """The key of the visit that PV1-19 names; empty when the message names none."""
    pv1 = message.first("PV1")
    field = pv1.field(19) if pv1 else None
    return f"{authority(field, message)}|{field.text(1)}" if field and field.text(1) else ""


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


def _identifier(field: Field, message: Message, code: str) -> dict[str, Any]:
    codings = [{"system": systems.IDENTIFIER_TYPES, "code": code}]
    if code == "VN":
        codings.insert(0, {"system": _NUMBER_TYPE, "code": code})
    return {
        "type": {"coding": codings},
        "system": authority(field, message),
        "value": field.text(1),
    }
