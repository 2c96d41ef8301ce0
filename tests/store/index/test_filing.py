"""What a resource is filed by, however often and in whatever company its facts were met."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.fhir.definitions import r4
from hygie.fhir.search import Extractor
from hygie.store.index import filing
from hygie.store.index.blinding import Blinder
from hygie.store.keys.keyring import Keyring

ZONE = ZoneInfo("Europe/Paris")
EXTRACTOR = Extractor(r4(), ZONE)


def blinder():
    return Blinder(Keyring(b"k" * 32, {1: b"w" * 32}), r4(), ZONE)


codes = st.sampled_from(["a", "A", "b", "x" * 100])
systems = st.sampled_from(["", "http://s", "http://" + "s" * 100])
texts = st.sampled_from(["Céphalée", "cephalee", "z" * 300])
observations = st.fixed_dictionaries(
    {
        "resourceType": st.sampled_from(["Observation", "Condition"]),
        "code": st.fixed_dictionaries(
            {"coding": st.lists(
                st.fixed_dictionaries({"system": systems, "code": codes, "display": texts}),
                max_size=2,
            )}
        ),
        "identifier": st.lists(
            st.fixed_dictionaries({"system": systems, "value": codes}), max_size=2
        ),
        "subject": st.fixed_dictionaries({"reference": st.sampled_from(["Patient/1", "Group/2"])}),
    }
)  # fmt: skip


@settings(deadline=None)  # each type is compiled when it is first met
@given(st.lists(observations, max_size=12), st.integers(1, 5))
def test_what_was_met_before_changes_nothing(resources, most):
    """Guards against facts remembered for another type or value, and so never found."""
    shared = blinder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filing, "MAX_KNOWN_FACTS", most)
        for resource in resources:
            filed, kind = EXTRACTOR.filed(resource), resource["resourceType"]
            assert shared.index(kind, filed, (7,)) == blinder().index(kind, filed, (7,))


def test_memory_is_bounded():
    """Guards against a memory filled by facts that come once."""
    shared = blinder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filing, "MAX_KNOWN_FACTS", 100)
        for number in range(1_000):
            resource = {"resourceType": "Basic", "identifier": [{"value": f"{number}"}]}
            shared.index("Basic", EXTRACTOR.filed(resource), ())
            assert len(shared._known.of("Basic")) <= 100
