"""Guards against two persons taken for one, and one for two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.identity.traits import Traits, conflict, strict_difference

ANNE = Traits(
    birth_name="DE LA TOUR", given="Anne-Lise", birth_date="1976-03-02", gender="female",
    birth_place="75106", given_list="Anne-Lise Zoé",
)  # fmt: skip


def changed(**fields) -> Traits:
    return Traits(**({name: getattr(ANNE, name) for name in ANNE.__struct_fields__} | fields))


def test_writing_is_no_difference():
    """An INS match missed over hyphens, apostrophes, accents or case."""
    assert strict_difference(ANNE, changed(birth_name="De-La’Tour", given="ANNE LISE")) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"birth_name": "LATOUR"}, {"given": "ANNE"}, {"birth_date": "1976-03-03"},
        {"gender": "male"}, {"birth_place": "75107"}, {"given_list": "Anne-Lise"},
        {"birth_name": ""}, {"given": ""}, {"birth_date": ""}, {"gender": ""},
    ],
)  # fmt: skip
def test_every_strict_trait_counts(fields):
    """Attribution on a weak match: one trait missing or different is enough to refuse."""
    assert strict_difference(ANNE, changed(**fields)) is not None


def test_an_unknown_place_or_list_contradicts_nothing():
    """Matches refused because a sender does not know what it need not."""
    assert strict_difference(ANNE, changed(birth_place="", given_list="")) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"birth_name": "MARTIN", "birth_date": "1950-01-01"}, True),
        ({"birth_name": "MARTIN"}, False),
        ({"birth_date": "1950-01-01"}, False),
        ({"birth_name": "DELATOUR", "birth_date": "1950-01-01"}, False),
        ({"birth_name": "MARTIN", "used_name": "TOUR", "birth_date": "1950-01-01"}, False),
        ({"birth_name": "", "birth_date": "1950-01-01"}, False),
    ],
)
def test_a_conflict_needs_name_and_date_to_differ(fields, expected):
    """Another patient's data filed under a reused number; or every correction quarantined."""
    assert conflict(ANNE, changed(**fields)) is expected


@given(st.text(max_size=20), st.text(max_size=20))
def test_comparing_does_not_depend_on_the_side(one, other):
    """A match that holds in one order of arrival and not in the other."""
    left, right = changed(birth_name=one), changed(birth_name=other, birth_date="1950-01-01")
    assert conflict(left, right) == conflict(right, left)
    assert (strict_difference(left, right) is None) == (strict_difference(right, left) is None)
