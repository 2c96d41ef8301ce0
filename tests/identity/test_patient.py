"""Guards against an INS attached, kept or lost against the rules, and against wrong FHIR."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.french.words import Word
from hygie.fhir.validate import base_validator
from hygie.identity import systems
from hygie.identity.elements import read_ins, read_reliability, read_traits
from hygie.identity.ins import Kind, Matricule
from hygie.identity.patient import UNKNOWN, new_patient, over, spoken_over, with_local
from hygie.identity.person import LocalIdentifier, Person
from hygie.identity.status import Attribute, Reliability, Status, reliability
from hygie.identity.traits import Traits

INS = Matricule("276037510669326", Kind.TEST)
OTHER = Matricule("180047510112333", Kind.NIR)
IPP = LocalIdentifier("urn:oid:1.2.3", "8000001")
TRAITS = Traits(
    birth_name="MARTIN", given="ANNE", given_list="ANNE LUCIE", used_name="DUPONT",
    birth_date="1976-03-02", gender="female", birth_place="75106",
)  # fmt: skip
QUALIFIED = Reliability(Status.QUAL)


def person(**changes) -> Person:
    given = {"local": (IPP,), "ins": INS, "reliability": QUALIFIED, "traits": TRAITS}
    return Person(**(given | changes))


def systems_of(patient):
    return {item["system"] for item in patient["identifier"]}


def test_a_qualified_person_is_an_fr_core_ins_patient():
    """A Patient that other French systems refuse or misread."""
    patient = new_patient(person())
    assert base_validator().validate(patient) == []
    ins = next(item for item in patient["identifier"] if item["system"] == Kind.TEST.system)
    assert ins["use"] == "official"
    assert ins["type"]["coding"][0]["code"] == "INS-NIR-TEST"
    official, usual = patient["name"]
    assert (official["use"], official["family"], official["given"]) == (
        "official",
        "MARTIN",
        ["ANNE"],
    )
    assert official["extension"][0]["valueString"] == "ANNE LUCIE"
    assert (usual["use"], usual["family"]) == ("usual", "DUPONT")
    assert sum(item["use"] == "official" for item in patient["identifier"]) == 1


@pytest.mark.parametrize("status", [Status.PROV, Status.VALI, Status.RECUP])
def test_without_qualification_the_matricule_is_no_ins(status):
    """INS/va1.53: a matricule sent on electronically although the identity is not qualified."""
    patient = new_patient(person(reliability=Reliability(status)))
    assert read_ins(patient) is None
    assert not systems_of(patient) & {kind.system for kind in Kind}
    assert systems.UNQUALIFIED_INS + Kind.TEST.oid in systems_of(patient)
    assert base_validator().validate(patient) == []


def test_an_identity_that_becomes_doubtful_gives_its_ins_up():
    """An INS that stays in use after somebody doubted the identity."""
    patient = over(new_patient(person()), person(
        ins=None, reliability=reliability(Status.QUAL, [Attribute.DOUBTFUL])
    ))  # fmt: skip
    assert read_ins(patient) is None
    assert read_reliability(patient).status is Status.PROV
    assert systems.UNQUALIFIED_INS + Kind.TEST.oid in systems_of(patient)


def test_a_silent_message_changes_neither_status_nor_ins():
    """A sender that says nothing of identity takes the INS away."""
    stored = new_patient(person())
    assert over(stored, person(ins=None, reliability=Reliability(known=False))) == stored


def test_an_unqualified_matricule_never_replaces_the_one_in_use():
    """A wrong matricule from a sender that knows nothing of the identity becomes the INS."""
    stored = new_patient(person())
    silent = Reliability(known=False)
    changed = over(stored, person(ins=OTHER, reliability=silent))
    assert read_ins(changed) == INS


def test_a_new_ins_leaves_the_old_one_marked_old():
    """Two INS in use at once; or the former lost."""
    nia = Matricule("776037510669380", Kind.NIA)
    changed = over(new_patient(person(ins=nia)), person(ins=OTHER))
    assert read_ins(changed) == OTHER
    old = [item for item in changed["identifier"] if item["use"] == "old"]
    assert [item["value"] for item in old] == [nia.value]


def test_what_a_message_does_not_say_stays():
    """Demographics erased by a message that leaves a field empty; or kept against an explicit
    deletion."""
    stored = new_patient(person(details={"telecom": [{"system": "phone", "value": "0102"}]}))
    assert over(stored, person())["telecom"] == stored["telecom"]
    assert "telecom" not in over(stored, person(cleared=frozenset({"telecom"})))


def test_a_result_only_adds_an_identifier():
    """A laboratory's idea of the patient overwrites the admission office's."""
    stored = new_patient(person())
    other = LocalIdentifier("urn:oid:9.9.9", "L1")
    changed = with_local(stored, person(local=(other,), traits=Traits(birth_name="MARTINE")))
    assert changed["name"] == stored["name"]
    assert systems_of(changed) == systems_of(stored) | {"urn:oid:9.9.9"}


names = st.text(st.characters(codec="utf-8", categories=["Lu", "Ll"]), min_size=1, max_size=12)


@given(
    st.builds(
        Traits, birth_name=names, given=names, given_list=names, used_name=names, used_given=names,
        birth_date=st.dates().map(str), gender=st.sampled_from(["male", "female"]),
        birth_place=st.sampled_from(["75106", "2A004", "99352"]),
    ),
    st.sampled_from(list(Status)),
)  # fmt: skip
def test_what_is_written_is_what_is_read(traits, status):
    """A trait lost between a message and the comparison that decides who is meant."""
    patient = new_patient(person(traits=traits, reliability=Reliability(status)))
    assert read_traits(patient) == traits
    assert read_reliability(patient).status is status
    assert over(patient, person(traits=traits, reliability=Reliability(status))) == patient


def word(rank: int, by: str = "urn:oid:1.2.3") -> Word:
    return Word(f"2026-01-10T12:00:{rank:02d}+01:00", by)


partial = st.fixed_dictionaries({}, optional={
    "name": st.booleans(), "used": st.booleans(), "birth": st.booleans(),
    "telecom": st.sampled_from(["said", "cleared"]), "address": st.booleans(),
    "status": st.sampled_from([Status.PROV, Status.VALI]),
})  # fmt: skip


def spoken(rank: int, parts: dict[str, object]) -> Person:
    """A person of whom each part said is told apart by the rank of its message."""
    traits = Traits(
        **({"birth_name": f"N{rank}", "given": f"G{rank}"} if parts.get("name") else {}),
        **({"used_name": f"U{rank}", "used_given": f"V{rank}"} if parts.get("used") else {}),
        birth_date=f"19{rank:02d}-01-01" if parts.get("birth") else "",
    )
    details = {"address": [{"city": f"C{rank}"}]} if parts.get("address") else {}
    if parts.get("telecom") == "said":
        details["telecom"] = [{"system": "phone", "value": str(rank)}]
    status = parts.get("status")
    return Person(
        local=(IPP,), traits=traits, details=details,
        cleared=frozenset({"telecom"}) if parts.get("telecom") == "cleared" else frozenset(),
        reliability=Reliability(status) if status else Reliability(known=False),
    )  # fmt: skip


def told(people) -> dict:
    patient = UNKNOWN
    for rank, one in people:
        patient, _ = spoken_over(patient, one, word(rank), noted=True)
    return {name: value for name, value in patient.items() if name != "extension"} | {
        "status": read_reliability(patient)
    }


@given(st.lists(partial, max_size=5).flatmap(
    lambda said: st.tuples(st.just(said), st.permutations(range(len(said))))
))  # fmt: skip
def test_the_order_of_arrival_makes_no_difference_to_demographics(drawn):
    """Last year's address or a corrected name back, because an old message was sent again."""
    said, order = drawn
    people = [(rank, spoken(rank, parts)) for rank, parts in enumerate(said)]
    assert told(people[rank] for rank in order) == told(people)


def test_a_late_word_adds_identifiers_and_says_what_was_late():
    """A number lost because its message was old."""
    stored, none = spoken_over(UNKNOWN, spoken(2, {"name": True}), word(2), noted=True)
    other = LocalIdentifier("urn:oid:1.2.9", "L1")
    late = msgspec.structs.replace(spoken(1, {"name": True}), local=(IPP, other))
    changed, names_ = spoken_over(stored, late, word(1), noted=True)
    assert (none, names_) == (frozenset(), {"birth_name", "given"})
    assert systems_of(changed) == systems_of(stored) | {"urn:oid:1.2.9"}
    assert changed["name"] == stored["name"]
    assert base_validator().validate(changed) == []


def test_another_authority_or_the_same_second_is_not_late():
    """A system whose clock runs behind that can never again say anything."""
    stored, _ = spoken_over(UNKNOWN, spoken(2, {"name": True}), word(2), noted=True)
    for said in (word(1, "urn:oid:9"), word(2)):
        changed, late = spoken_over(stored, spoken(3, {"name": True}), said, noted=True)
        assert (changed["name"][0]["family"], late) == ("N3", frozenset())
