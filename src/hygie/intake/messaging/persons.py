"""Whom a Patient of a message means, as PID says it in HL7 v2 (`mapping.person`). Pure.

The national identity is an identifier of an INS system; local ones are of type PI, MR or PT, or of
none; the others are kept, and decide nothing. The birth name is of use `official`, else `maiden`,
else of none; the used one is `usual`.
"""

from typing import Any, Final

import msgspec

from hygie.fhir.french import names as french
from hygie.identity import phrases as identity_phrases
from hygie.identity import systems
from hygie.identity.elements import as_ins, read_reliability, read_traits
from hygie.identity.ins import Matricule, matricule
from hygie.identity.person import LocalIdentifier, Person
from hygie.identity.status import Reliability
from hygie.identity.traits import Traits
from hygie.intake.mapping.person import checked
from hygie.intake.messaging import phrases
from hygie.intake.messaging.heading import is_local
from hygie.refusal import Category, refuse

Json = dict[str, Any]
_DETAILS: Final = (
    "address", "communication", "contact", "deceasedBoolean", "deceasedDateTime",
    "generalPractitioner", "managingOrganization", "maritalStatus", "multipleBirthBoolean",
    "multipleBirthInteger", "photo", "telecom",
)  # fmt: skip
_CHOICES: Final = (
    ("deceasedBoolean", "deceasedDateTime"), ("multipleBirthBoolean", "multipleBirthInteger"),
)  # fmt: skip
_STATUS: Final = (french.RELIABILITY, systems.IDENTITY_STATUS)


def read_patient(patient: Json, place: str) -> Person:
    """The person; refuses an INS that cannot be one, a link to others, and a Patient who is
    nobody. `place`: of the resource, "Bundle.entry[1].resource"."""
    if patient.get("link"):
        raise refuse(
            Category.UNPROCESSABLE, "message.patient-link", phrases.PATIENT_LINK,
            code="not-supported", location=f"{place}.link",
        )  # fmt: skip
    listed = [(f"{place}.identifier[{n}]", one) for n, one in enumerate(_identifiers(patient))]
    number, where = _matricule(listed)
    details: Json = {name: patient[name] for name in _DETAILS if name in patient}
    person = Person(
        local=tuple(
            LocalIdentifier(i["system"], i["value"], at) for at, i in listed if is_local(i)
        ),
        others=tuple(
            i for _, i in listed if as_ins(i) is None and not is_local(i) and _is_whole(i)
        ),
        ins=number,
        ins_place=where,
        reliability=_reliability(patient),
        traits=_traits(patient),
        details=details,
        cleared=_cleared(details),
    )
    if not person.local and person.qualified_ins is None:
        raise refuse(
            Category.CONFLICT, "identity.nobody", identity_phrases.NOBODY, code="business-rule",
            location=f"{place}.identifier",
        )  # fmt: skip
    return msgspec.structs.replace(person, warnings=checked(person, f"{place}.extension"))


def _identifiers(patient: Json) -> list[Json]:
    found: list[Json] = patient.get("identifier", [])
    return found


def _is_whole(identifier: Json) -> bool:
    """What says neither where it is from nor what it is names nobody."""
    return bool(identifier.get("system") and identifier.get("value"))


def _matricule(listed: list[tuple[str, Json]]) -> tuple[Matricule | None, str]:
    for place, one in listed:
        found = as_ins(one)
        if found is not None and one.get("use") != "old":
            return matricule(found.value, found.kind.oid, f"{place}.value"), f"{place}.value"
    return None, ""


def _reliability(patient: Json) -> Reliability:
    told = any(one.get("url") in _STATUS for one in patient.get("extension", []))
    return read_reliability(patient) if told else Reliability(known=False)


def _traits(patient: Json) -> Traits:
    names: list[Json] = patient.get("name", [])
    uses = {one.get("use", ""): one for one in reversed(names)}
    birth = uses.get("official") or uses.get("maiden") or uses.get("")
    usual = [uses["usual"]] if "usual" in uses else []
    told = [{**birth, "use": "official"}, *usual] if birth else usual
    traits = read_traits({**patient, "name": told})
    given = (birth or {}).get("given", [])
    if not traits.given_list and len(given) > 1:
        return msgspec.structs.replace(traits, given_list=" ".join(given))
    return traits


def _cleared(details: Json) -> frozenset[str]:
    """Of what is said in one of two ways, the other no longer holds."""
    return frozenset(
        other for choice in _CHOICES for other in choice
        if other not in details and any(name in details for name in choice)
    )  # fmt: skip
