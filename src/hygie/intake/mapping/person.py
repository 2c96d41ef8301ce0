"""PID to a Person: identifiers, INS, reliability, strict traits (PAM-FR 2.11, PID).

PID-3 carries every identifier; one whose authority is an INS OID is the national identity. PID-5
type L is the birth name (component 3: all given names), D the used name. PID-11 of type BDL is the
birth place (component 9: INSEE code). PID-32 says how far the identity can be trusted.
"""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hygie.hl7v2.message import Field, Message, Segment, missing_field
from hygie.hl7v2.timestamps import day
from hygie.identity import phrases as identity_phrases
from hygie.identity import systems
from hygie.identity.ins import Matricule, check_coherence, check_key, is_ins_oid, matricule
from hygie.identity.person import LocalIdentifier, Person
from hygie.identity.status import check, from_codes
from hygie.identity.traits import Traits
from hygie.intake.mapping import demographics, phrases
from hygie.intake.mapping.engine import Context, Tables, scope_of
from hygie.intake.mapping.identifiers import authority
from hygie.intake.mapping.shipped import shipped
from hygie.refusal import Category, Issue, Refusal, Refused, has_errors, refuse

_GENDERS = {
    "M": "male", "F": "female", "U": "unknown", "": "",
    "O": "other", "A": "other", "N": "other", "I": "unknown", "X": "other",
}  # fmt: skip
_LOCAL_TYPES = ("PI", "MR", "PT", "")
_VISIT_TYPES = ("AN", "VN", "MN")
_BIRTH_NAMES = ("M", "B")


def read_person(message: Message, zone: ZoneInfo, tables: Tables | None = None) -> Person:
    """The person PID describes; refuses an INS, date or sex that cannot be read.

    Who is meant is read here, and the same for every source; the rest by the table PID.
    """
    pid = message.require("PID")
    details, cleared = _details(pid, Context(message, zone, _no_ids, tables or shipped()))
    fields = [field for field in pid.repetitions(3) if field.text(1)]
    ins_field = next((field for field in fields if is_ins_oid(_oid(field))), None)
    number = _matricule(ins_field) if ins_field else None
    reliability = from_codes((f.text(1) for f in pid.repetitions(32)), with_ins=number is not None)
    person = Person(
        local=tuple(_local(field, message) for field in fields if is_local(field)),
        others=tuple(_other(field, message) for field in fields if _is_other(field)),
        ins=number,
        ins_place=ins_field.place(1) if ins_field else "",
        reliability=reliability,
        traits=read_traits(pid),
        details=details,
        cleared=cleared,
    )
    return msgspec.structs.replace(person, warnings=checked(person, pid.place(32)))


def _details(pid: Segment, context: Context) -> tuple[dict[str, Any], frozenset[str]]:
    scope = scope_of(pid)
    details = context.map("PID", scope)
    return details, context.tables.cleared("PID", scope, details)


def _no_ids(_resource_type: str, _key: str) -> str:
    raise AssertionError("a person makes no resource of its own")


def patient_identifier(field: Field, message: Message) -> LocalIdentifier:
    """The local identifier that a CX holds (PID-3, MRG-1); refuses an empty one."""
    if not field.text(1):
        raise missing_field(field.place(1))
    return _local(field, message)


def read_traits(pid: Segment) -> Traits:
    birth, used = _names(pid)
    place = next((f for f in pid.repetitions(11) if f.text(7) == demographics.BIRTH_PLACE), None)
    return Traits(
        birth_name=birth.text(1) if birth else "",
        given=birth.text(2) if birth else "",
        given_list=" ".join(birth.text(3).replace(",", " ").split()) if birth else "",
        used_name=used.text(1) if used else "",
        used_given=used.text(2) if used else "",
        birth_date=day(pid.text(7), pid.place(7)) if pid.text(7) else "",
        gender=_gender(pid),
        birth_place=place.text(9) if place else "",
    )


def _names(pid: Segment) -> tuple[Field | None, Field | None]:
    """Birth name and used name. Senders of before PAM-FR put the birth name under M or B."""
    by_type: dict[str, Field] = {}
    for field in pid.repetitions(5):
        by_type.setdefault(field.text(7) or "L", field)
    legal = by_type.get("L")
    birth = next((by_type[kind] for kind in _BIRTH_NAMES if kind in by_type), None)
    return (birth, by_type.get("D") or legal) if birth else (legal, by_type.get("D"))


def _gender(pid: Segment) -> str:
    code = pid.text(8).upper()
    if code not in _GENDERS:
        raise refuse(
            Category.INVALID, "person.sex", phrases.UNKNOWN_SEX, code="code-invalid",
            location=pid.place(8), found=code[:10],
        )  # fmt: skip
    return _GENDERS[code]


def _matricule(field: Field) -> Matricule:
    return matricule(field.text(1), _oid(field), field.place(1))


def _oid(field: Field) -> str:
    return field.text(4, 2)


def is_local(field: Field) -> bool:
    return field.text(5) in _LOCAL_TYPES and not is_ins_oid(_oid(field))


def _is_other(field: Field) -> bool:
    kind = field.text(5)
    return kind not in (*_LOCAL_TYPES, *_VISIT_TYPES) and not is_ins_oid(_oid(field))


def _local(field: Field, message: Message) -> LocalIdentifier:
    return LocalIdentifier(authority(field, message), field.text(1), field.place(1))


def _other(field: Field, message: Message) -> dict[str, object]:
    coding = {"system": systems.IDENTIFIER_TYPES, "code": field.text(5)}
    return {
        "use": "secondary",
        "type": {"coding": [coding]},
        "system": authority(field, message),
        "value": field.text(1),
    }


def checked(person: Person, place: str) -> tuple[Issue, ...]:
    """Warnings about the identity as received; refuses what the rules forbid. `place`: of its
    status."""
    forbidden = check(person.reliability.status, person.reliability.attributes)
    if has_errors(forbidden):
        located = (msgspec.structs.replace(i, location=place) for i in forbidden)
        raise Refused(Refusal(Category.UNPROCESSABLE, tuple(located)))
    if person.ins is None:
        return tuple(forbidden)
    found = [
        *forbidden,
        *check_key(person.ins, "received", person.ins_place),
        *check_coherence(person.ins, person.traits, person.ins_place),
    ]
    if not person.reliability.qualified:
        found.append(_unqualified(person.ins_place))
    return tuple(found)


def _unqualified(place: str) -> Issue:
    return Issue(
        severity="warning", code="business-rule", rule="ins.not-qualified",
        phrase=identity_phrases.INS_NOT_QUALIFIED, location=place,
    )  # fmt: skip
