"""Guards against somebody else's identity read from a message."""

from zoneinfo import ZoneInfo

import pytest

from hygie.hl7v2.parse import parse
from hygie.identity.ins import Kind
from hygie.identity.person import LocalIdentifier
from hygie.identity.status import Status
from hygie.intake.mapping.person import read_person
from hygie.refusal import Refused

HEADER = "MSH|^~\\&|GAM|CH&1.9.9&ISO|HYGIE|CH|2026||ADT^A28|1|P|2.5^FRA^2.11"
INS = "276037510669326^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS^^20200101"
IPP = "8001^^^CH&1.2.3&ISO^PI"
NAMES = "MARTIN^ANNE^ANNE,LUCIE^^^^L~DUPONT^LUCIE^^^MME^^D"
ADDRESSES = "1 rue X^bât. B^LYON^^69001^FRA^H^^69381~^^PARIS^^^^BDL^^75106"


def person(**fields):
    given = {"p3": f"{IPP}~{INS}", "p5": NAMES, "p7": "197603021530", "p8": "F",
             "p11": ADDRESSES, "p32": "VALI"} | fields  # fmt: skip
    cells = [""] * 33
    for name, value in given.items():
        cells[int(name[1:])] = value
    return read_person(
        parse(f"{HEADER}\rPID{'|'.join(cells)}\r".encode()), ZoneInfo("Europe/Paris")
    )


def test_a_french_pid_is_read_whole():
    """Traits taken from the wrong repetition or component: a match missed or wrong."""
    found = person()
    assert found.local == (LocalIdentifier("urn:oid:1.2.3", "8001", "PID-3.1"),)
    assert (found.ins.value, found.ins.kind, found.ins_place) == (
        "276037510669326", Kind.TEST, "PID-3[2].1",
    )  # fmt: skip
    assert found.qualified_ins == found.ins
    traits = found.traits
    assert (traits.birth_name, traits.given, traits.given_list) == ("MARTIN", "ANNE", "ANNE LUCIE")
    assert (traits.used_name, traits.used_given) == ("DUPONT", "LUCIE")
    assert (traits.birth_date, traits.gender, traits.birth_place) == (
        "1976-03-02",
        "female",
        "75106",
    )
    [home] = found.details["address"]
    assert (home["line"], home["city"], home["use"]) == (["1 rue X", "bât. B"], "LYON", "home")
    assert home["extension"][0]["valueCoding"]["code"] == "69381"


def test_without_qualification_the_matricule_decides_nothing():
    """A patient recognised by a matricule that nobody vouched for."""
    for status in ("PROV", "", "VIDE"):
        found = person(p32=status)
        assert found.qualified_ins is None
        assert [w.rule for w in found.warnings] == ["ins.not-qualified"]


def test_doubt_takes_the_qualification_away():
    """An identity marked doubtful still matched by its INS."""
    assert person(p32="VALI~DOUT").reliability.status is Status.PROV
    with pytest.raises(Refused) as caught:
        person(p32="FICT~DOUT")
    assert caught.value.refusal.issues[0].location == "PID-32"


def test_an_identifier_without_authority_belongs_to_its_sender():
    """Patient 12 of one hospital taken for patient 12 of another."""
    [local] = person(p3="12").local
    assert local.system == "urn:hygie:authority:CH"
    [named] = person(p3="12^^^CLINIQUE DU PARC^PI").local
    assert named.system == "urn:hygie:authority:CLINIQUE%20DU%20PARC"


def test_numbers_of_visits_and_of_insurance_do_not_decide_who_is_meant():
    """Two insured on one social security number taken for one patient."""
    found = person(p3=f"{IPP}~176037510669380^^^CNAM&1.2.250.1.213.1.4.13&ISO^NH~V1^^^CH^VN")
    assert [local.value for local in found.local] == ["8001"]
    assert [other["type"]["coding"][0]["code"] for other in found.others] == ["NH"]


def test_birth_names_of_older_senders():
    """A used name taken for the birth name."""
    traits = person(p5="DUPONT^ANNE^^^^^L~MARTIN^ANNE^^^^^M").traits
    assert (traits.birth_name, traits.used_name) == ("MARTIN", "DUPONT")


def test_forbidden_fields_are_never_read():
    """Race, religion or ethnic group in a French record."""
    found = person(p10="2106-3", p17="CAT", p22="H")
    assert found.details == person().details


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("p7", "19760231", "PID-7"),
        ("p8", "Z", "PID-8"),
        ("p3", f"{IPP}~123^^^X&1.2.250.1.213.1.4.8&ISO^INS", "PID-3[2].1"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(field, value, place):
    """An identity with a trait that nobody gave it."""
    with pytest.raises(Refused) as caught:
        person(**{field: value})
    assert caught.value.refusal.issues[0].location == place
