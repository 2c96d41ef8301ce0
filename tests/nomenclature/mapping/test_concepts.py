"""What mapping adds to a resource is true, marked, and can be taken away again."""

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from hygie.nomenclature.mapping.concepts import add_mapped, take_back
from hygie.nomenclature.mapping.correspondences import PREFIX, Correspondences, Target, read

LOCAL, LOINC = "urn:oid:1.2.3", "http://loinc.org"
TABLE = Correspondences({(LOCAL, "NA"): (Target(LOINC, "2951-2", "Sodium"),)})


def observation(*codings):
    return {"resourceType": "Observation", "code": {"text": "Na", "coding": list(codings)}}


def test_a_code_is_added_beside_the_local_one_and_marked():
    """Danger: what a sender wrote is replaced, or cannot be told from what was added."""
    resource = observation({"system": LOCAL, "code": "NA"})
    assert add_mapped(resource, TABLE) == 1
    assert resource["code"]["coding"] == [
        {"system": LOCAL, "code": "NA"},
        {"system": LOINC, "code": "2951-2", "display": "Sodium", "id": "hygie-map-1"},
    ]


def test_what_the_sender_says_of_that_system_counts():
    """Danger: a result bears two LOINC codes, one of them wrong."""
    own = {"system": LOINC, "code": "2947-0"}
    resource = observation({"system": LOCAL, "code": "NA"}, own)
    assert add_mapped(resource, TABLE) == 0
    assert take_back(resource, TABLE) == 0


def test_ids_differ_within_a_resource():
    """Danger: two elements of a resource have one id, which FHIR forbids."""
    resource = observation({"system": LOCAL, "code": "NA"})
    resource["component"] = [deepcopy({"code": resource["code"]}) for _ in range(2)]
    assert add_mapped(resource, TABLE) == 3
    resource["method"] = {"coding": [{"system": LOCAL, "code": "NA"}]}
    assert add_mapped(resource, TABLE) == 1
    found = [resource["code"], resource["method"], *(c["code"] for c in resource["component"])]
    assert len({concept["coding"][-1]["id"] for concept in found}) == 4


json = st.recursive(
    st.none() | st.booleans() | st.text(max_size=3) | st.sampled_from([LOCAL, "NA", LOINC]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["coding", "system", "code", "id", "x"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["code", "value", "component"]), json))
def test_adding_twice_adds_once_and_taking_back_restores(resource):
    """Danger: history that is mapped again grows, or is not what it was once it is undone."""
    before = deepcopy(resource)
    added = add_mapped(resource, TABLE)
    assert add_mapped(resource, TABLE) == 0
    assert take_back(resource, TABLE) == added
    assert resource == before


def test_only_decisions_of_ours_that_are_true_of_the_source_are_added():
    """Danger: a narrower code says more than the author did, or a foreign map rewrites records."""

    def concept_map(url, equivalence, status="active"):
        target = {"code": "2951-2", "equivalence": equivalence}
        group = {"source": LOCAL, "target": LOINC, "element": [{"code": "NA", "target": [target]}]}
        return {"resourceType": "ConceptMap", "url": url, "status": status, "group": [group]}

    ours = PREFIX + "1"
    for equivalence in ("equal", "equivalent", "wider", "subsumes"):
        assert len(read([concept_map(ours, equivalence)])) == 1
    for equivalence in ("narrower", "specializes", "inexact", "unmatched", "disjoint"):
        assert len(read([concept_map(ours, equivalence)])) == 0
    assert len(read([concept_map("http://example.org/map", "equal")])) == 0
    assert len(read([concept_map(ours, "equal", "retired")])) == 0
    assert len(read([{"group": "x", "url": ours, "status": "active"}, {}])) == 0
