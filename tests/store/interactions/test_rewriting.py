"""Guards the short way of rewriting references: it is the general one, only faster."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.references import rewrite_references, walk_references
from hygie.store.interactions.rewriting import look, replaced

MAPPING = {"urn:uuid:a": "Patient/1", "urn:oid:1.2": "Device/2", "http://x/Patient/9": "Patient/9"}
LINKS = st.sampled_from([*MAPPING, "urn:uuid:b", "Patient/5", "#c", "urn:uuid:a#c", "", "#"])
REFERENCES = st.fixed_dictionaries({}, optional={"reference": LINKS, "display": LINKS})
IDENTIFIERS = st.fixed_dictionaries({}, optional={"system": LINKS, "value": LINKS})
DIVS = st.sampled_from(["<div>x</div>", '<div><a href="urn:uuid:a">x</a></div>'])
RESOURCES = st.fixed_dictionaries(
    {"resourceType": st.just("Patient")},
    optional={
        "identifier": st.lists(IDENTIFIERS, max_size=2),
        "generalPractitioner": st.lists(REFERENCES, max_size=3),
        "managingOrganization": REFERENCES,
        "implicitRules": LINKS,
        "text": st.fixed_dictionaries({"div": DIVS}),
        "link": st.lists(st.fixed_dictionaries({"other": REFERENCES}), max_size=2),
        "contained": st.lists(
            st.fixed_dictionaries({"resourceType": st.just("Basic"), "subject": REFERENCES}),
            max_size=2,
        ),
    },
)


@given(RESOURCES)
def test_the_short_way_is_the_general_way(resource: dict[str, Any]) -> None:
    """Danger: a link is left behind, a text that is none is changed, or the sender's copy is."""
    before = copy.deepcopy(resource)
    seen = look(resource, MAPPING)
    assert replaced(resource, seen, MAPPING.get) == rewrite_references(resource, MAPPING.get)
    assert resource == before
    walked = [holder["reference"] for holder in walk_references(resource)]
    assert sorted(seen.references) == sorted(walked)


@given(RESOURCES)
def test_nothing_is_copied_when_nothing_changes(resource: dict[str, Any]) -> None:
    """Danger: a bundle of single records pays for references it does not have."""
    seen = look(resource, ())
    if not seen.elsewhere:
        assert replaced(resource, seen, lambda _link: None) is resource
