"""Extensions are known, stand where they may, and have the parts that their definition gives."""

from typing import Any

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.packages import Definition, Library, Manifest, base_library
from hygie.fhir.validate import Validator
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.profiles import Profiles
from hygie.refusal import Severity

CORE = "http://hl7.org/fhir/StructureDefinition/"
MINE = "https://hopital.example.net/StructureDefinition/"
FRENCH = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-x"
Json = dict[str, Any]
Found = list[tuple[str, str, str]]


def definition(name: str, *contexts: tuple[str, str], **members: Any) -> Definition:
    """An extension with a string."""
    elements = [{"id": "Extension", "path": "Extension", **members.pop("root", {})}]
    return Definition(
        {
            "resourceType": "StructureDefinition",
            "url": MINE + name,
            "version": "1.0",
            "type": "Extension",
            "context": [{"type": kind, "expression": text} for kind, text in contexts],
            "snapshot": {"element": elements},
            **members,
        }
    )


def found(
    resource: Json,
    *definitions: Definition,
    unknown: Severity | None = "error",
    near: Json | None = None,
) -> Found:
    """Severity, rule and place of what is said of extensions."""
    library = base_library().copy()
    for known in definitions:
        library.add(known)
    if near:
        library.know(Manifest("mine", "1.0", dependencies=near))
    return rules(resource, Context(library=library, unknown_extensions=unknown))


def rules(resource: Json, context: Context) -> Found:
    issues = Validator(r4(), context).validate(resource)
    assert all(issue.text("fr") != issue.text("en") for issue in issues)
    return [(i.severity, i.rule, i.location) for i in issues if i.rule.startswith("extension.")]


def patient(*extensions: Json, **members: Any) -> Json:
    held = {"extension": list(extensions)} if extensions else {}
    return {"resourceType": "Patient", **held, **members}


def extension(url: str, value: str = "a", **members: Any) -> Json:
    return {"url": url, "valueString": value, **members}


def test_one_that_is_known_and_well_placed_is_not_spoken_of() -> None:
    """Danger: noise on the extensions that everyone uses."""
    place = {"url": CORE + "patient-birthPlace", "valueAddress": {"city": "Nîmes"}}
    mother = {"extension": [extension(CORE + "humanname-mothers-family", "Petit")]}
    name = {"family": "Durand", "_family": mother}
    time = {"extension": [{"url": CORE + "patient-birthTime", "valueDateTime": "2001-01-01"}]}
    everything = patient(place, name=[name], birthDate="2001-01-01", _birthDate=time)
    assert found(everything) == []


@pytest.mark.parametrize(
    ("url", "unknown", "severity"),
    [
        (MINE + "none", "error", "error"),
        (MINE + "none", "information", "information"),
        (MINE + "none", None, None),
        (CORE + "obligation", "error", "warning"),
        ("http://hl7.org/fhir/tools/StructureDefinition/x", "error", "warning"),
        ("http://example.org/x", "error", "warning"),
        ("https://notexample.org/x", "error", "error"),
        (FRENCH, "error", "error"),
    ],
)
def test_unknown(url: str, unknown: Severity | None, severity: str | None) -> None:
    """Danger: silence on what was not checked, or an error for a package we lack."""
    wanted = [(severity, "extension.unknown", "Patient.extension[0]")] if severity else []
    assert found(patient(extension(url)), unknown=unknown) == wanted


def test_of_a_package_that_is_asked_for_and_absent() -> None:
    """Danger: a supplier blamed for a package that the establishment has not loaded."""
    ((severity, rule, _),) = found(patient(extension(FRENCH)), near={"hl7.fhir.fr.core": "2.2.0"})
    assert (severity, rule) == ("warning", "extension.unknown")


def test_an_unknown_modifier_is_an_error_whatever_the_setting() -> None:
    """Danger: « not given » read as given."""
    resource = patient(modifierExtension=[extension(MINE + "none")])
    assert found(resource, unknown=None) == [
        ("error", "extension.unknown", "Patient.modifierExtension[0]")
    ]


