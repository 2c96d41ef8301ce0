"""Guards against a stay that depends on which message came first, or came twice."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.intake.stays.histories import histories

from hygie.fhir.french.facts import read_facts
from hygie.fhir.validate import base_validator
from hygie.intake.stays.encounter import revise
from hygie.intake.stays.movements import needed
from hygie.intake.stays.rules import broken
from hygie.intake.stays.stay import project

BASE = {"resourceType": "Encounter", "id": "e", "subject": {"reference": "Patient/p"}}


def arriving(facts, stored=None):
    """The Encounter after the facts have come one by one, each with what its message said."""
    encounter = stored or {}
    for fact in facts:
        elements = {
            "identifier": [{"value": "V1"}],
            "reasonCode": [{"text": fact.recorded}],
            "hospitalization": {"admitSource": {"text": fact.location}} if fact.location else {},
        }
        encounter = revise(encounter, BASE, elements, fact)
    return encounter


@settings(max_examples=150, deadline=None)
@given(histories(), st.data())
def test_any_order_of_arrival_makes_the_same_stay(facts, data):
    """A patient shown in another bed because a transfer overtook an admission on the way."""
    right = arriving(facts)
    again = data.draw(st.lists(st.sampled_from(facts), max_size=4))
    shuffled = data.draw(st.permutations([*facts, *again]))
    assert arriving(shuffled) == right


@settings(max_examples=100, deadline=None)
@given(histories(), histories(), st.data())
def test_even_facts_that_contradict_each_other_make_one_stay(first, other, data):
    """Two offices at odds, and a stay that follows whichever spoke last on the wire."""
    facts = [*first, *other]
    assert arriving(data.draw(st.permutations(facts))) == arriving(facts)


@settings(max_examples=100, deadline=None)
@given(histories())
def test_what_is_kept_is_enough(facts):
    """A fact forgotten between two messages that would have mattered later."""
    kept = needed(facts)
    assert project(kept) == project(facts)
    assert sorted(fact.weight for fact in read_facts(project(facts))) == sorted(
        fact.weight for fact in kept
    )
    for rank in range(len(facts)):
        assert project([*needed(facts[:rank]), *facts[rank:]]) == project(facts)


@settings(max_examples=100, deadline=None)
@given(histories())
def test_a_history_that_keeps_the_rules_breaks_none(facts):
    """Warnings on every ordinary message, that nobody reads any more."""
    for rank, fact in enumerate(facts):
        assert broken(facts[:rank], fact) == []


@settings(max_examples=60, deadline=None)
@given(histories())
def test_a_stay_is_a_valid_encounter(facts):
    """A stay that the store refuses."""
    assert base_validator().validate(arriving(facts)) == []


@settings(max_examples=100, deadline=None)
@given(histories())
def test_corrections_do_not_heap_up(facts):
    """A sender that corrects the same movement every minute, until the stay cannot be written."""
    updates = [fact for fact in facts if fact.action == "UPDATE"]
    kept = [fact for fact in needed(facts) if fact.action == "UPDATE"]
    assert len(kept) <= len(updates)
    for key in {(fact.id, fact.kind) for fact in kept}:
        assert sum((fact.id, fact.kind) == key for fact in kept) <= 4
