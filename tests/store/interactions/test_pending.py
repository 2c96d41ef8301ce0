"""Guards criteria over what is about to be written: found as it would be once stored."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.definitions import r4
from hygie.fhir.search import Extractor, matches, parse_query
from hygie.fhir.search.query import Criterion, Query
from hygie.store.interactions.pending import Pending

PARIS = ZoneInfo("Europe/Paris")
EXTRACTOR = Extractor(r4(), PARIS)
CODES = st.sampled_from(["a", "A", "b", "ß", "SS", "é"])
SYSTEMS = st.sampled_from(["urn:1", "urn:2"])
PATIENTS = st.fixed_dictionaries(
    {"resourceType": st.just("Patient")},
    optional={
        "identifier": st.lists(st.builds(lambda s, v: {"system": s, "value": v}, SYSTEMS, CODES)),
        "gender": st.sampled_from(["male", "female"]),
        "name": st.lists(st.builds(lambda f: {"family": f}, CODES)),
    },
)
PARAMETERS = st.one_of(
    st.tuples(st.just("identifier"), CODES),
    st.tuples(st.just("identifier"), st.builds("{}|{}".format, SYSTEMS, CODES)),
    st.tuples(st.just("identifier"), st.builds("{}|".format, SYSTEMS)),
    st.tuples(st.just("identifier"), st.builds("{},{}".format, CODES, CODES)),
    st.tuples(st.just("identifier:not"), CODES),
    st.tuples(st.just("identifier:missing"), st.sampled_from(["true", "false"])),
    st.tuples(st.just("gender"), st.sampled_from(["male", "female"])),
    st.tuples(st.just("family"), CODES),
)


def query(*pairs: tuple[str, str]) -> Query:
    return parse_query(r4(), "Patient", pairs, zone=PARIS).query


@given(st.lists(PATIENTS, max_size=6), st.lists(PARAMETERS, min_size=1, max_size=2))
def test_narrowing_down_loses_no_match(
    patients: list[dict[str, Any]], pairs: list[tuple[str, str]]
) -> None:
    """Danger: a person about to be admitted is not found, and is admitted twice."""
    pending = Pending(EXTRACTOR)
    for number, patient in enumerate(patients):
        pending.add(f"Patient/{number}", patient, fresh=True)
    asked = query(*pairs)
    expected = [
        f"Patient/{number}"
        for number, patient in enumerate(patients)
        if all(
            isinstance(c, Criterion) and matches(c, EXTRACTOR.extract(patient))
            for c in asked.conditions
        )
    ]
    assert sorted(found.target for found in pending.matching(asked)) == sorted(expected)


@pytest.mark.parametrize(
    ("id_", "found"), [("p", ["Patient/p"]), ("q", []), ("p,q", ["Patient/p"])]
)
def test_an_id_is_found_before_it_is_stored(id_: str, found: list[str]) -> None:
    """Danger: `_id=p` misses the very resource that the same bundle writes."""
    pending = Pending(EXTRACTOR)
    pending.add("Patient/p", {"resourceType": "Patient", "id": "p"}, fresh=False)
    assert [match.target for match in pending.matching(query(("_id", id_)))] == found
    assert set(pending.superseded("Patient")) == {"Patient/p"}
    assert pending.matching(query(("gender", "male"))) == []
