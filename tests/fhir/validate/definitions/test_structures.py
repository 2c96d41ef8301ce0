"""Guards against profiles and extensions that are filed, and mislead whoever uses them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.packages import Definition, Library, base_library
from hygie.fhir.validate import validator_for
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.kinds import TYPE_CHECKS
from hygie.fhir.validate.report import Report

Json = dict[str, Any]
CORE = "http://hl7.org/fhir/StructureDefinition/"
HERE = "https://example.org/StructureDefinition/"
INHERIT = CORE + "inherit-obligations"
RULE = {"key": "t-1", "severity": "error", "human": "Une règle", "expression": "true"}


def profile(*elements: Json, type_: str = "Patient", name: str = "p", **members: Any) -> Json:
    return {
        "resourceType": "StructureDefinition",
        "url": HERE + name,
        "name": "P",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": type_,
        "baseDefinition": CORE + type_,
        "derivation": "constraint",
        "differential": {"element": [{"id": e["path"], **e} for e in elements]},
    } | members


def extension(**members: Any) -> Json:
    url = {"path": "Extension.url", "fixedUri": HERE + "p"}
    defined = profile({"path": "Extension"}, url, type_="Extension", kind="complex-type")
    return defined | {"context": [{"type": "element", "expression": "Patient"}]} | members


def used(expression: str) -> Json:
    """An extension of the elements that a path names."""
    return extension(context=[{"type": "element", "expression": expression}])


def snapshot(*elements: Json) -> Json:
    """A profile whose snapshot has these elements alone."""
    rest = {"short": "s", "definition": "d", "min": 0, "max": "1"}
    base = {"path": "x", "min": 0, "max": "1"}
    whole = [{"id": e["path"], **rest, "base": base, **e} for e in elements]
    return profile({"path": "Patient"}, snapshot={"element": whole})


def known() -> Library:
    library = base_library().copy()
    marked = {"url": CORE + "obligation-profile", "valueBoolean": True}
    for name, base, extensions in (
        ("duties", "Patient", [marked]),
        ("others", "Observation", [marked]),
        ("plain", "Patient", []),
    ):
        library.add(Definition(profile(type_=base, name=name, extension=extensions)))
    return library


VALIDATOR = validator_for(known(), Context(best_practice=None, unknown_extensions=None))


def errors(resource: Json) -> list[tuple[str, str]]:
    found = VALIDATOR.validate(resource)
    assert all(issue.text("fr") and issue.text("en") for issue in found)
    return [(issue.rule, issue.location) for issue in found if issue.severity == "error"]


def inherits(name: str) -> Json:
    return profile({"path": "Patient"}, extension=[{"url": INHERIT, "valueCanonical": HERE + name}])


RIGHT = {
    "in order": profile({"path": "Patient.identifier", "min": 1}, {"path": "Patient.birthDate"}),
    "short": profile({"path": "Observation.valueQuantity", "min": 1}, type_="Observation"),
    "bound": profile({
        "path": "Patient.gender", "type": [{"code": "code"}],
        "binding": {"strength": "required", "valueSet": "https://example.org/v"},
    }),
    "limits": profile({
        "path": "Patient.birthDate", "type": [{"code": "date"}], "minValueDate": "1900",
    }),
    "sliced": profile({
        "path": "Patient.identifier",
        "slicing": {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"},
    }),
    "own rule": profile({"path": "Patient", "constraint": [{**RULE, "source": HERE + "p"}]}),
    "extension": extension(),
    "extension of a part": used("Patient.contact.name.given"),
    "extension of a choice": used("Observation.value[x]"),
    "extension of all": used("Element"),
    "extension of a profile": used(HERE + "p#x"),
    "obligations": inherits("duties"),
    "value": snapshot(
        {"path": "Patient"},
        {"path": "Patient.gender", "type": [{"code": "code"}], "fixedCode": "male"},
    ),
}  # fmt: skip
TYPED = {"path": "Patient.birthDate", "type": [{"code": "date"}]}
FIRST = "StructureDefinition.differential.element[0]"
WRONG = {
    "order": (
        profile({"path": "Patient.birthDate", "min": 1}, {"path": "Patient.identifier", "min": 1}),
        "structure-definition.order", FIRST,
    ),
    "path": (
        profile({"path": "Patient.nom"}),
        "structure-definition.differential", "StructureDefinition",
    ),
    "binding": (
        profile(TYPED | {"binding": {"strength": "required", "valueSet": "https://example.org/v"}}),
        "structure-definition.misplaced", FIRST,
    ),
    "length": (
        profile({"path": "Patient.active", "type": [{"code": "boolean"}], "maxLength": 3}),
        "structure-definition.misplaced", FIRST,
    ),
    "range": (
        profile({"path": "Patient.gender", "type": [{"code": "code"}], "minValueInteger": 3}),
        "structure-definition.misplaced", FIRST,
    ),
    "target": (
        profile({
            "path": "Patient.name",
            "type": [{"code": "HumanName", "targetProfile": [CORE + "Patient"]}],
        }),
        "structure-definition.misplaced", FIRST,
    ),
    "slicing": (
        profile({"path": "Patient.gender", "slicing": {"rules": "open", "description": "d"}}),
        "structure-definition.slicing", FIRST,
    ),
    "root": (
        profile({"path": "Patient", "slicing": {"rules": "open", "description": "d"}}),
        "structure-definition.slicing", FIRST,
    ),
    "meaning": (
        profile({"path": "Patient.active", "meaningWhenMissing": "non"}),
        "structure-definition.meaning", FIRST,
    ),
    "kind": (profile(kind="complex-type"), "structure-definition.kind", "StructureDefinition"),
    "value": (
        snapshot({"path": "Patient"}, TYPED | {"fixedString": "2000"}),
        "structure-definition.value-type",
        "StructureDefinition.snapshot.element[1].fixed.ofType(string)",
    ),
    "no type": (
        snapshot({"path": "Patient"}, {"path": "Patient.birthDate"}),
        "structure-definition.no-type", "StructureDefinition.snapshot.element[1]",
    ),
    "key of R4": (
        profile({"path": "Patient", "constraint": [{**RULE, "key": "dom-2"}]}),
        "structure-definition.invariant-key", FIRST + ".constraint[0]",
    ),
    "key twice": (
        profile(
            {"path": "Patient", "constraint": [RULE]},
            {"path": "Patient.name", "constraint": [{**RULE, "expression": "false"}]},
        ),
        "structure-definition.invariant-key",
        "StructureDefinition.differential.element[1].constraint[0]",
    ),
    "rule of another": (
        profile({"path": "Patient", "constraint": [{**RULE, "source": HERE + "other"}]}),
        "structure-definition.invariant-source", FIRST + ".constraint[0]",
    ),
    "rule that cannot be read": (
        profile({"path": "Patient", "constraint": [{**RULE, "expression": "name.where("}]}),
        "structure-definition.invariant-expression", FIRST + ".constraint[0]",
    ),
    "context": (
        used("Patient.nom"),
        "structure-definition.context", "StructureDefinition.context[0]",
    ),
    "context of no extension": (
        profile(context=[{"type": "element", "expression": "Patient"}]),
        "structure-definition.context", "StructureDefinition.context[0]",
    ),
    "URL": (
        extension(url=HERE + "q"), "structure-definition.extension-url", "StructureDefinition",
    ),
    "no URL": (
        extension(differential={"element": [{"id": "Extension", "path": "Extension"}]}),
        "structure-definition.extension-url", "StructureDefinition",
    ),
    "not marked": (
        inherits("plain"), "structure-definition.obligations", "StructureDefinition.extension[0]",
    ),
    "other base": (
        inherits("others"), "structure-definition.obligations", "StructureDefinition.extension[0]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RIGHT)
def test_what_is_right_is_accepted(case: str) -> None:
    """A sound guide refused."""
    assert errors(RIGHT[case]) == []


@pytest.mark.parametrize("case", WRONG)
def test_a_fault_is_named_where_it_is(case: str) -> None:
    """A guide that is published with a fault, and found wrong by whoever uses it."""
    resource, rule, place = WRONG[case]
    assert (rule, place) in errors(resource)


def test_obligations_of_a_profile_that_is_not_here_are_a_doubt() -> None:
    """A guide refused because another is missing."""
    found = VALIDATOR.validate(inherits("unknown"))
    rule = "structure-definition.obligations"
    assert [issue.severity for issue in found if issue.rule == rule] == ["warning"]


@pytest.mark.parametrize("name", ["Patient", "Observation", "bp", "patient-birthPlace", "Element"])
def test_definitions_of_r4_are_right(name: str) -> None:
    """A rule that R4 itself does not follow."""
    definition = base_library().find("StructureDefinition", CORE + name)
    assert definition is not None
    found = errors(definition.resource)
    assert [rule for rule, _ in found if rule.startswith("structure-definition")] == []


NAMES = st.sampled_from(
    ["path", "id", "type", "code", "slicing", "constraint", "key", "expression", "source", "min",
     "fixedString", "binding", "context", "extension", "url", "valueCanonical", "element"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.integers() | st.sampled_from(["Patient", "Patient.name", INHERIT]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=4),
    max_leaves=14,
)


@given(JSON, JSON, JSON)
def test_no_json_breaks_a_check(members: Any, differential: Any, snapshot: Any) -> None:
    """A file that stops the validation of a whole folder."""
    said = members if isinstance(members, dict) else {"context": members}
    views = {"differential": {"element": differential}, "snapshot": {"element": snapshot}}
    report = Report(Context(library=base_library()))
    for check in TYPE_CHECKS["StructureDefinition"]:
        check({**profile(), **views, **said}, (None, "StructureDefinition", -1), report)


@pytest.mark.parametrize("url", [[], {}, 1, None])
def test_an_extension_of_a_structure_whose_url_is_none_is_passed_over(url: Any) -> None:
    """Danger: a definition that ends the validation of whoever files it."""
    structure = profile({"path": "Patient"}, extension=[{"url": url, "valueCanonical": "x"}])
    assert "extension" in " ".join(issue.location for issue in VALIDATOR.validate(structure))
