"""Guards against texts that are more than texts, and binary content that is none."""

import base64
from zoneinfo import ZoneInfo

import pytest

from hygie.fhir.validate import base_validator
from hygie.hl7v2.delimiters import STANDARD
from hygie.hl7v2.escapes import escape
from hygie.hl7v2.parse import parse
from hygie.identity.patient import new_patient
from hygie.intake.mapping.content import read_content
from hygie.intake.mapping.engine import Context
from hygie.intake.mapping.person import read_person
from hygie.intake.mapping.shipped import shipped
from hygie.refusal import Refused, has_errors

HEADER = "MSH|^~\\&|SIL|LABO|HYGIE|CH|2026||ORU^R01|42|P|2.5"
PARIS = ZoneInfo("Europe/Paris")
TEXTS = (
    "<script>alert(1)</script>", "=HYPERLINK(\"http://x\")", "'; DROP TABLE hygie.inbox; --",
    "{{7*7}}", "${jndi:ldap://x}", "%(name)s {found}", "\u202egnirts", "../../etc/passwd",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_carried_as_it_is_and_is_nothing_else(text):
    """A name that runs in a page, a query, a spreadsheet or a format string."""
    written = escape(text, STANDARD)
    lines = f"{HEADER}\rPID|||1||{written}^A\rOBX|1|ST|a^{written}||{written}||||||F"
    message = parse(lines.encode())
    patient = new_patient(read_person(message, PARIS))
    context = Context(message, PARIS, "{}-{}".format, shipped())
    result = context.map_segment("OBX", message.require("OBX"))
    assert patient["name"][0]["family"] == text
    assert result["valueString"] == text
    assert result["code"]["coding"][0]["display"] == text
    assert not has_errors(base_validator().validate(patient))


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_in_a_refusal_is_shown_as_it_is(text):
    """A sentence of a refusal that breaks on what the sender wrote."""
    message = parse(f"{HEADER}\rPID|||1||A^B||{escape(text, STANDARD)}".encode())
    with pytest.raises(Refused) as caught:
        read_person(message, PARIS)
    assert text[:30] in caught.value.refusal.issues[0].text("fr")


@pytest.mark.parametrize("text", ["MAR\x00TIN", "MAR\x1b$BTIN", "MAR\\X00\\TIN", "MAR\\X1B\\TIN"])
def test_control_characters_never_reach_a_record(text):
    """A NUL that cuts a name in another system, an escape that changes its alphabet."""
    message = parse(f"{HEADER}\rPID|||1||{text}^A".encode())
    issues = base_validator().validate(new_patient(read_person(message, PARIS)))
    assert [issue.rule for issue in issues] == ["value.control"]


@pytest.mark.parametrize(
    "data", ["QUJD*", "QUJ", "QUJD=QUJD", "JVBERi0xLjcK\\X00\\", "é", "=", "QUJD" * 999 + "!"]
)
def test_base64_that_is_not_is_refused_at_its_place(data):
    """Half a document filed as a whole one."""
    obx = parse(f"{HEADER}\rOBX|1|ED|a||S^Application^PDF^Base64^{data}".encode()).require("OBX")
    with pytest.raises(Refused) as caught:
        read_content(obx)
    assert caught.value.refusal.issues[0].location == "OBX-5.5"


def test_binary_comes_back_byte_for_byte_even_cut_in_lines():
    """A document changed by the line breaks of its transport."""
    data = bytes(range(256)) * 50
    coded = base64.encodebytes(data).decode().replace("\n", "\\.br\\")
    obx = parse(f"{HEADER}\rOBX|1|ED|a||S^Application^PDF^Base64^{coded}".encode()).require("OBX")
    assert read_content(obx).data == data
