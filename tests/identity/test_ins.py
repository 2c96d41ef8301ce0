"""Guards against matricules taken for what they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.identity.ins import Kind, Matricule, check_coherence, check_key, has_right_key, matricule
from hygie.identity.traits import Traits
from hygie.refusal import Refused

departments = st.sampled_from([f"{n:02d}" for n in range(1, 96) if n != 20] + ["2A", "2B", "99"])


def key_of(first13: str) -> int:
    """The definition, literally: 97 - (first 13 mod 97), 2A as 19 and 2B as 18."""
    return 97 - int(first13.replace("2A", "19").replace("2B", "18")) % 97


@given(
    st.sampled_from("1278"), st.integers(0, 99), st.integers(1, 12), departments,
    st.integers(1, 999), st.integers(1, 999),
)  # fmt: skip
def test_the_key_is_that_of_the_definition(sex, year, month, department, commune, order):
    """A right matricule refused, or a wrong one accepted, Corsica included."""
    first = f"{sex}{year:02d}{month:02d}{department}{commune:03d}{order:03d}"
    right = f"{key_of(first):02d}"
    assert has_right_key(Matricule(first + right, Kind.NIR))
    wrong = f"{(int(right) + 1) % 97:02d}"
    assert not has_right_key(Matricule(first + wrong, Kind.NIR))


def test_a_wrong_key_is_an_error_when_entered_and_a_warning_when_received():
    """Care data lost over a typing error of the sender; or a typing error of ours let through."""
    number = matricule("223042545611404", Kind.NIR.oid)
    assert [issue.severity for issue in check_key(number, "entered")] == ["error"]
    assert [issue.severity for issue in check_key(number, "received", "PID-3.1")] == ["warning"]


@pytest.mark.parametrize(
    "text",
    ["", "12345", "2760375106693801", "2X6037510669380", "27603751066938A", "２760375106693"],
)
def test_what_has_not_the_shape_of_a_matricule_is_refused(text):
    """A record filed under something that no other system can recognise."""
    with pytest.raises(Refused) as caught:
        matricule(text, Kind.NIR.oid, "PID-3[2].1")
    assert caught.value.refusal.issues[0].location == "PID-3[2].1"


def test_spaces_are_no_part_of_a_matricule():
    """Two writings of one matricule taken for two persons."""
    assert matricule("2 76 03 75 106 693 80", Kind.NIR.oid).value == "276037510669380"


def test_only_ins_oids_make_an_ins():
    """A billing number (NSS) used as national identity."""
    with pytest.raises(Refused):
        matricule("276037510669380", "1.2.250.1.213.1.4.13")


def test_contradicted_traits_are_pointed_out():
    """An identity usurped or mistyped, and nobody told."""
    number = matricule("276037510669380", Kind.NIR.oid)
    coherent = Traits(gender="female", birth_date="1976-03-02", birth_place="75106")
    assert check_coherence(number, coherent) == []
    other = Traits(gender="male", birth_date="2010-08-07", birth_place="63220")
    traits = {issue.details["trait_en"] for issue in check_coherence(number, other)}
    assert traits == {"sex", "year of birth", "birth place"}


def test_corsica_had_one_department_once():
    """False alarms about everybody born in Corsica before 1976."""
    number = matricule("1500220004012" + "00", Kind.NIR.oid)
    born = Traits(gender="male", birth_date="1950-02-01", birth_place="2A004")
    assert check_coherence(number, born) == []
