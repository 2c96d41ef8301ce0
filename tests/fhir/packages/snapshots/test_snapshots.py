"""Snapshots made from differentials, rule by rule."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.packages import Definition, base_library
from hygie.fhir.packages.snapshots import with_snapshot
from hygie.refusal import Refused

CORE = "http://hl7.org/fhir/StructureDefinition/"
HERE = "https://example.org/StructureDefinition/"
Json = dict[str, Any]
TYPED = {"discriminator": [{"type": "type", "path": "$this"}], "ordered": False, "rules": "open"}


def profile(
    *elements: Json, type_: str = "Observation", name: str = "test", **members: Any
) -> Json:
    return {
        "resourceType": "StructureDefinition",
        "url": HERE + name,
        "kind": "resource",
        "type": type_,
        "derivation": "constraint",
        "baseDefinition": CORE + type_,
        "differential": {"element": list(elements)},
    } | members


def made(resource: Json, *others: Json) -> dict[str, Json]:
    """Element id -> element, of the snapshot that is made."""
    library = base_library().copy()
    for other in others:
        library.add(Definition(other))
    elements = with_snapshot(Definition(resource), library).resource["snapshot"]["element"]
    ids = [element["id"] for element in elements]
    assert len(ids) == len(set(ids))
    return dict(zip(ids, elements, strict=True))


def refusal(resource: Any, *others: Json) -> str:
    with pytest.raises(Refused) as refused:
        made(resource, *others)
    [issue] = refused.value.refusal.issues
    assert issue.text("fr")
    assert HERE + resource["url"].rpartition("/")[2] in issue.text("en")
    return issue.rule


def test_what_is_not_said_stays_as_it_was() -> None:
    """Danger: an element of the base that is lost, or loosened by silence."""
    elements = made(profile({"path": "Observation.subject", "min": 1}))
    base = base_library().find("StructureDefinition", CORE + "Observation")
    assert base is not None
    before = {element["id"]: element for element in base.resource["snapshot"]["element"]}
    assert list(elements) == list(before)
    assert elements.pop("Observation.subject") == before.pop("Observation.subject") | {"min": 1}
    assert elements == before


def test_elements_of_a_type_are_written_out_when_they_are_spoken_of() -> None:
    """Danger: a rule about a part of a value that is not applied."""
    elements = made(
        profile(
            {"path": "Observation.code.coding.system", "min": 1, "fixedUri": "http://loinc.org"}
        )
    )
    system = elements["Observation.code.coding.system"]
    assert (system["min"], system["max"], system["fixedUri"]) == (1, "1", "http://loinc.org")
    assert system["base"] == {"path": "Coding.system", "min": 0, "max": "1"}
    assert system["path"] == "Observation.code.coding.system"
    assert "Observation.code.text" in elements
    assert "Observation.category.coding" not in elements


def test_constraints_are_added_and_know_where_they_are_from() -> None:
    """Danger: a profile that silences the rules of R4."""
    rule = {"key": "t-1", "severity": "error", "human": "h", "expression": "true"}
    said = {"path": "Observation", "constraint": [rule, {**rule, "key": "obs-6"}]}
    constraints = made(profile(said))["Observation"]["constraint"]
    keys = [constraint["key"] for constraint in constraints]
    assert keys == ["dom-2", "dom-3", "dom-4", "dom-5", "dom-6", "obs-6", "obs-7", "t-1"]
    assert constraints[-1] == {"source": HERE + "test", **rule}


def test_slices_begin_as_the_base_has_it_and_stand_in_order() -> None:
    """Danger: slices that are required for nothing, or that lose what the base asks."""
    by_code = {"discriminator": [{"type": "pattern", "path": "code"}], "rules": "open"}
    elements = made(
        profile(
            {"path": "Observation.component", "slicing": by_code, "min": 1, "max": "3"},
            {"path": "Observation.component", "sliceName": "first", "min": 1},
            {"path": "Observation.component.code", "patternCodeableConcept": {"text": "1"}},
            {"path": "Observation.component", "sliceName": "second", "max": "1"},
            {"path": "Observation.component", "sliceName": "first/inner"},
            {"path": "Observation.component.value[x]", "max": "0"},
        )
    )
    parts = [i for i in elements if i.rpartition(".")[2].startswith("component")]
    names = ["component", "component:first", "component:first/inner", "component:second"]
    assert parts == [f"Observation.{name}" for name in names]
    first, second = elements[f"Observation.{names[1]}"], elements[f"Observation.{names[3]}"]
    assert (first["min"], first["max"], first["sliceName"]) == (1, "*", "first")
    assert (second["min"], second["max"]) == (0, "1")
    assert "slicing" not in first
    assert elements["Observation.component:first.code"]["min"] == 1
    inner = elements["Observation.component:first/inner.value[x]"]
    assert (inner["max"], inner["path"]) == ("0", "Observation.component.value[x]")


@pytest.mark.parametrize("with_ids", [True, False])
def test_ids_and_order_say_the_same(*, with_ids: bool) -> None:
    """Danger: a rule about one slice applied to another, or to all items."""
    said = [
        ("identifier", "", {"slicing": {"rules": "open"}}),
        ("identifier:a", "a", {}),
        ("identifier:a.system", "", {"fixedUri": "urn:a"}),
        ("identifier:b", "b", {}),
        ("identifier:b.system", "", {"fixedUri": "urn:b"}),
    ]
    elements = []
    for step, name, members in said:
        path = "Patient." + step.replace(":a", "").replace(":b", "")
        element = {"path": path, **members} | ({"sliceName": name} if name else {})
        elements.append(element | ({"id": f"Patient.{step}"} if with_ids else {}))
    found = made(profile(*elements, type_="Patient"))
    assert found["Patient.identifier:a.system"]["fixedUri"] == "urn:a"
    assert found["Patient.identifier:b.system"]["fixedUri"] == "urn:b"
    assert "Patient.identifier.system" not in found


def test_the_short_path_of_a_choice_is_its_type_alone() -> None:
    """Danger: `valueQuantity` that lets a text pass, or that is not found."""
    elements = made(profile({"path": "Observation.valueQuantity.unit", "min": 1}))
    choice = elements["Observation.value[x]"]
    assert [type_["code"] for type_ in choice["type"]] == ["Quantity"]
    assert choice["slicing"] == TYPED | {"rules": "closed"}
    assert elements["Observation.value[x]:valueQuantity"]["sliceName"] == "valueQuantity"
    assert elements["Observation.value[x]:valueQuantity.unit"]["min"] == 1


def test_a_slice_of_a_choice_leaves_the_other_types() -> None:
    """Danger: a rule for one type that forbids the others."""
    elements = made(
        profile(
            {"path": "Observation.value[x]", "slicing": TYPED},
            {"path": "Observation.value[x]", "sliceName": "valueQuantity"},
            {"path": "Observation.value[x].code", "min": 1},
        )
    )
    assert len(elements["Observation.value[x]"]["type"]) == 11
    [type_] = elements["Observation.value[x]:valueQuantity"]["type"]
    assert type_["code"] == "Quantity"
    assert elements["Observation.value[x]:valueQuantity.code"]["min"] == 1


def test_extensions_are_sliced_by_url_and_known_by_their_profile() -> None:
    """Danger: the definition of an extension that is not the one that is used."""
    place = {"code": "Extension", "profile": [CORE + "patient-birthPlace"]}
    said: Json = {"path": "Patient.extension", "sliceName": "place", "type": [place]}
    inner = {"path": "Patient.extension.value[x]", "min": 1}
    elements = made(profile(said, inner, type_="Patient"))
    assert elements["Patient.extension"]["slicing"]["discriminator"] == [
        {"type": "value", "path": "url"}
    ]
    assert elements["Patient.extension:place.url"]["fixedUri"] == CORE + "patient-birthPlace"
    [type_] = elements["Patient.extension:place.value[x]"]["type"]
    assert type_["code"] == "Address"


def test_a_content_reference_is_followed() -> None:
    """Danger: the rules of a nested item that are not applied."""
    said = {"path": "Questionnaire.item.item.text", "min": 1}
    elements = made(profile(said, type_="Questionnaire"))
    assert elements["Questionnaire.item.item.text"]["min"] == 1
    assert elements["Questionnaire.item.text"]["min"] == 0
    assert "contentReference" not in elements["Questionnaire.item.item"]
    assert elements["Questionnaire.item.item.item"]["contentReference"] == "#Questionnaire.item"


def test_a_profile_starts_from_another() -> None:
    """Danger: the rules of the profile that another starts from, lost."""
    first = profile({"path": "Observation.subject", "min": 1}, name="first")
    second = profile({"path": "Observation.focus", "max": "0"}, baseDefinition=HERE + "first")
    elements = made(second, first)
    assert elements["Observation.subject"]["min"] == 1
    assert elements["Observation.focus"]["max"] == "0"


def test_a_new_type_adds_elements() -> None:
    """Danger: a logical model that cannot be read."""
    model = profile(
        {"path": "stay", "min": 0, "max": "*"},
        {"path": "stay.ward", "min": 1, "max": "1", "type": [{"code": "BackboneElement"}]},
        {"path": "stay.ward.name", "min": 0, "max": "1", "type": [{"code": "string"}]},
        type_=HERE + "stay",
        baseDefinition=CORE + "Element",
        derivation="specialization",
        kind="logical",
    )
    elements = made(model)
    assert {"stay", "stay.id", "stay.extension", "stay.ward", "stay.ward.name"} <= set(elements)
    assert elements["stay.ward.name"]["base"] == {"path": "stay.ward.name", "min": 0, "max": "1"}


def test_a_snapshot_that_is_there_is_kept() -> None:
    """Danger: the publisher's word replaced by ours."""
    base = base_library().find("StructureDefinition", CORE + "vitalsigns")
    assert base is not None
    assert with_snapshot(base, base_library()) is base


