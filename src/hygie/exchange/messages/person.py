"""Patient -> PID, as PAM-FR 2.11 has it. An INS leaves only with a qualified identity (RNIV)."""

from typing import Any, Final

from hygie.fhir.french.names import INS_OIDS
from hygie.hl7v2.writing import (
    components,
    identifier,
    moment,
    repetitions,
    segment,
    text,
)
from hygie.identity.elements import read_ins, read_reliability, read_traits
from hygie.identity.status import Status, to_code
from hygie.identity.systems import IDENTIFIER_TYPES, UNQUALIFIED_INS

Json = dict[str, Any]
SEXES: Final = {"male": "M", "female": "F", "other": "O", "unknown": "U"}
LEFT_OUT: Final = frozenset({"temp", "old"})
"""Uses of identifiers that are not sent on."""
EQUIPMENT: Final = {"phone": "PH", "email": "Internet", "fax": "FX", "pager": "BP"}
USES: Final = {"home": "PRN", "work": "WPN", "mobile": "PRN"}
"""ContactPoint -> HL7 tables 0202 and 0201."""
INS_SYSTEMS: Final = frozenset(f"urn:oid:{oid}" for oid in INS_OIDS.values())


def pid(patient: Json, account: str = "") -> str:
    """`account`: the number of the stay (PID-18), as a field."""
    return segment(
        "PID",
        {
            1: "1",
            3: repetitions([_ins(patient), *numbers(patient)]),
            5: repetitions(_names(patient)),
            7: moment(patient.get("birthDate")),
            8: SEXES.get(str(patient.get("gender")), ""),
            11: repetitions([*_addresses(patient), _birth_place(patient)]),
            13: repetitions(_telecoms(patient)),
            18: account,
            29: moment(patient.get("deceasedDateTime")),
            30: "Y" if patient.get("deceasedBoolean") or patient.get("deceasedDateTime") else "",
            32: to_code(read_reliability(patient)),
        },
    )


def _ins(patient: Json) -> str:
    number = read_ins(patient)
    if number is None or read_reliability(patient).status is not Status.QUAL:
        return ""
    kind = number.kind
    return f"{text(number.value)}^^^ASIP-SANTE-{kind.code}&{kind.oid}&ISO^INS"


def mrg(patient: Json) -> str:
    """The one that is merged into another (HL7 v2.5 §3.4.9): its numbers, and its name."""
    return segment("MRG", {1: repetitions(numbers(patient)), 7: repetitions(_names(patient)[:1])})


def numbers(patient: Json) -> list[str]:
    """What the patient is known by, the INS aside: a number of ours when there is no other."""
    local = _local(patient)
    known = any(one.endswith(("^PI", "^MR", "^PT")) for one in local)
    return local if known else [*local, _own(patient)]


def _local(patient: Json) -> list[str]:
    """Numbers that establishments gave, each with its authority."""
    found = []
    for one in patient.get("identifier", []):
        system, value = str(one.get("system", "")), str(one.get("value", ""))
        if one.get("use") in LEFT_OUT or not value or system in INS_SYSTEMS:
            continue
        if not system.startswith(UNQUALIFIED_INS):
            found.append(identifier(value, system, _kind(one)))
    return found


def _own(patient: Json) -> str:
    """The number that this house knows a patient by who has no other: PID-3 is required."""
    return f"{text(patient.get('id', ''))}^^^HYGIE^PI"


def _kind(one: Json) -> str:
    codings = one.get("type", {}).get("coding", [])
    return next((str(c["code"]) for c in codings if c.get("system") == IDENTIFIER_TYPES), "PI")


def _names(patient: Json) -> list[str]:
    """Birth name (L), with the list of given names; then the name in use (D)."""
    traits = read_traits(patient)
    names = []
    if traits.birth_name or traits.given:
        given = components(traits.birth_name, traits.given, traits.given_list, "", "", "", "L")
        names.append(given)
    if traits.used_name or traits.used_given:
        names.append(components(traits.used_name, traits.used_given, "", "", "", "", "D"))
    return names or [
        components(one.get("family", ""), " ".join(one.get("given", [])), "", "", "", "", "U")
        for one in patient.get("name", [])[:1]
    ]


def _addresses(patient: Json) -> list[str]:
    return [
        components(
            ", ".join(one.get("line", [])), "", one.get("city", ""), "",
            one.get("postalCode", ""), one.get("country", ""), "H",
        )
        for one in patient.get("address", [])
        if one.get("use", "home") == "home"
    ][:1]  # fmt: skip


def _telecoms(patient: Json) -> list[str]:
    """XTN: number or mailbox, where it is used, what it is."""
    return [
        components(
            "" if system == "email" else value, use, kind, value if kind == "Internet" else ""
        )
        for one in patient.get("telecom", [])
        if (value := one.get("value")) and (system := one.get("system")) in EQUIPMENT
        for use, kind in [(USES.get(str(one.get("use")), "PRN"), EQUIPMENT[system])]
    ]


def _birth_place(patient: Json) -> str:
    """By its code of the COG, in component 9 (RNIV, strict trait)."""
    place = read_traits(patient).birth_place
    return components("", "", "", "", "", "", "BDL", "", place) if place else ""
