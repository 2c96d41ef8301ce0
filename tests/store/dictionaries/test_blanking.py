"""Guards against a dictionary that remembers a person."""

import random
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.fhir.codec import decode, encode
from hygie.fhir.definitions import r4
from hygie.store.dictionaries.blanking import MIN_PATIENTS, Blanker
from hygie.store.dictionaries.training import train

LOINC = {"system": "http://loinc.org", "code": "8867-4", "display": "Heart rate"}
SEEDS = st.integers(0, 2**32)


def people(chance: random.Random) -> tuple[list[dict], list[str]]:
    """Resources about a person, and every value in them that tells of one."""
    secrets: list[str] = []

    def letters() -> str:
        secrets.append("".join(chance.choices("abcdefghijklmnopqrstuvwxyzéèç", k=12)))
        return secrets[-1]

    def digits() -> str:
        secrets.append("".join(chance.choices("0123456789", k=12)))
        return secrets[-1]

    def day() -> str:
        secrets.append(str(date.fromordinal(chance.randint(690_000, 739_000))))
        return secrets[-1]

    patient = {
        "resourceType": "Patient", "id": letters(),
        "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.8", "value": digits()}],
        "name": [{"use": "official", "family": letters(), "given": [letters()]}],
        "telecom": [{"system": "phone", "value": digits()}],
        "birthDate": day(), "gender": "female",
        "address": [{"line": [letters()], "city": letters()}],
        "contact": [{"name": {"text": letters()}}],
        "extension": [{"url": "http://x.example/birthplace", "valueString": letters()}],
    }  # fmt: skip
    observation = {
        "resourceType": "Observation", "id": letters(), "status": "final",
        "text": {"status": "generated", "div": f"<div>{letters()}</div>"},
        "code": {"coding": [LOINC], "text": letters()},
        "subject": {"reference": f"Patient/{patient['id']}", "display": letters()},
        "effectiveDateTime": day(), "note": [{"text": letters()}],
        "valueString": letters(),
    }  # fmt: skip
    family = patient["name"][0]["family"]
    report = {
        "resourceType": "DocumentReference", "id": letters(), "status": "current",
        "description": letters(),
        "type": {"coding": [{"system": "http://x.example", "display": family}]},
        "content": [{"attachment": {"title": letters(), "url": f"x:{letters()}",
                                    "data": letters()}}],
    }  # fmt: skip
    return [patient, observation, report], secrets


@settings(max_examples=30)
@given(SEEDS, st.integers(1, 4))
def test_nothing_of_a_person_stays(seed: int, count: int) -> None:
    """Every name, identifier, date, reference, address and free text: even one that the whole
    sample shares, and the name that some software wrote into a label."""
    chance = random.Random(seed)
    blanker = Blanker(r4(), chance)
    groups = [people(chance) for _ in range(count)]
    everybody = [resource for resources, _ in groups for resource in resources]
    for owner in range(MIN_PATIENTS + 1):
        for resource in everybody:
            blanker.learn(resource, owner)
    blanked = b"".join(encode(blanker.blank(resource)) for resource in everybody).decode()
    assert [one for _, secrets in groups for one in secrets if one in blanked] == []


@settings(max_examples=3, deadline=None)
@given(SEEDS)
def test_no_value_of_a_person_is_in_a_trained_dictionary(seed: int) -> None:
    """The whole way, from bodies to the dictionary's bytes."""
    chance = random.Random(seed)
    groups = [people(chance) for _ in range(60)]
    samples = [
        (owner, encode(resource))
        for owner, (resources, _) in enumerate(groups)
        for resource in resources * 3
    ]
    trained = train(samples, size=8_000)
    assert b"http://loinc.org" in trained
    assert [one for _, secrets in groups for one in secrets if one.encode() in trained] == []


def test_structure_codes_and_systems_stay() -> None:
    """A dictionary of blanks would compress nothing."""
    observation = {
        "resourceType": "Observation", "status": "final", "code": {"coding": [LOINC]},
        "valueQuantity": {"value": Decimal("71.5"), "unit": "/min", "code": "/min"},
    }  # fmt: skip
    blanker = Blanker(r4(), random.Random(1))
    for owner in range(MIN_PATIENTS):
        blanker.learn(observation, owner)
    blanked = blanker.blank(observation)
    assert blanked["code"] == observation["code"]
    assert blanked["status"] == "final"
    assert blanked["valueQuantity"]["unit"] == "/min"
    assert list(blanked) == list(observation)


def test_what_few_patients_share_goes() -> None:
    """A rare code, with the knowledge that it is here, may name its bearer."""
    observation = {"resourceType": "Observation", "code": {"coding": [LOINC]}}
    blanker = Blanker(r4(), random.Random(1))
    for _ in range(50):
        for owner in range(MIN_PATIENTS - 1):
            blanker.learn(observation, owner)
    assert "8867" not in str(blanker.blank(observation))


def test_what_the_definitions_do_not_know_is_left_out() -> None:
    """An element that nobody decided about must not slip through."""
    resource = {"resourceType": "Patient", "surname": "Quatremère", "name": [{"nick": "Zélie"}]}
    blanked = Blanker(r4(), random.Random(1)).blank(resource)
    assert blanked == {"resourceType": "Patient", "name": [{}]}


@given(st.text(max_size=40), st.decimals(-(10**30), 10**30, places=3))
def test_what_is_blanked_can_be_written(text: str, number: Decimal) -> None:
    """A value whose replacement is no JSON would stop every training."""
    resource = {
        "resourceType": "Observation", "valueString": text, "_valueString": {"id": text},
        "component": [{"valueQuantity": {"value": number}}, {"valueInteger": 7}],
    }  # fmt: skip
    assert decode(encode(Blanker(r4(), random.Random(1)).blank(resource)))
