"""Guards that looking up subscriptions finds exactly those that trying each of them would."""

from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.subscriptions.test_topics import change

from hygie.exchange.subscriptions.changes import Changed
from hygie.exchange.subscriptions.filters import ALL, FilterReader
from hygie.exchange.subscriptions.matching import Interest, Matching
from hygie.exchange.subscriptions.topics import meets, triggers
from hygie.exchange.subscriptions.topics.shipped import any_change
from hygie.fhir.definitions import r4

READER = FilterReader(r4, ZoneInfo("Europe/Paris"))
OBSERVATIONS = any_change("Observation")
PATIENTS = any_change("Patient")
CRITERIA = (
    "Observation?patient=1", "Observation?patient=Patient/2", "Observation?subject=Patient/1",
    "Observation?code=a", "Observation?code=http://loinc.org|A", "Observation?code=a,b",
    "Observation?code:not=a", "Observation?status=final", "Observation?patient=1&code=b",
    "Observation?value-quantity=gt5", "Observation?code:missing=true", "Observation?_id=x",
    "Observation?code=http://loinc.org|", "Observation?subject:missing=false",
)  # fmt: skip
codes = st.sampled_from(["a", "b", "A", "c"])
systems = st.sampled_from([None, "http://loinc.org"])


@st.composite
def observations(draw: Any) -> dict[str, Any]:
    resource: dict[str, Any] = {"resourceType": "Observation", "id": "x"}
    resource["status"] = draw(st.sampled_from(["final", "preliminary"]))
    if draw(st.booleans()):
        system = draw(systems)
        coding = {"code": draw(codes)} | ({"system": system} if system else {})
        resource["code"] = {"coding": [coding]}
    if draw(st.booleans()):
        resource["subject"] = {"reference": f"Patient/{draw(st.sampled_from('123'))}"}
    if draw(st.booleans()):
        resource["valueQuantity"] = {"value": draw(st.integers(0, 10))}
    return resource


interests = st.lists(st.lists(st.sampled_from(CRITERIA), max_size=3), max_size=12)


def slowly(all_: list[Interest], changed: Changed) -> set[int]:
    """Each one tried."""
    focus = changed.focus
    assert focus is not None
    return {
        one.key
        for one in all_
        if triggers(one.topic, changed)
        and meets(one.filters.get(changed.type, ALL).criteria, focus)
    }


@given(interests, st.lists(observations(), min_size=1, max_size=4), st.data())
def test_the_index_agrees_with_trying_each(texts, resources, data):
    """A subscription that is looked up by a fact which does not follow from its filters is lost."""
    matching = Matching()
    listed = []
    for key, filters in enumerate(texts):
        interest = Interest(key, OBSERVATIONS, READER.of(OBSERVATIONS, filters))
        listed.append(interest)
        matching.add(interest)
    removed = data.draw(st.sets(st.integers(0, 11)))
    for key in removed:
        matching.remove(key)
    left = [one for one in listed if one.key not in removed]
    for resource in resources:
        changed = change(None, resource)
        assert set(matching.find(changed).keys) == slowly(left, changed)


def test_nothing_is_left_of_what_was_removed():
    """A subscription that ended must not be told, nor keep memory."""
    matching = Matching()
    matching.add(Interest(1, OBSERVATIONS, {}))
    matching.add(Interest(1, PATIENTS, {}))
    assert not matching.concerns("Observation")
    assert matching.concerns("Patient")
    matching.remove(1)
    matching.remove(1)
    assert len(matching) == 0
    assert not matching.concerns("Patient")


def test_ten_thousand_patients_are_not_tried():
    """What one change costs must not grow with those whom it does not concern."""
    matching = Matching()
    for key in range(10_000):
        filters = READER.of(OBSERVATIONS, [f"Observation?patient=Patient/{key}"])
        matching.add(Interest(key, OBSERVATIONS, filters))
    tried = []
    resource = {"resourceType": "Observation", "status": "final", "code": {"text": "x"},
                "subject": {"reference": "Patient/77"}}  # fmt: skip
    changed = change(None, resource)
    focus = changed.focus
    assert focus is not None
    whole = focus.entries
    focus.entries = lambda code: tried.append(code) or whole(code)  # type: ignore[method-assign]
    assert matching.find(changed).keys == (77,)
    assert len(tried) < 5