UNFIT = {
    "snapshot.base": profile({"path": "Observation.code"}, baseDefinition=HERE + "nowhere"),
    "snapshot.cycle": profile({"path": "Observation.code"}, baseDefinition=HERE + "test"),
    "snapshot.path": profile({"path": "Observation.colour", "min": 1}),
    "snapshot.wider": profile({"path": "Observation.code", "min": 0}),
    "snapshot.impossible": profile({"path": "Observation.note", "min": 3, "max": "2"}),
    "snapshot.type": profile({"path": "Observation.subject", "type": [{"code": "string"}]}),
    "snapshot.types": profile({"path": "Observation.value[x].unit", "min": 1}),
    "snapshot.other-type": profile({"path": "Patient.name"}, type_="Patient")
    | {"baseDefinition": CORE + "Observation"},
    "snapshot.differential": profile(),
    "snapshot.form": profile({"path": "Observation.code", "min": "1"}),
}


@pytest.mark.parametrize("rule", UNFIT)
def test_what_cannot_be_applied_is_refused(rule: str) -> None:
    """Danger: a profile applied in part, or that widens what it starts from."""
    assert refusal(UNFIT[rule], UNFIT[rule]) == rule


def test_profiles_that_start_from_each_other_are_refused() -> None:
    """Danger: a search without end."""
    one = profile({"path": "Observation.code"}, name="one", baseDefinition=HERE + "two")
    two = profile({"path": "Observation.code"}, name="two", baseDefinition=HERE + "one")
    assert refusal(one, one, two) == "snapshot.cycle"


