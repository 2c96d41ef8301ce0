"""Guards against what must stay in order filed side by side."""

import json

import pytest

from hygie.intake.folder import Content
from hygie.intake.ways import ALONE, RESOURCES, way_of


def resource(**elements):
    return Content("fhir", json.dumps(elements).encode())


def message(write, source="/adt", event="ADT^A28", **given):
    return way_of(Content("hl7v2", write(event, **given)), source)


def test_two_versions_of_one_resource_keep_their_order():
    """An old version filed last, because its id stood elsewhere in the line, or was escaped."""
    first = resource(resourceType="Patient", id="p1", contained=[{"id": "p2"}])
    second = Content(
        "fhir", b'{"id":"\\u0070\\u0031","name":[{"id":"p3"}],"resourceType":"Patient"}'
    )
    other = resource(resourceType="Practitioner", id="p1")
    assert way_of(first, "/a") == way_of(second, "/b")
    assert way_of(first, "/a").group == way_of(other, "/a").group == RESOURCES
    assert way_of(first, "/a").key != way_of(other, "/a").key


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"\xff", b'{"id":1,"resourceType":"Patient"}', b"[" * 9_999, b"\x00"]
)
def test_what_cannot_be_read_waits_for_nobody(raw):
    """A file held back by a line that will be refused; or a crash."""
    assert way_of(Content("fhir", raw), "/a").group == RESOURCES


def test_what_touches_several_resources_goes_alone():
    """A bundle carried out before the resources that it refers to."""
    assert way_of(resource(resourceType="Bundle", type="transaction"), "/a") == ALONE
    assert way_of(Content("cda", b"<ClinicalDocument/>"), "/a") == ALONE


def test_xml_keeps_its_order_too():
    """An old version in XML filed after the new one in JSON."""
    start = b'<?xml version="1.0"?>\n<Patient xmlns="http://hl7.org/fhir">\n '
    one = Content("fhir", start + b'<id value="p1"/><active value="true"/></Patient>')
    assert way_of(one, "/a") == way_of(resource(resourceType="Patient", id="p1"), "/b")
    assert way_of(Content("fhir", start + b"</Patient>"), "/a").group == RESOURCES
    bundle = b'<Bundle xmlns="http://hl7.org/fhir"><type value="batch"/></Bundle>'
    prefixed = b'<f:Patient xmlns:f="http://hl7.org/fhir"><f:id value="p1"/></f:Patient>'
    assert way_of(Content("fhir", bundle), "/a") == way_of(Content("fhir", prefixed), "/a") == ALONE


def test_messages_of_one_patient_keep_their_order(write):
    """A discharge filed before the admission."""
    ins = "1760275056012^^^ASIP&1.2.250.1.213.1.4.8&ISO^INS-NIR"
    one, two = "1^^^CH&1.2.3&ISO^PI", "2^^^CH&1.2.3&ISO^PI"
    admitted = message(write, event="ADT^A01", person={3: one}, visit="V1")
    left = message(write, event="ADT^A03", person={3: f"{ins}~{one}"}, visit="V1")
    assert admitted == left
    assert message(write, person={3: two}).key != admitted.key
    assert message(write, person={3: two}).group == admitted.group


def test_another_feed_waits(write):
    """Results that arrive in a record before the person is known."""
    assert message(write, source="/labs").group != message(write, source="/adt").group


def test_merges_and_unknown_patients_go_alone(write):
    """A merge filed while messages of either patient are."""
    merge = ["MRG|2^^^CH&1.2.3&ISO^PI"]
    assert message(write, event="ADT^A40", extra=merge) == ALONE
    assert message(write, event="ADT^A40", extra=["PID|||9^^^CH&1.2.3&ISO^PI"]) == ALONE
    assert message(write, person={3: "123"}) == ALONE
    assert way_of(Content("hl7v2", b"MSH|"), "/adt") == ALONE
    assert way_of(Content("hl7v2", b"MSH|\rPID"), "/adt") == ALONE
