"""Guards against answers that differ from those the standard's own suite expects."""

import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.path import compile_expression, parse, to_text
from hygie.refusal import Refused

SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[3].parent / "shared"))
SUITE = SHARED / "suites" / "fhirpath-r4" / "tests-fhir-r4.xml"
EXAMPLES = SHARED / "suites" / "r4-examples"
INPUTS = {
    "patient-example.xml": "Patient-example.json",
    "questionnaire-example.xml": "Questionnaire-3141.json",
}
DIFFERENT = {
    "testExtractBirthDate": "the suite writes a date as @1974-12-25; the value is JSON's",
    "testLiteralTimeUTC": "a time has no zone in FHIRPath N1",
    "testLiteralTimeTimezoneOffset": "a time has no zone in FHIRPath N1",
    "testFHIRPathAsFunction21": "several items are kept, where the suite expects an error",
}
READERS: dict[str, Callable[[str], Any]] = {
    "boolean": lambda text: text == "true",
    "integer": int,
    "decimal": Decimal,
}


def cases() -> list[ET.Element]:
    if not SUITE.is_file():
        pytest.skip("no fhirpath-r4 suite beside the repository (HYGIE_SHARED)")
    found = list(ET.parse(SUITE).getroot().iter("test"))
    return [case for case in found if case.get("name") not in DIFFERENT]


def expression(case: ET.Element) -> tuple[str, str]:
    node = case.find("expression")
    assert node is not None
    return node.text or "", node.get("invalid") or ""


def expected(case: ET.Element) -> list[Any]:
    outputs = case.findall("output")
    return [READERS.get(o.get("type") or "", str)(o.text or "") for o in outputs]


def test_the_whole_grammar_is_read() -> None:
    """Danger: the parser has to be rebuilt when more of the language is compiled."""
    for case in cases():
        text, invalid = expression(case)
        try:
            node = parse(text)
        except Refused:
            assert invalid, text
        else:
            assert invalid != "syntax", text
            assert parse(to_text(node)) == node


def test_what_compiles_answers_as_the_suite_expects() -> None:
    """Danger: a supported part of the language is subtly wrong."""
    answered = 0
    for case in cases():
        name = INPUTS.get(case.get("inputfile") or "")
        text, invalid = expression(case)
        if name is None or invalid:
            continue
        resource = json.loads((EXAMPLES / name).read_bytes(), parse_float=Decimal)
        try:
            found = compile_expression(text, resource["resourceType"], r4())(resource)
        except Refused as problem:
            refused = problem.refusal.issues[0].rule
            assert refused in ("fhirpath.unsupported", "fhirpath.unknown-element"), text
            continue
        wanted = expected(case)
        assert found == wanted or (case.get("predicate") and [bool(found)] == wanted), text
        answered += 1
    assert answered > 100
