"""The public suites: official examples and a realistic sample, as they are.

An official example that is refused is listed here with the rule that it breaks: the examples of
R4 4.0.1 were not all checked against the specification that they illustrate.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from hygie.fhir.codec import decode
from hygie.fhir.validate import base_validator
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.refusal import Refused

OTHER_ID = "the fullUrl of an entry is consistent with the id of its resource (§2.36.4)"
NO_CONTENT = "txt-2: the narrative SHALL have some non-whitespace content, its <div> is empty"
RELATIVE_CANONICAL = "reference.canonical"
RELATIVE_CANONICALS = 57
"""Examples that name a definition as "Library/x": the reference validator refuses the same ones."""
WRONG_EXAMPLES = {
    "ActivityDefinition-blood-tubes-supply": ({"value.narrative"}, NO_CONTENT),
    "ActivityDefinition-heart-valve-replacement": ({"value.narrative"}, NO_CONTENT),
    "EventDefinition-example": ({"value.narrative"}, NO_CONTENT),
    "Questionnaire-zika-virus-exposure-assessment": ({"value.narrative"}, NO_CONTENT),
    "DeviceMetric-example": (
        {"reference.target"},
        "DeviceMetric.parent is a Reference(Device); the example names a DeviceDefinition",
    ),
    "DeviceUseStatement-example": (
        {"reference.target"},
        "DeviceUseStatement.reasonReference has no Procedure among its targets",
    ),
    "MedicationRequest-medrx0301": (
        {"reference.target"},
        "MedicationRequest.dispenseRequest.performer is a Reference(Organization)",
    ),
    "Observation-clinical-gender": (
        {"reference.target"},
        "Observation.performer has no Encounter among its targets",
    ),
    "Questionnaire-qs1": (
        {"structure.required"},
        "Questionnaire.item.linkId has cardinality 1..1; nested items have none",
    ),
    "Library-zika-virus-intervention-logic": (
        {"value.format"},
        "uri: URIs must be valid (§2.24.0.1); urn:oid:X.Y.Z is not an OID (RFC 3061)",
    ),
    "Bundle-10bb101f-a121-4264-a920-67be9cb82c74": ({"bundle.full-url-id"}, OTHER_ID),
    "Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe": (
        {"bundle.full-url-id", "reference.alike"},
        OTHER_ID + "; so two references of this message lead to entries of other fullUrls",
    ),
    "Bundle-lri-example": ({"bundle.full-url-id"}, OTHER_ID),
    "Bundle-bundle-search-warning": (
        {"bundle.full-url-missing"},
        "an entry of search results has a fullUrl (§2.36.4), the outcome has none",
    ),
    "Bundle-father": (
        {"reference.alike"},
        "a document; “Practitioner/example” stands in an entry whose fullUrl is a UUID (§2.36.4.1)",
    ),
    "TerminologyCapabilities-example": (
        {"value.format"},
        "uri: a UUID is in lower case (§2.24.0.1), this one is in capitals",
    ),
}


def rules(raw: bytes) -> set[str]:
    """What is refused; not what is only remarked."""
    try:
        resource = decode(raw, limit=MAX_BUNDLE_BYTES)
    except Refused as refused:
        return {issue.rule for issue in refused.refusal.issues}
    return {i.rule for i in base_validator().validate(resource) if i.severity == "error"}


def test_official_examples(suites: Path) -> None:
    """Danger: a rule that the specification's own examples show to be wrong."""
    files = sorted((suites / "r4-examples").glob("*.json"))
    found = {file.stem: refused for file in files if (refused := rules(file.read_bytes()))}
    assert len(files) > 700
    relative = {stem for stem, broken in found.items() if RELATIVE_CANONICAL in broken}
    assert len(relative) == RELATIVE_CANONICALS
    others = {stem: broken - {RELATIVE_CANONICAL} for stem, broken in found.items()}
    left = {stem: broken for stem, broken in others.items() if broken}
    assert left == {name: broken for name, (broken, _) in WRONG_EXAMPLES.items()}


def test_realistic_bundles(suites: Path) -> None:
    """Danger: whole patient records refused."""
    files = sorted((suites / "synthea-sample").glob("*.json"))
    assert files
    assert {file.name: rules(file.read_bytes()) for file in files} == {f.name: set() for f in files}


BEYOND_VALIDITY = {
    "matchetype/matchetype-pattern.json": "a pattern with $placeholders$ in it, not a resource",
}


def cases(suites: Path) -> dict[str, list[dict[str, Any]]]:
    """Of the reference validator: JSON file -> the errors it reports, over all its options."""
    manifest = json.loads((suites / "validator-r4" / "manifest.json").read_bytes())
    found: dict[str, list[dict[str, Any]]] = {}
    for case in manifest["cases"]:
        if case["file"].endswith(".json"):
            errors = [i for i in case["issues"] if i["severity"] in ("error", "fatal")]
            found.setdefault(case["file"], []).extend(errors)
    return found


def test_nothing_is_refused_that_the_reference_validator_accepts(suites: Path) -> None:
    """Danger: an over-strict rule; the reference validator checks all that is checked here."""
    files = cases(suites)
    accepted = {file for file, errors in files.items() if not errors}
    refused = {f for f in accepted if rules((suites / "validator-r4" / f).read_bytes())}
    assert len(accepted) > 20
    assert refused == set(BEYOND_VALIDITY)


STRUCTURAL = [
    "is not a valid Base64",
    "Array cannot be empty",
    "must be an Object",
    "must be a JSON Array",
    "Invalid Resource id",
    "Not a valid date",
    "must have a timezone",
    "Unrecognized property",
    "Error parsing JSON",
    "Comma is missing",
    "UUIDs must be valid",
    "Invalid element name in the XHTML",
    "Relative URLs must be of the format",
    "Unable to find resourceType",
    "Extension.url is required",
]


@pytest.mark.parametrize("words", STRUCTURAL)
def test_structural_errors_of_the_reference_validator_are_found(suites: Path, words: str) -> None:
    """Danger: a structural error that passes."""
    files = {
        file
        for file, errors in cases(suites).items()
        if any(words in error["details"]["text"] for error in errors)
    }
    assert files
    assert {f for f in files if not rules((suites / "validator-r4" / f).read_bytes())} == set()
