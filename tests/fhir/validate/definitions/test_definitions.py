"""Guards against packages of definitions that are filed, and mislead whoever uses them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.packages import Definition, Library, base_library
from hygie.fhir.validate import validator_for
from hygie.fhir.validate.kinds import TYPE_CHECKS
from hygie.fhir.validate.report import Report

KEY = "http://hl7.org/fhir/concept-properties#"
CODES = {
    "resourceType": "CodeSystem",
    "url": "https://example.org/codes",
    "status": "active",
    "content": "complete",
    "property": [{"code": "kind", "type": "Coding"}],
    "concept": [{"code": "a"}, {"code": "b"}],
}
SET = {"resourceType": "ValueSet", "url": "https://example.org/set", "status": "active"}
CLINICAL = "http://hl7.org/fhir/SearchParameter/AllergyIntolerance-clinical-status"
PARAMETER = {
    "resourceType": "SearchParameter",
    "url": "https://example.org/parameter",
    "name": "P",
    "status": "active",
    "description": "Un paramètre",
    "code": "p",
    "base": ["Patient"],
    "type": "token",
}
PATIENT = "http://hl7.org/fhir/StructureDefinition/Patient"
PROFILE = {
    "resourceType": "StructureDefinition",
    "url": "https://example.org/profile",
    "name": "P",
    "status": "active",
    "kind": "resource",
    "abstract": False,
    "type": "Patient",
    "baseDefinition": PATIENT,
    "derivation": "constraint",
    "differential": {"element": [{"id": "Patient", "path": "Patient"}]},
}


def composed(**part: Any) -> dict[str, Any]:
    return {**SET, "compose": {"include": [part]}}


def library() -> Library:
    grown = base_library().copy()
    grown.add(Definition(CODES))
    return grown


VALIDATOR = validator_for(library())


def errors(resource: dict[str, Any]) -> list[tuple[str, str]]:
    found = VALIDATOR.validate(resource)
    assert all(issue.text("fr") and issue.text("en") for issue in found)
    return [(issue.rule, issue.location) for issue in found if issue.severity == "error"]


@pytest.mark.parametrize(
    "resource",
    [
        CODES,
        {**CODES, "count": 2},
        {**CODES, "content": "fragment", "count": 40},
        {**CODES, "property": [{"uri": KEY + "parent", "code": "parent", "type": "code"}]},
        composed(system=CODES["url"], concept=[{"code": "a"}]),
        composed(system="http://snomed.info/sct", concept=[{"code": "73211009"}]),
        composed(
            system=CODES["url"],
            filter=[{"property": "kind", "op": "=", "value": f"{CODES['url']}#a"}],
        ),
        PARAMETER,
        PROFILE,
    ],
)
def test_what_is_right_is_accepted(resource: dict[str, Any]) -> None:
    """A rule that refuses the packages everybody uses."""
    assert errors(resource) == []


@pytest.mark.parametrize(
    ("resource", "rule", "place"),
    [
        ({**CODES, "count": 3}, "code-system.count", "CodeSystem.count"),
        (
            {**CODES, "concept": [{"code": "a", "concept": [{"code": "a"}]}]},
            "code-system.code-twice",
            "CodeSystem.concept[0].concept[0]",
        ),
        (
            {**CODES, "property": [{"code": "k", "type": "code"}] * 2},
            "code-system.property-twice",
            "CodeSystem.property[1]",
        ),
        (
            {**CODES, "property": [{"uri": KEY + "inactive", "code": "x", "type": "code"}]},
            "code-system.property-type",
            "CodeSystem.property[0]",
        ),
        (
            {**CODES, "property": [{"uri": KEY + "parent", "code": "child", "type": "code"}]},
            "code-system.property-uri",
            "CodeSystem.property[0]",
        ),
        (
            {
                **CODES,
                "concept": [{"code": "a", "property": [{"code": "kind", "valueString": "x"}]}],
            },
            "code-system.property-type",
            "CodeSystem.concept[0].property[0]",
        ),
        (composed(system="#codes"), "value-set.system-relative", "ValueSet.compose.include[0]"),
        (
            composed(system="http://hl7.org/fhir/ValueSet/administrative-gender"),
            "value-set.system-is-value-set",
            "ValueSet.compose.include[0]",
        ),
        (
            composed(system=CODES["url"], concept=[{"code": "a"}, {"code": "z"}]),
            "value-set.code",
            "ValueSet.compose.include[0].concept[1]",
        ),
        (
            composed(system=CODES["url"], filter=[{"property": "kind", "op": "=", "value": "a"}]),
            "value-set.filter-value",
            "ValueSet.compose.include[0].filter[0]",
        ),
        (
            composed(
                system=CODES["url"],
                filter=[{"property": "kind", "op": "=", "value": f"{CODES['url']}#z"}],
            ),
            "value-set.code",
            "ValueSet.compose.include[0].filter[0]",
        ),
        ({**PARAMETER, "type": "composite"}, "search-parameter.composite", "SearchParameter"),
        (
            {**PARAMETER, "derivedFrom": CLINICAL, "type": "date"},
            "search-parameter.derived-type",
            "SearchParameter",
        ),
        ({**PROFILE, "type": "Group"}, "structure-definition.base-type", "StructureDefinition"),
        (
            {**PROFILE, "kind": "logical", "type": "Boo", "derivation": "specialization"},
            "structure-definition.type",
            "StructureDefinition.type",
        ),
        (
            {**PROFILE, "differential": {"element": [{"id": "x", "path": "Group.name"}]}},
            "structure-definition.path",
            "StructureDefinition.differential.element[0]",
        ),
        (
            {**PROFILE, "differential": {"element": [{"id": "x", "path": "Patient.nom"}]}},
            "structure-definition.differential",
            "StructureDefinition",
        ),
    ],
)
def test_a_fault_is_named_where_it_is(resource: dict[str, Any], rule: str, place: str) -> None:
    """A supplier told that a package is wrong, and not where."""
    assert (rule, place) in errors(resource)


def test_a_capability_states_what_its_parameters_are() -> None:
    """A client that searches dates where there are tokens."""
    stated = {"name": "clinical-status", "definition": CLINICAL, "type": "date"}
    statement = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026",
        "description": "Ce qui est demandé",
        "kind": "requirements",
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "resource": [{"type": "AllergyIntolerance", "searchParam": [stated]}],
            }
        ],
    }
    place = "CapabilityStatement.rest[0].resource[0].searchParam[0]"
    assert errors(statement) == [("capability.search-type", place)]
    stated["type"] = "token"
    assert errors(statement) == []


NAMES = [
    "url",
    "property",
    "concept",
    "code",
    "type",
    "compose",
    "include",
    "filter",
    "rest",
    "system",
    "element",
    "differential",
    "searchParam",
    "resource",
    "component",
    "uri",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            below,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(["CodeSystem", "ValueSet", "SearchParameter", "StructureDefinition"]), JSON)
def test_no_json_breaks_a_check(kind: str, value: Any) -> None:
    """A file that stops the validation of a whole folder."""
    resource = {"type": "Patient", **value} if isinstance(value, dict) else {"type": value}
    for check in TYPE_CHECKS[kind]:
        check(resource, (None, kind, -1), Report())
