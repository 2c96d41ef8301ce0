"""Small worlds of resources, and the slow model that search is compared with."""

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.store.search.literal import Model

from hygie.fhir.definitions import r4
from hygie.fhir.search import parse_query
from hygie.fhir.search.query import Query
from hygie.store.contract import StoredResource

PARIS = ZoneInfo("Europe/Paris")
LOINC = "http://loinc.org"
SURNAMES = ("Dupont", "Dupond", "Élysée", "O’Brien", "Le Gall", "Saint-Exupéry de la Tour", "Wu")
GIVEN = ("Jean-Éric", "Marie", "Anne", "Zoé")
CODES = ("8867-4", "8480-6", "718-7")

World = list[dict[str, Any]]


def parse(kind: str, *parameters: tuple[str, str]) -> Query:
    return parse_query(r4(), kind, parameters, zone=PARIS).query


def patient(rng: random.Random, number: int) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "resourceType": "Patient",
        "id": f"p{number}",
        "name": [{"family": rng.choice(SURNAMES), "given": [rng.choice(GIVEN)]}],
        "birthDate": rng.choice(("1980", "1980-03", "1980-03-02", "1979-12-31", "2001-01-01")),
        "identifier": [{"system": rng.choice(("urn:a", "urn:b")), "value": f"N{number % 3}"}],
    }
    if rng.random() < 0.7:
        resource["gender"] = rng.choice(("male", "female"))
    if rng.random() < 0.5:
        resource["managingOrganization"] = {"reference": f"Organization/o{rng.randrange(2)}"}
    return resource


def observation(rng: random.Random, number: int, patients: int) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "resourceType": "Observation",
        "id": f"x{number}",
        "status": rng.choice(("final", "amended")),
        "code": {"coding": [{"system": LOINC, "code": rng.choice(CODES), "display": "Pouls"}]},
        "subject": {"reference": f"Patient/p{rng.randrange(patients)}"},
    }
    day = f"2024-0{rng.randrange(1, 4)}-1{rng.randrange(3)}"
    when = rng.randrange(4)
    if when == 0:
        resource["effectiveDateTime"] = day
    elif when == 1:
        resource["effectiveDateTime"] = f"{day}T10:00:00+01:00"
    elif when == 2:
        resource["effectivePeriod"] = {"start": day}
    value = Decimal(rng.choice(("60", "60.0", "72.5", "100", "-3", "0.004")))
    if rng.random() < 0.8:
        unit = rng.choice(("/min", "g/dL"))
        resource["valueQuantity"] = {
            "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit,
        }  # fmt: skip
    return resource


def world(seed: int, patients: int = 6, observations: int = 14) -> World:
    rng = random.Random(seed)
    organizations = [
        {"resourceType": "Organization", "id": f"o{n}", "name": f"Clinique {n}"} for n in range(2)
    ]
    people = [patient(rng, number) for number in range(patients)]
    return organizations + people + [observation(rng, n, patients) for n in range(observations)]


@pytest.fixture
def make_query() -> Callable[..., Query]:
    return parse


@pytest.fixture
def make_world() -> Callable[..., World]:
    return world


@pytest.fixture
def make_model() -> Callable[[Sequence[StoredResource]], Model]:
    return Model
