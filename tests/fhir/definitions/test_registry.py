"""The registry: R4 as the rooms read it, quickly loaded."""

import time
from importlib import resources

import msgspec
import pytest
import zstandard

from hygie.fhir.definitions import UNBOUNDED, Definitions, Element, r4
from hygie.fhir.definitions.registry import ARTEFACT


def element(type_name: str, name: str) -> Element:
    (found,) = [e for e in r4().types[type_name].elements if e.name == name]
    return found


def test_artefact_is_that_of_the_pinned_package() -> None:
    """Danger: another release of FHIR under the name of R4."""
    assert r4().source == "hl7.fhir.r4.core#4.0.1"
    assert len(r4().resource_types) == 146
    assert len([t for t in r4().types.values() if t.kind == "primitive"]) == 20


def test_it_loads_in_a_moment() -> None:
    """Danger: every command that waits for definitions: 200 ms at most, some 10 of them here.

    The floor is taking the artefact apart without building any object.
    """
    packed = resources.files("hygie.fhir.definitions").joinpath(ARTEFACT).read_bytes()
    raw = zstandard.ZstdDecompressor().decompress(packed)

    def best(decoder: msgspec.msgpack.Decoder) -> float:  # type: ignore[type-arg]
        times = []
        for _ in range(5):
            start = time.perf_counter()
            decoder.decode(raw)
            times.append(time.perf_counter() - start)
        return min(times)

    cost = best(msgspec.msgpack.Decoder(Definitions))
    assert cost < 0.2
    assert cost < 20 * best(msgspec.msgpack.Decoder())


@pytest.mark.parametrize(
    ("type_name", "name", "minimum", "maximum", "types"),
    [
        ("Patient", "id", 0, 1, ["id"]),
        ("Patient", "name", 0, UNBOUNDED, ["HumanName"]),
        ("HumanName", "id", 0, 1, ["string"]),
        ("Patient", "contact", 0, UNBOUNDED, ["Patient.contact"]),
        ("Patient", "deceased", 0, 1, ["boolean", "dateTime"]),
        ("Observation", "status", 1, 1, ["code"]),
        ("Questionnaire.item", "item", 0, UNBOUNDED, ["Questionnaire.item"]),
        ("Observation.component", "referenceRange", 0, UNBOUNDED, ["Observation.referenceRange"]),
        ("Bundle.entry", "resource", 0, 1, ["Resource"]),
        ("Extension", "url", 1, 1, ["uri"]),
    ],
)
def test_elements(type_name: str, name: str, minimum: int, maximum: int, types: list[str]) -> None:
    """Danger: a cardinality or a type misread from the package, and enforced everywhere."""
    found = element(type_name, name)
    assert (found.min, found.max) == (minimum, maximum)
    assert [type_.name for type_ in found.types] == types


def test_choices_bindings_and_targets() -> None:
    """Danger: what an element may hold, lost on the way from the package."""
    assert "valueQuantity" in element("Observation", "value").json_names()
    assert len(element("Extension", "value").json_names()) == 50
    gender = r4().value_sets[element("Patient", "gender").binding]
    assert gender.complete
    assert gender.codes == {
        "http://hl7.org/fhir/administrative-gender": ("male", "female", "other", "unknown")
    }
    assert element("Patient", "maritalStatus").binding == ""
    assert element("Observation", "encounter").types[0].targets == ("Encounter",)


def test_open_value_sets_are_marked() -> None:
    """Danger: units, currencies or media types refused from an incomplete list."""
    incomplete = {url for url, value_set in r4().value_sets.items() if not value_set.complete}
    assert incomplete == {
        "http://hl7.org/fhir/ValueSet/currencies",
        "http://hl7.org/fhir/ValueSet/mimetypes",
        "http://hl7.org/fhir/ValueSet/ucum-units",
        "http://loinc.org/vs/LL379-9",
    }


def test_every_type_that_is_named_exists() -> None:
    """Danger: a name that leads nowhere, found only when a resource of that type comes."""
    registry = r4()
    named = {t.name for d in registry.types.values() for e in d.elements for t in e.types}
    targets = {n for d in registry.types.values() for e in d.elements for t in e.types
               for n in t.targets}  # fmt: skip
    bindings = {e.binding for d in registry.types.values() for e in d.elements if e.binding}
    assert named <= registry.types.keys()
    assert targets <= set(registry.resource_types)
    assert bindings <= registry.value_sets.keys()


def test_search_parameters_of_all_resources_reach_each() -> None:
    """Danger: `_lastUpdated` or `_tag` missing where nobody looked."""
    registry = r4()
    assert all("_lastUpdated" in registry.parameters(t) for t in registry.resource_types)
    assert registry.parameters("Observation")["code"].type == "token"
    composite = registry.parameters("Observation")["code-value-quantity"]
    assert [c.expression for c in composite.components] == ["code", "value.as(Quantity)"]
    assert "subject" in registry.patient_compartment["Observation"]


def test_names_that_are_no_resource() -> None:
    """Danger: an abstract or a data type served as a resource."""
    assert r4().is_resource("Patient")
    assert not any(map(r4().is_resource, ("Resource", "DomainResource", "HumanName", "x", 1, None)))


def test_primitives_know_their_type_of_the_language() -> None:
    """Danger: the file calls a positiveInt a String, and its order becomes that of letters."""
    systems = {t.name: t.system for t in r4().types.values() if t.system}
    assert len(systems) == 20
    assert systems["positiveInt"] == systems["unsignedInt"] == systems["integer"] == "Integer"
    assert (systems["instant"], systems["date"], systems["code"]) == ("DateTime", "Date", "String")


def test_invariants_stand_where_they_are_declared() -> None:
    """Danger: a rule lost, applied to the wrong type, or run once more for each inheritance."""

    def keys(name: str) -> list[str]:
        return [rule.key for rule in r4().invariants(name)]

    assert keys("Patient") == ["dom-2", "dom-3", "dom-4", "dom-5", "dom-6"]
    assert keys("Patient.contact") == ["ele-1", "pat-1"]
    assert keys("Age") == ["ele-1", "qty-3", "age-1"]
    assert keys("ElementDefinition.max") == ["eld-3"]
    assert keys("Patient.name") == []
    narrative = {rule.key: rule for rule in r4().invariants("DomainResource")}["dom-6"]
    assert (narrative.severity, narrative.best_practice) == ("warning", True)
    assert narrative.expression == "text.`div`.exists()"
