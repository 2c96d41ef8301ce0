"""$closure: the pairs that new concepts add to a client's table (R4 §4.6.6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.terminology.making import ANIMALS, BEASTS, EVERYTHING

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.closure import Relation, closure, concept_map, read_closure
from hygie.fhir.terminology.subject import Coded
from hygie.refusal import Refused

KNOWN = Catalogue.of([ANIMALS])
SYSTEM = KNOWN.system(BEASTS)


def beast(code: str) -> Coded:
    return Coded(BEASTS, "", code)


def pairs(relations: list[Relation]) -> set[tuple[str, str, str]]:
    return {
        (each.source.code, each.target.code if each.target else "", each.equivalence)
        for each in relations
    }


def test_a_new_concept_is_told_against_those_held() -> None:
    """Danger: a pair lacks and the client misses a patient, or points the wrong way."""
    told = closure(KNOWN, [beast("mammal"), beast("whale")], [beast("cat"), beast("animal")])
    assert pairs(told) == {
        ("cat", "mammal", "subsumes"),
        ("mammal", "animal", "subsumes"),
        ("whale", "animal", "subsumes"),
        ("cat", "animal", "subsumes"),
    }


def test_what_is_held_already_adds_nothing_and_what_is_unknown_is_said() -> None:
    """Danger: the same rows told over and over; an unknown code passed over in silence."""
    held = [beast("cat"), beast("mammal")]
    assert closure(KNOWN, held, [beast("cat")]) == []
    assert pairs(closure(KNOWN, held, [beast("unicorn")])) == {("unicorn", "", "unmatched")}


@given(st.lists(st.sampled_from(EVERYTHING), unique=True), st.data())
def test_told_in_any_portions_it_comes_to_the_same(codes: list[str], data: st.DataObject) -> None:
    """Danger: the table depends on the order in which a client met its concepts."""
    cut = data.draw(st.integers(0, len(codes)))
    first = closure(KNOWN, [], map(beast, codes[:cut]))
    second = closure(KNOWN, map(beast, codes[:cut]), map(beast, codes[cut:]))
    whole = closure(KNOWN, [], map(beast, codes))
    assert pairs(first) | pairs(second) == pairs(whole)
    assert SYSTEM is not None
    assert pairs(whole) == {
        (code, above, "subsumes")
        for code in codes
        for above in SYSTEM.above(code)
        if above in codes
    }


def test_as_a_concept_map() -> None:
    """Danger: an answer that is no ConceptMap of R4, or has not the table's version."""
    told = closure(KNOWN, [beast("mammal")], [beast("cat")])
    answer = concept_map("problems", "3", "2026-01-01", told)
    assert (answer["name"], answer["version"]) == ("problems", "3")
    target = [{"code": "mammal", "equivalence": "subsumes"}]
    element = [{"code": "cat", "target": target}]
    assert answer["group"] == [{"source": BEASTS, "target": BEASTS, "element": element}]
    assert "group" not in concept_map("problems", "1", "2026-01-01", [])


def test_requests() -> None:
    """Danger: a table without a name, or both an addition and a repetition, half understood."""
    name = {"name": "name", "valueString": "problems"}
    concept = {"name": "concept", "valueCoding": {"system": BEASTS, "code": "cat"}}
    since = {"name": "version", "valueString": "2"}
    read = read_closure(Asked({"parameter": [name, concept]}))
    assert (read.name, read.concepts, read.since) == ("problems", (beast("cat"),), "")
    for wrong in ([concept], [name, concept, since], [name, {**concept, "valueCoding": {}}]):
        with pytest.raises(Refused):
            read_closure(Asked({"parameter": wrong}))
