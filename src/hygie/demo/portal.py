"""What the portal of a partner sends: identities in FHIR, of which some break French rules.

The establishment does not take what it is warned of from this source: its policy says so.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from hygie.demo.hl7 import INS_OID
from hygie.demo.names import strict
from hygie.demo.people import Person
from hygie.demo.plan import Course, Visit
from hygie.fhir.codec import encode
from hygie.fhir.policy import Clause, Policy

SOURCE: Final = "portail"
POLICY: Final = Policy(
    clauses=tuple(
        Clause(source=SOURCE, rule="fr.*", severity=severity, effect="quarantine")
        for severity in ("error", "warning")
    )
)
_FRENCH: Final = "https://hl7.fr/ig/fhir/core/StructureDefinition"
_R4: Final = "http://hl7.org/fhir/StructureDefinition"
Json = dict[str, Any]


def identity(person: Person) -> Json:
    """An identity as FR Core has it sent: matricule, strict traits, status."""
    status = {"url": "identityStatus", "valueCoding": {
        "system": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-status",
        "code": "VALI",
    }}  # fmt: skip
    place = {"url": f"{_FRENCH}/fr-core-address-insee-code", "valueCoding": {
        "system": "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM",
        "code": person.place.code,
    }}  # fmt: skip
    given = [strict(name) for name in person.given]
    return {
        "resourceType": "Patient",
        "extension": [
            {"url": f"{_R4}/patient-birthPlace", "valueAddress": {"extension": [place]}},
            {"url": f"{_FRENCH}/fr-core-identity-reliability", "extension": [status]},
        ],
        "identifier": [{"use": "official", "system": f"urn:oid:{INS_OID}", "value": person.ins}],
        "name": [{
            "extension": [{
                "url": f"{_FRENCH}/fr-core-patient-birth-list-given-name",
                "valueString": " ".join(given),
            }],
            "use": "official", "family": strict(person.birth_name), "given": given[:1],
        }],
        "gender": "male" if person.sex == "M" else "female",
        "birthDate": person.birth.isoformat(),
    }  # fmt: skip


def _sent(change: Callable[[Json, Person], object]) -> Callable[..., bytes]:
    def build(course: Course, _visit: Visit, _when: datetime, _control: str) -> bytes:
        patient = identity(course.person)
        change(patient, course.person)
        return encode(patient)

    return build


def _wrong_key(patient: Json, person: Person) -> None:
    key = int(person.ins[13:])
    patient["identifier"][0]["value"] = f"{person.ins[:13]}{key % 97 + 1:02}"


def _without_place_and_list(patient: Json, _: Person) -> None:
    """Two of the strict traits."""
    del patient["extension"][0]
    del patient["name"][0]["extension"]


def _provisional(patient: Json, _: Person) -> None:
    patient["extension"][1]["extension"][0]["valueCoding"]["code"] = "PROV"


def _spaced(patient: Json, person: Person) -> None:
    """The matricule as it is printed on a card."""
    ins = person.ins
    parts = (ins[:1], ins[1:3], ins[3:5], ins[5:7], ins[7:10], ins[10:13], ins[13:])
    patient["identifier"][0]["value"] = " ".join(parts)


wrong_key = _sent(_wrong_key)
missing_traits = _sent(_without_place_and_list)
unqualified = _sent(_provisional)
spaced_matricule = _sent(_spaced)
