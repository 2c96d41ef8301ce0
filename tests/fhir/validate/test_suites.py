"""The public suites: a realistic sample, and the reference validator's cases, as they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from hygie.fhir.codec import decode
from hygie.fhir.validate import base_validator
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.refusal import Refused


def rules(raw: bytes) -> set[str]:
    """What is refused; not what is only remarked."""
    try:
        resource = decode(raw, limit=MAX_BUNDLE_BYTES)
    except Refused as refused:
        return {issue.rule for issue in refused.refusal.issues}
    return {i.rule for i in base_validator().validate(resource) if i.severity == "error"}


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
