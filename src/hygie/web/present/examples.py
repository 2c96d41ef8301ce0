"""Expressions to begin with, and a resource on which each finds something. Nobody real."""

from typing import Final, NamedTuple


class Example(NamedTuple):
    title: str
    expression: str


EXAMPLES: Final = (
    Example("Prénoms", "Patient.name.given"),
    Example("Téléphones", "Patient.telecom.where(system = 'phone').value"),
    Example("Nom affiché", "name.where(use = 'official').select(family & ' ' & given.first())"),
    Example("Matricule INS", "identifier.where(system = 'urn:oid:1.2.250.1.213.1.4.8').value"),
    Example("Majeur ?", "birthDate <= today() - 18 years"),
    Example("Personne à prévenir", "contact.exists() implies contact.telecom.exists()"),
)
RESOURCE: Final = """\
{
  "resourceType": "Patient",
  "identifier": [
    { "use": "official", "system": "urn:oid:1.2.250.1.213.1.4.8", "value": "270039912345607" },
    { "use": "usual", "system": "urn:oid:1.3.6.1.4.1.32473.1.1", "value": "80000001" }
  ],
  "name": [
    { "use": "official", "family": "ARNOUX", "given": ["Camille", "Rose"] },
    { "use": "usual", "family": "DELMAS", "given": ["Camille"] }
  ],
  "telecom": [
    { "system": "phone", "value": "01 99 00 00 01", "use": "home" },
    { "system": "phone", "value": "06 39 98 00 01", "use": "mobile" },
    { "system": "email", "value": "camille@exemple.test" }
  ],
  "gender": "female",
  "birthDate": "1970-03-04",
  "contact": [
    { "name": { "family": "DELMAS", "given": ["Noé"] } }
  ]
}
"""