def test_a_long_line_of_profiles_is_refused() -> None:
    """Danger: a stack that overflows."""
    line = [
        profile({"path": "Observation.code"}, name=f"p{n}", baseDefinition=f"{HERE}p{n + 1}")
        for n in range(100)
    ]
    with pytest.raises(Refused, match=r"snapshot\.depth"):
        made(line[0], *line)


def test_an_endless_path_is_refused() -> None:
    """Danger: extensions of extensions that fill the memory."""
    deep = "Patient" + ".extension" * 60
    assert deep in made(profile({"path": deep, "max": "0"}, type_="Patient"))
    assert refusal(profile({"path": deep + ".extension" * 999}, type_="Patient")) == "snapshot.form"


def test_too_many_elements_are_refused() -> None:
    """Danger: a package that takes all the time and memory of the server."""
    said = [{"path": "Observation.note", "sliceName": f"s{n}"} for n in range(10_001)]
    assert refusal(profile(*said)) == "snapshot.size"


SCALARS = st.none() | st.booleans() | st.integers(-2, 2**70) | st.text(max_size=8)
NAMES = st.sampled_from(["code", "path", "min", "profile", "rules", "key"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
ELEMENTS = st.fixed_dictionaries(
    {
        "path": st.sampled_from([
            "Observation", "Observation.code", "Observation.code.coding", "Observation.value[x]",
            "Observation.valueQuantity.code", "Observation.component.extension.url", "x", "",
            "Observation.component", "Observation.contained.id", "Observation.value[x].code",
        ])
    },
    optional={
        "id": st.sampled_from(["Observation.component:a", "Observation.code", "x", ""]),
        "sliceName": st.sampled_from(["a", "a/b", "valueString", ""]),
        "min": st.integers(-1, 3) | VALUES,
        "max": st.sampled_from(["0", "1", "*", "x"]) | VALUES,
        "type": st.sampled_from([[], [{"code": "Quantity"}], [{"code": "Identifier"}]]) | VALUES,
        "slicing": VALUES, "constraint": VALUES, "binding": VALUES, "contentReference": VALUES,
        "extension": VALUES, "condition": VALUES,
    },
)  # fmt: skip


@given(st.lists(ELEMENTS, max_size=6))
def test_any_differential_is_applied_or_refused(elements: list[Json]) -> None:
    """Danger: a package whose mistakes stop the server."""
    with suppress(Refused):
        assert "Observation.status" in made(profile(*elements))