def test_a_modifier_that_hygie_acts_on_is_understood_where_it_stands() -> None:
    """Danger: a cohort refused for want of a package; its criteria passed over elsewhere."""
    url = "http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter"
    criterion = {"url": url, "valueExpression": {"language": "text/cql", "expression": "x"}}
    group = {"resourceType": "Group", "type": "person", "actual": False}
    assert found(group | {"modifierExtension": [criterion]}) == []
    assert found(group | {"extension": [criterion]}) == [
        ("error", "extension.modifier", "Group.extension[0]")
    ]
    assert found(patient(modifierExtension=[criterion])) == [
        ("error", "extension.context", "Patient.modifierExtension[0]")
    ]


def test_of_another_version_of_fhir() -> None:
    """Danger: elements of R5 that R4 carries as extensions refused."""
    url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Patient.x"
    assert found(patient(extension(url))) == [
        ("information", "extension.elsewhere", "Patient.extension[0]")
    ]


def test_nothing_is_said_without_definitions() -> None:
    """Danger: all that is stored refused for want of a library."""
    resource = patient(extension(MINE + "none"), modifierExtension=[extension(MINE + "none")])
    assert rules(resource, Context(library=Library(), unknown_extensions="error")) == []


def test_url() -> None:
    """Danger: an extension that nobody can look up."""
    versioned = CORE + "patient-congregation|9.0"
    resource = patient(extension("relative"), extension(versioned), {"valueString": "a"})
    assert found(resource) == [
        ("error", "extension.url", "Patient.extension[0]"),
        ("error", "extension.url", "Patient.extension[1]"),
    ]


def test_modifiers_stand_apart() -> None:
    """Danger: a modifier that a reader may pass over."""
    modifier = definition("m", ("element", "Element"), root={"isModifier": True})
    plain = definition("p", ("element", "Element"))
    resource = patient(extension(MINE + "m"), modifierExtension=[extension(MINE + "p")])
    assert found(resource, modifier, plain) == [
        ("error", "extension.modifier", "Patient.extension[0]"),
        ("error", "extension.modifier", "Patient.modifierExtension[0]"),
    ]


def test_a_url_of_something_else() -> None:
    """Danger: the URL of a profile passes for that of an extension."""
    assert found(patient(extension(CORE + "Patient"))) == [
        ("error", "extension.definition", "Patient.extension[0]")
    ]


BASIC = {"resourceType": "Basic", "extension": [extension(MINE + "x")]}
HOLDERS: dict[str, Json] = {
    "Patient": patient(extension(MINE + "x")),
    "Patient.contact[0]": patient(contact=[{"extension": [extension(MINE + "x")]}]),
    "Patient.contact[0].name.family": patient(
        contact=[{"name": {"_family": {"extension": [extension(MINE + "x")]}}}]
    ),
    "Patient.deceased.ofType(boolean)": patient(
        _deceasedBoolean={"extension": [extension(MINE + "x")]}
    ),
    "Questionnaire.item[0].item[0].item[0]": {
        "resourceType": "Questionnaire",
        "status": "draft",
        "item": [
            {"item": [{"item": [{"linkId": "c", "extension": [extension(MINE + "x")]}]}]},
        ],
    },
    "Bundle.entry[0].resource.contained[0]": {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"resource": patient(contained=[BASIC])},
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("place", "expression"),
    [
        ("Patient", "Patient"),
        ("Patient", "Resource"),
        ("Patient", "DomainResource"),
        ("Patient", "Element"),
        ("Patient.contact[0]", "Patient.contact"),
        ("Patient.contact[0]", "BackboneElement"),
        ("Patient.contact[0].name.family", "Patient.contact.name.family"),
        ("Patient.contact[0].name.family", "HumanName.family"),
        ("Patient.contact[0].name.family", "string"),
        ("Patient.contact[0].name.family", "Element"),
        ("Patient.deceased.ofType(boolean)", "Patient.deceased[x]"),
        ("Patient.deceased.ofType(boolean)", "Patient.deceased"),
        ("Patient.deceased.ofType(boolean)", "Patient.deceasedBoolean"),
        ("Questionnaire.item[0].item[0].item[0]", "Questionnaire.item"),
        ("Questionnaire.item[0].item[0].item[0]", "CanonicalResource.item.item.item"),
        ("Bundle.entry[0].resource.contained[0]", "Basic"),
    ],
)
def test_allowed(place: str, expression: str) -> None:
    """Danger: an extension refused where its definition puts it."""
    assert found(HOLDERS[place], definition("x", ("element", expression))) == []


