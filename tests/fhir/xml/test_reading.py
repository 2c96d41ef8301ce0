"""FHIR XML becomes the JSON of the same resource, exactly."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.fhir.xml.writer import to_xml

from hygie.fhir.codec import decode
from hygie.fhir.definitions import r4
from hygie.fhir.validate import base_validator
from hygie.fhir.xml import read_xml
from hygie.limits import MAX_BUNDLE_BYTES

XMLNS = 'xmlns="http://hl7.org/fhir"'
DIV = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p title='a>b'>é<br/>&lt;</p></div>"


def read(text: str) -> Any:
    resource, issues = read_xml(text.encode(), r4())
    assert issues == []
    return resource


def found(text: str) -> list[tuple[str, str]]:
    """Rule and place of each issue."""
    return [(issue.rule, issue.location) for issue in read_xml(text.encode(), r4())[1]]


def test_every_official_example(suites: Path) -> None:
    """Danger: a resource that says something else in XML than in JSON."""
    files = sorted((suites / "r4-examples").glob("*.json"))
    assert len(files) > 700
    for file in files:
        resource = decode(file.read_bytes(), limit=MAX_BUNDLE_BYTES)
        assert (resource, []) == read_xml(to_xml(resource, r4()), r4(), limit=MAX_BUNDLE_BYTES)


def test_values_have_the_types_of_json() -> None:
    """Danger: digits of a decimal lost, numbers and booleans that stay texts."""
    observation = read(
        f'<Observation {XMLNS}><valueQuantity><value value="72.50"/></valueQuantity>'
        '<component><valueInteger value="+7"/></component>'
        '<component><valueBoolean value="true"/></component>'
        '<component><valueQuantity><value value="1e2"/></valueQuantity></component>'
        "</Observation>"
    )
    assert str(observation["valueQuantity"]["value"]) == "72.50"
    assert observation["component"][0] == {"valueInteger": 7}
    assert observation["component"][1] == {"valueBoolean": True}
    assert observation["component"][2]["valueQuantity"]["value"] == Decimal("1e2")


@pytest.mark.parametrize("text", ["007", "1,5", "0x1", "٣", "1e999", "", " 1", "True", "NaN"])
def test_what_is_no_number_stays_for_the_structure_to_report(text: str) -> None:
    """Danger: a wrong value made right, or lost, by its reading."""
    patient = read(f'<Patient {XMLNS}><multipleBirthInteger value="{text}"/></Patient>')
    assert patient["multipleBirthInteger"] == text
    assert base_validator().validate(patient)


def test_siblings_of_primitives() -> None:
    """Danger: an extension that ends up beside another given name."""
    patient = read(
        f'<Patient {XMLNS}><active id="a" value="true"/><name><given value="A"/>'
        '<given id="b"/><given value="C"><extension url="u"><valueCode value="x"/></extension>'
        '</given><given value="D"/></name><birthDate><extension url="u">'
        '<valueCode value="x"/></extension></birthDate></Patient>'
    )
    extension = {"extension": [{"url": "u", "valueCode": "x"}]}
    assert patient["name"] == [
        {"given": ["A", None, "C", "D"], "_given": [None, {"id": "b"}, extension, None]}
    ]
    assert patient["_active"] == {"id": "a"}
    assert patient["_birthDate"] == extension
    assert "birthDate" not in patient


def test_values_absent_from_a_whole_array() -> None:
    """Danger: an array of nothing but null, which JSON does not have."""
    patient = read(f'<Patient {XMLNS}><name><given id="a"/><given id="b"/></name></Patient>')
    assert patient["name"] == [{"_given": [{"id": "a"}, {"id": "b"}]}]


def test_an_element_without_anything_is_reported_by_the_structure() -> None:
    """Danger: an empty element passes for an absent one."""
    patient = read(
        f'<Patient {XMLNS}><name><given/><given value="B"/></name><birthDate/></Patient>'
    )
    assert patient["name"] == [{"given": ["", "B"]}]
    assert {i.location for i in base_validator().validate(patient)} == {
        "Patient.name[0].given[0]", "Patient.birthDate"
    }  # fmt: skip


def test_a_narrative_is_kept_to_the_character() -> None:
    """Danger: a signature, or a reader, of the narrative sees another text."""
    text = f'<Patient {XMLNS}><text><status value="generated"/>{DIV}</text></Patient>'
    assert read(text)["text"]["div"] == DIV


@pytest.mark.parametrize("div", ["<div X/>", "<div X></div>", "<div X  ></div >", "<div X>a</div>"])
def test_a_narrative_ends_with_its_own_tag(div: str) -> None:
    """Danger: what follows an empty narrative becomes a part of it."""
    div = div.replace("X", 'xmlns="http://www.w3.org/1999/xhtml" title="a/>b"')
    patient = read(f"<Patient {XMLNS}><text>{div}</text></Patient>")
    assert patient["text"]["div"] == div


@pytest.mark.parametrize(
    ("head", "div", "stands_alone"),
    [
        ('xmlns:h="http://www.w3.org/1999/xhtml"', "<h:div>a</h:div>", True),
        ('xmlns:h="http://www.w3.org/1999/xhtml"', "<h:div/>", False),
    ],
)
def test_a_narrative_stands_alone(head: str, div: str, stands_alone: bool) -> None:
    """Danger: a prefix declared above the narrative is undeclared in JSON."""
    patient = read(
        f'<Patient {XMLNS} {head}><text><status value="generated"/>{div}</text></Patient>'
    )
    assert 'xmlns:h="http://www.w3.org/1999/xhtml"' in patient["text"]["div"]
    assert (base_validator().validate(patient) == []) is stands_alone


def test_a_narrative_whose_namespace_is_the_default_one_above() -> None:
    """Danger: a narrative that leans on its surroundings."""
    patient = read(
        '<f:Patient xmlns:f="http://hl7.org/fhir" xmlns="http://www.w3.org/1999/xhtml"><f:text>'
        '<f:status value="generated"/><div>a</div></f:text></f:Patient>'
    )
    assert patient["text"]["div"] == '<div xmlns="http://www.w3.org/1999/xhtml">a</div>'


def test_comments_are_no_content() -> None:
    """Danger: what is commented out counts, or splits a text in two."""
    patient = f'<!-- a --><Patient {XMLNS}><!-- b --><active value="true"/></Patient><!-- c -->'
    assert read(patient) == {"resourceType": "Patient", "active": True}


def test_resources_in_resources() -> None:
    """Danger: contained resources and entries lost, or at another place."""
    bundle = (
        f"<Bundle {XMLNS}><entry><resource><Patient><contained><Patient>"
        '<id value="a"/></Patient></contained><contained><Basic><id value="b"/></Basic>'
        "</contained></Patient></resource></entry></Bundle>"
    )
    assert read(bundle)["entry"][0]["resource"] == {
        "resourceType": "Patient",
        "contained": [{"resourceType": "Patient", "id": "a"}, {"resourceType": "Basic", "id": "b"}],
    }


@pytest.mark.parametrize(
    ("inside", "rule", "place"),
    [
        ('<gendre value="a"/>', "structure.unknown-element", "Patient.gendre"),
        ('<gender value="a" system="b"/>', "xml.attribute", "Patient.gender"),
        ('<name xml:lang="fr"><text value="a"/></name>', "xml.attribute", "Patient.name[0]"),
        ("<name>Durand</name>", "xml.text", "Patient.name[0]"),
        ('<active value="true">oui</active>', "xml.text", "Patient.active"),
        ('<gender value="a"/><active value="true"/>', "xml.order", "Patient.active"),
        ('<active value="true"/><active value="false"/>', "structure.maximum", "Patient.active"),
        ("<?php a?>", "xml.instruction", "Patient"),
        ("<contained><Patent/></contained>", "structure.resource-type", "Patient.contained[0]"),
        ('<active xmlns="urn:a" value="true"/>', "xml.namespace", "Patient.active"),
        ("<text><div>a</div></text>", "xml.namespace", "Patient.text.div"),
        (
            "<contained><Basic/><Basic/></contained>",
            "structure.maximum",
            "Patient.contained[0].Basic",
        ),
    ],
)
def test_faults_have_a_place(inside: str, rule: str, place: str) -> None:
    """Danger: a fault of XML that JSON cannot show goes unsaid."""
    assert (rule, place) in found(f"<Patient {XMLNS}>{inside}</Patient>")


def test_a_document_without_a_namespace_is_one_fault() -> None:
    """Danger: one forgotten attribute hides all else under a fault for each element."""
    text = '<Patient><name><family value="a"/></name></Patient>'
    assert found(text) == [("xml.namespace", "Patient")]


def test_an_unknown_root_is_no_resource() -> None:
    """Danger: a CDA document read as an empty resource."""
    resource, issues = read_xml(b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>', r4())
    assert resource is None
    assert [issue.rule for issue in issues] == ["structure.resource-type"]
