"""Profiles as types: what a snapshot narrows, and what it leaves as R4 has it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from hygie.fhir.definitions import UNBOUNDED, Element, Registry, r4

SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[3].parent / "shared"))
FR_CORE = SHARED / "suites" / "fr-core-2.2.0" / "package"
STAY = "http://example.org/stay"
WARD = "http://example.org/ward"
Json = dict[str, Any]


def part(identifier: str, minimum: int, maximum: str, *types: Json, **more: Any) -> Json:
    path = ".".join(step.partition(":")[0] for step in identifier.split("."))
    return {
        "id": identifier, "path": path, "min": minimum, "max": maximum, "type": list(types), **more,
    }  # fmt: skip


def profile(url: str, type_: str, *elements: Json, **more: Any) -> Json:
    return {
        "resourceType": "StructureDefinition", "url": url, "type": type_, "kind": "resource",
        "derivation": "constraint", "fhirVersion": "4.0.1",
        "baseDefinition": f"http://hl7.org/fhir/StructureDefinition/{type_}",
        "snapshot": {"element": [part(type_, 0, "*"), *elements]}, **more,
    }  # fmt: skip


def stays() -> Registry:
    subject = "http://hl7.org/fhir/StructureDefinition/Patient|4.0.1"
    rule = {"key": "stay-1", "severity": "error", "human": "…", "expression": "period.exists()"}
    return r4().with_profiles(
        [
            profile(
                STAY, "Encounter",
                part("Encounter.extension:ward", 1, "1",
                     {"code": "Extension", "profile": [f"{WARD}|1.0"]}),
                part("Encounter.identifier", 1, "1", {"code": "Identifier"}),
                part("Encounter.identifier.value", 1, "1", {"code": "string"}),
                part("Encounter.subject", 1, "1",
                     {"code": "Reference", "targetProfile": [subject]}, constraint=[rule]),
                part("Encounter.location.location", 1, "1", {"code": "Reference"}),
                part("Encounter.hospitalization", 0, "0"),
            ),
            profile(
                WARD, "Extension",
                part("Extension.url", 1, "1", {"code": "uri"}, fixedUri=WARD),
                part("Extension.value[x]", 1, "1", {"code": "code"}, {"code": "Coding"}),
            ),
        ]
    )  # fmt: skip


def element(registry: Registry, type_name: str, name: str) -> Element:
    (found,) = [e for e in registry.types[type_name].elements if e.name == name]
    return found


def test_elements_are_narrowed_and_keep_their_format() -> None:
    """Danger: an array read as an object because a profile allows one item only."""
    identifier = element(stays(), STAY, "identifier")
    assert (identifier.min, identifier.max, identifier.repeats) == (1, 1, True)
    assert identifier.types[0].name == "Identifier"
    inner = stays().types[identifier.types[0].narrowest]
    assert (inner.base, inner.constrains, inner.kind) == ("Identifier", "Identifier", "complex")
    value = element(stays(), inner.name, "value")
    assert (value.min, value.max, value.repeats) == (1, 1, False)


def test_what_a_profile_does_not_say_is_as_in_r4() -> None:
    """Danger: an element lost because a snapshot leaves it out."""
    kept = {e.name: e for e in stays().types[STAY].elements}
    assert kept.keys() == {e.name for e in r4().types["Encounter"].elements}
    assert (kept["hospitalization"].max, kept["hospitalization"].repeats) == (0, False)
    assert kept["period"] == element(r4(), "Encounter", "period")


def test_choices_targets_and_extensions_are_narrowed() -> None:
    """Danger: a value that a profile excludes is expected, or one it allows refused."""
    value = element(stays(), WARD, "value")
    assert list(value.json_names()) == ["valueCode", "valueCoding"]
    assert element(stays(), STAY, "subject").types[0].targets == ("Patient",)
    (ward,) = stays().types[STAY].slices
    assert (ward.url, ward.type, ward.min, ward.max) == (WARD, WARD, 1, 1)


def test_the_base_registry_is_untouched() -> None:
    """Danger: one package changes how every other resource is read."""
    registry = stays()
    assert STAY not in r4().types
    assert registry.resource_types == r4().resource_types
    assert not registry.is_resource(STAY)
    assert [r.key for r in registry.invariants(f"{STAY}#Encounter.subject")] == ["stay-1"]
    assert registry.types_at(f"{STAY}#Encounter.subject") == ("Reference",)
    assert registry.invariants(STAY) == r4().invariants("Encounter")


@pytest.mark.parametrize(
    "unfit",
    [{"derivation": "specialization"}, {"fhirVersion": "5.0.0"}, {"type": "Unheard"},
     {"snapshot": {}}],
)  # fmt: skip
def test_what_is_no_profile_of_r4_is_passed_over(unfit: Json) -> None:
    """Danger: a definition of another version of FHIR read as one of R4."""
    assert STAY not in r4().with_profiles([profile(STAY, "Encounter", **unfit)]).types


def test_french_profiles_stand_on_types_that_exist() -> None:
    """Danger: a profile of the country names what the registry does not hold."""
    if not FR_CORE.is_dir():
        pytest.skip("no FR Core package beside the repository (HYGIE_SHARED)")
    files = sorted(FR_CORE.glob("StructureDefinition-*.json"))
    registry = r4().with_profiles(json.loads(file.read_bytes()) for file in files)
    added = [t for name, t in registry.types.items() if name not in r4().types]
    assert len([t for t in added if "#" not in t.name]) == len(files)
    named = {r.narrowest for t in added for e in t.elements for r in e.types}
    named |= {s.type for t in added for s in t.slices} | {t.base for t in added}
    assert named <= registry.types.keys()
    patient = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient"
    assert element(registry, patient, "name").types[0].narrowest.endswith("fr-core-human-name")
    assert element(registry, patient, "name").max == UNBOUNDED
