"""What rules ask that FHIRPath cannot say, or not fast enough: functions that packs call by name.

Each is handed what is judged, the resource that holds it and the report of the validation, and
tells whether the rule is kept; it reports nothing itself. The data may be of any shape: what is
not understood is kept, for its structure was reported. None raises.
"""

from collections.abc import Callable, Mapping
from typing import Final

from hygie.fhir.french import keys
from hygie.fhir.validate.reading import Json, text_of
from hygie.fhir.validate.report import Report
from hygie.fhir.validate.rules import dates, identities
from hygie.fhir.validate.rules.reading import codes

Check = Callable[[Json, Json, Report], bool]


def _value(judge: Callable[[str], bool]) -> Check:
    """The check that the value of an identifier, if it has one, is right."""

    def check(item: Json, _resource: Json, _report: Report) -> bool:
        value = text_of(item, "value")
        return not value or judge(value)

    return check


def _agrees(differs: Callable[[str, str], bool], member: str) -> Check:
    """The check that a matricule, if it is as long as one, agrees with a trait."""

    def check(item: Json, resource: Json, _report: Report) -> bool:
        value, trait = text_of(item, "value"), text_of(resource, member)
        return len(value) != keys.MATRICULE_CHARACTERS or not differs(value, trait)

    return check


def _key(value: str) -> bool:
    """A number that has not the shape of a matricule has no key to be wrong."""
    return not keys.is_matricule(value) or keys.ins_key(value) == value[13:]


def _registered(value: str) -> bool:
    """A NIR begins with 1 or 2."""
    return value[0] in "12"


def _business(item: Json, _resource: Json, _report: Report) -> bool:
    """A number of Sirene is the SIREN or the SIRET that its type says; either, if it says none."""
    value, types = text_of(item, "value"), codes(item.get("type"))
    right_siren, right_siret = keys.is_siren(value), keys.is_siret(value)
    if "SIRET" in types or "SIREN" in types:
        return ("SIREN" in types and right_siren) or ("SIRET" in types and right_siret)
    return not value or right_siren or right_siret


CHECKS: Final[Mapping[str, Check]] = {
    "ins-form": _value(keys.is_matricule),
    "ins-key": _value(_key),
    "ins-registered": _value(_registered),
    "ins-sex": _agrees(keys.sex_differs, "gender"),
    "ins-year": _agrees(keys.year_differs, "birthDate"),
    "ins-month": _agrees(keys.month_differs, "birthDate"),
    "ins-type": identities.type_agrees,
    "ins-qualified": identities.is_qualified,
    "identity-status": identities.has_status,
    "identity-attributes": identities.attributes_agree,
    "birth-date-whole": dates.is_whole("birthDate"),
    "birth-place-known": identities.birth_place_known,
    "birth-place": identities.birth_place_shaped,
    "born": dates.is_past("birthDate"),
    "died": dates.is_past("deceasedDateTime"),
    "rpps": _value(keys.is_rpps),
    "finess": _value(keys.is_finess),
    "sirene": _business,
    "professional": _value(keys.is_professional),
    "structure": _value(keys.is_structure),
}
