"""The XML of a resource is the resource: whoever reads it has the same JSON again."""

import re
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from tests.fhir.xml.resources import resources
from tests.fhir.xml.writer import to_xml

from hygie.fhir.codec import decode
from hygie.fhir.definitions import r4
from hygie.fhir.xml import read_xml, write_xml
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.refusal import Category, Refused

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">a</div>'


def patient(**members: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **members}


def written(resource: dict[str, Any], *, pretty: bool = False) -> str:
    return write_xml(resource, r4(), pretty=pretty).decode()


def digits(resource: Any) -> str:
    """What equal decimals may hide: 1.0 is 1.00."""
    return repr(resource)


def test_every_official_example(suites: Path, record_property: Callable[[str, str], None]) -> None:
    """Danger: a resource that says something else in XML than in JSON."""
    files = sorted((suites / "r4-examples").glob("*.json"))
    same = 0
    for file in files:
        resource = decode(file.read_bytes(), limit=MAX_BUNDLE_BYTES)
        document = write_xml(resource, r4())
        assert canonical(document) == canonical(to_xml(resource, r4())), file.name
        again, issues = read_xml(document, r4(), limit=MAX_BUNDLE_BYTES)
        assert issues == []
        same += again == resource
    record_property("suite", f"R4 examples, JSON to XML and back: {same}/{len(files)}")
    assert same == len(files) > 700


def test_documents_of_others_come_back_the_same(suites: Path) -> None:
    """Danger: an element, a text or an order lost between the XML that came and the XML given."""
    compared = 0
    for file in sorted((suites / "validator-r4").glob("*.xml")):
        raw = file.read_bytes()
        resource, issues = read_xml(raw, r4())
        if resource is None or issues or b"<?xml-stylesheet" in raw:
            continue  # what cannot be told in JSON is reported, not written
        assert canonical(write_xml(resource, r4())) == canonical(raw), file.name
        compared += 1
    assert compared > 40


def canonical(raw: bytes) -> str:
    """W3C Canonical XML, less what R4 §2.6.1 takes for nothing: comments, prefixes, and white space
    between elements."""
    root = ET.fromstring(raw)
    for element in root.iter():
        if element.tag.startswith("{http://hl7.org/fhir}"):
            element.text = None
            for child in element:
                child.tail = None
    root.tail = None
    text = ET.tostring(root, encoding="unicode")
    return ET.canonicalize(text, rewrite_prefixes=True)


@given(resources())
def test_any_resource(resource: dict[str, Any]) -> None:
    """Danger: a shape that no example has, lost on its way."""
    for pretty in (False, True):
        again, issues = read_xml(write_xml(resource, r4(), pretty=pretty), r4())
        assert (digits(sorted_(again)), issues) == (digits(sorted_(resource)), [])


def sorted_(value: Any) -> Any:
    """The order of members means nothing in JSON."""
    if isinstance(value, dict):
        return {key: sorted_(value[key]) for key in sorted(value)}
    return [sorted_(item) for item in value] if isinstance(value, list) else value


def test_the_order_is_that_of_the_definition() -> None:
    """Danger: a schema of R4 refuses what this server wrote."""
    text = written(patient(birthDate="2020", name=[{"given": ["A"], "family": "B"}], id="1"))
    assert text == (
        '<?xml version="1.0" encoding="UTF-8"?><Patient xmlns="http://hl7.org/fhir"><id value="1"/>'
        '<name><family value="B"/><given value="A"/></name><birthDate value="2020"/></Patient>'
    )


def test_one_resource_has_one_text() -> None:
    """Danger: the same content compared, or signed, as another."""
    one = patient(active=True, gender="male", name=[{"id": "n", "text": "A"}])
    other = patient(name=[{"text": "A", "id": "n"}], gender="male", active=True)
    assert written(one) == written(other)