@pytest.mark.parametrize(
    ("place", "kind", "expression"),
    [
        ("Patient", "element", "Patient.contact"),
        ("Patient", "element", "Observation"),
        ("Patient", "extension", MINE + "x"),
        ("Patient", "fhirpath", "Patient.contact"),
        ("Patient.contact[0]", "element", "Patient"),
        ("Patient.contact[0].name.family", "element", "HumanName"),
        ("Bundle.entry[0].resource.contained[0]", "element", "Patient.contained"),
        ("Bundle.entry[0].resource.contained[0]", "element", "Bundle"),
    ],
)
def test_not_allowed(place: str, kind: str, expression: str) -> None:
    """Danger: an extension where no reader looks for it."""
    known = definition("x", (kind, expression))
    assert found(HOLDERS[place], known) == [("error", "extension.context", place + ".extension[0]")]


@pytest.mark.parametrize("expression", ["Patient.contact", "Patient.contact.where(true)", "1 +"])
def test_contexts_in_fhirpath(expression: str) -> None:
    """Danger: a context that cannot be evaluated forbids."""
    holder = HOLDERS["Patient.contact[0]"]
    assert found(holder, definition("x", ("fhirpath", expression))) == []


def test_within_another_extension() -> None:
    """Danger: an extension of an extension on anything else."""
    outer = definition("o", ("element", "Patient"))
    inner = definition("i", ("extension", MINE + "o"))
    nested = {"url": MINE + "o", "extension": [extension(MINE + "i")]}
    assert found(patient(nested), outer, inner) == []
    assert found(patient(extension(MINE + "i")), outer, inner) == [
        ("error", "extension.context", "Patient.extension[0]")
    ]


def test_parts() -> None:
    """Danger: a misspelt part is data that nobody reads."""
    species = {"url": "species", "valueCodeableConcept": {"text": "chat"}}
    animal = {"url": CORE + "patient-animal", "extension": [species, extension("specie")]}
    assert found(patient(animal)) == [
        ("error", "extension.part", "Patient.extension[0].extension[1]")
    ]


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("name.exists()", []),
        ("%extension.value = 'a'", []),
        ("birthDate.exists()", [("error", "extension.invariant", "Patient.extension[0]")]),
        ("%extension.value = 'b'", [("error", "extension.invariant", "Patient.extension[0]")]),
        ("1 +", [("warning", "extension.not-evaluated", "Patient.extension[0]")]),
    ],
)
def test_invariants_of_the_context(rule: str, wanted: Found) -> None:
    """Danger: a condition of use that is written and not kept."""
    known = definition("x", ("element", "Patient"), contextInvariant=[rule])
    resource = patient(extension(MINE + "x"), name=[{"family": "Durand"}])
    assert found(resource, known) == wanted


def test_content_is_that_of_the_definition() -> None:
    """Danger: a date of birth in a text."""
    library = base_library()
    context = Context(library=library, profiles=Profiles(r4(), library))
    resource = patient(extension(CORE + "patient-birthPlace"))
    places = {i.location for i in Validator(r4(), context).validate(resource)}
    assert any(place.startswith("Patient.extension[0]") for place in places)


def test_definitions_of_any_shape() -> None:
    """Danger: a package from outside that breaks every validation."""
    for broken in (
        {"context": "Patient"},
        {"context": [1, {"type": 2}]},
        {"snapshot": []},
        {"snapshot": {"element": [1, {"path": 2, "fixedUri": 3}]}},
        {"type": None},
        {"contextInvariant": "x"},
    ):
        known = definition("x", ("element", "Element"))
        known.resource.update(broken)
        found(patient({"url": MINE + "x", "extension": [extension("a")]}), known)


def test_nested_500_deep() -> None:
    """Danger: an exception instead of an issue."""
    deep: Json = extension(MINE + "x")
    for _ in range(500):
        deep = {"url": MINE + "x", "extension": [deep]}
    found(patient(deep))


@pytest.mark.parametrize("inner", [None, 1, "a", [None], [{"url": 1}], [{"url": ""}], {}, [[]]])
def test_whatever_json_it_is_given(inner: Any) -> None:
    """Danger: an exception for bad data."""
    found(patient({"url": CORE + "patient-animal", "extension": inner}))
    found(patient({"url": inner, "extension": inner}))
