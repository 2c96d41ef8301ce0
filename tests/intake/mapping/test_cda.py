"""Guards against documents filed for the wrong person, and against hostile XML."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.intake.mapping.cda import is_well_formed, looks_like_cda, read_header
from hygie.refusal import Refused

PARIS = ZoneInfo("Europe/Paris")
CDA = """<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
 <id root="1.2.3" extension="77"/>
 <code code="11502-2" codeSystem="2.16.840.1.113883.6.1" displayName="CR"/>
 <title>CR de biologie</title>
 <effectiveTime value="20260110101500+0100"/>
 <confidentialityCode code="N"/>
 <recordTarget><patientRole>
  <id root="1.2.250.1.213.1.4.10" extension="276037510669326"/>
  <id root="1.2.9" extension="8001"/>
  <patient>
   <name><family qualifier="BR">MARTIN</family><family qualifier="CL">DUPONT</family>
    <given>ANNE LUCIE</given><given qualifier="BR">ANNE</given></name>
   <administrativeGenderCode code="F"/><birthTime value="19760302"/>
   <birthplace><place><addr><county>75106</county></addr></place></birthplace>
  </patient></patientRole></recordTarget>
 <author><assignedAuthor><assignedPerson><name><given>Luc</given><family>ROY</family></name>
 </assignedPerson></assignedAuthor></author>
 <relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.3" extension="76"/>
 </parentDocument></relatedDocument>
</ClinicalDocument>"""


def test_the_header_is_read():
    """Traits of a French CDA header taken one for another."""
    header = read_header(CDA.encode(), PARIS)
    assert (header.id, header.replaces, header.title) == ("1.2.3^77", "1.2.3^76", "CR de biologie")
    assert header.code["coding"][0]["system"] == "http://loinc.org"
    assert header.date == "2026-01-10T10:15:00+01:00"
    assert header.authors == ("Luc ROY",)
    traits = header.person.traits
    assert (traits.birth_name, traits.used_name, traits.given) == ("MARTIN", "DUPONT", "ANNE")
    assert (traits.given_list, traits.birth_place) == ("ANNE LUCIE", "75106")
    assert header.person.qualified_ins.value == "276037510669326"
    assert [local.value for local in header.person.local] == ["8001"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("<ClinicalDocument", '<!DOCTYPE x [<!ENTITY a "b">]><ClinicalDocument'), "cda.doctype"),
        (("<title>", "<title>" + "<b>" * 300), "cda.depth"),
        (("</ClinicalDocument>", ""), "cda.syntax"),
        (("<id root=\"1.2.3\" extension=\"77\"/>", ""), "cda.no-id"),
        (("recordTarget", "other"), "cda.no-patient"),
        (("CR de biologie", "&unknown;"), "cda.syntax"),
        (("20260110101500+0100", "hier"), "hl7.time"),
    ],
)  # fmt: skip
def test_what_cannot_be_trusted_is_refused(change, rule):
    """Entities that expand to gigabytes, files read by an external entity, endless nesting."""
    with pytest.raises(Refused) as caught:
        read_header(CDA.replace(*change).encode(), PARIS)
    assert caught.value.refusal.issues[0].rule == rule


@given(st.binary(max_size=300))
def test_nothing_but_a_refusal_comes_out_of_garbage(garbage):
    """A document that brings the gateway down."""
    for raw in (garbage, b"<ClinicalDocument>" + garbage):
        looks_like_cda(raw)
        if is_well_formed(raw):
            with pytest.raises(Refused):
                read_header(raw, PARIS)