@pytest.mark.parametrize("text", [" a\tb\r\nc  ", "<&>\"']]>", "\u0085\u2028", "\U0001f642"])
def test_white_space_and_markup_survive_any_reader(text: str) -> None:
    """Danger: a report whose lines run together, a text that becomes an element."""
    document = written(patient(name=[{"text": text}]))
    found = ET.fromstring(document)[0][0]
    assert found.get("value") == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("72.50", "72.50"),
        ("1.00E-22", "1.00E-22"),
        ("0.00", "0.00"),
        ("1E+2", "1E+2"),
        ("-0", "-0"),
    ],
)
def test_decimals_keep_their_digits(number: str, text: str) -> None:
    """Danger: a precision that was not measured, or one that is lost."""
    document = written({"resourceType": "Observation", "valueQuantity": {"value": Decimal(number)}})
    assert f'<value value="{text}"/>' in document


@pytest.mark.parametrize("before", ['<?xml version="1.0"?>', "\ufeff", " \n"])
def test_a_narrative_with_something_before_it(before: str) -> None:
    """Danger: a valid narrative makes the document that holds it malformed."""
    again, issues = read_xml(write_xml(patient(text={"div": before + DIV}), r4()), r4())
    assert (again, issues) == (patient(text={"div": DIV}), [])


def test_an_element_called_resource_type() -> None:
    """Danger: ExampleScenario.instance.resourceType taken for the type of a resource."""
    scenario = {"resourceType": "ExampleScenario", "instance": [{"resourceType": "Patient"}]}
    assert '<instance><resourceType value="Patient"/></instance>' in written(scenario)


def test_pretty_leaves_narratives_alone() -> None:
    """Danger: white space added to a text that people read, or sign."""
    text = written(
        patient(text={"status": "empty", "div": DIV}, contained=[patient()]), pretty=True
    )
    lines = text.splitlines()
    assert lines[0].startswith("<?xml")
    assert [re.match(" *", line)[0] for line in lines[1:]] == [  # type: ignore[index]
        "", "  ", "    ", "    ", "  ", "  ", "    ", "    ", "  ", ""
    ]  # fmt: skip
    assert f"    {DIV}" in lines


@pytest.mark.parametrize(
    "resource",
    [
        patient(gendre="male"),
        patient(_name=[{"id": "a"}]),
        patient(name=[["A"]]),
        patient(name="A"),
        patient(birthDate={"a": 1}),
        patient(gender=None),
        patient(contained=[{"id": "a"}]),
        patient(contained=["a"]),
        patient(text={"div": 1}),
        patient(name=[{"resourceType": "HumanName"}]),
        {"resourceType": "Patent"},
        {},
    ],
)
def test_what_is_no_fhir_is_refused(resource: dict[str, Any]) -> None:
    """Danger: a document that says less than the resource, or a fault of the server."""
    with pytest.raises(Refused) as caught:
        written(resource)
    assert caught.value.refusal.category is Category.NOT_ACCEPTABLE
    assert caught.value.refusal.issues[0].text("fr")


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_characters_that_xml_does_not_have(character: str) -> None:
    """Danger: a document that no one can read."""
    with pytest.raises(Refused) as caught:
        written(patient(name=[{"text": f"a{character}"}]))
    assert caught.value.refusal.issues[0].rule == "xml.character"


def test_many_forms_of_one_type_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Danger: a client that orders members in every possible way."""
    monkeypatch.setattr("hygie.fhir.xml.plans.MAX_PLANS", 2)
    for name in ("family", "text", "use", "period"):
        value = patient(name=[{name: "a" if name != "period" else {}}])
        assert read_xml(write_xml(value, r4()), r4())[0] == value


def test_time_follows_size() -> None:
    """Danger: quadratic time on a long array with siblings."""
    given = {"given": ["a"] * 50_000, "_given": [{"id": "b"}] * 50_000}
    start = time.process_time()
    write_xml(patient(name=[given]), r4())
    assert time.process_time() - start < 5
