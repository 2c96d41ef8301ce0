"""Questions to the simulator: what is kept in an address, and what a pasted address leads to."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.access.rights import shipped
from hygie.access.simulating import GLASSES, SITUATIONS
from hygie.purpose import PURPOSES
from hygie.sight import LETTERS
from hygie.web.present.simulation import QUESTIONS, Asked, Meant, read_address, read_asked

IDS = st.from_regex(r"[A-Za-z0-9.\-]{1,64}", fullmatch=True)
MOMENTS = st.datetimes(timezones=st.none()).filter(lambda at: 1900 <= at.year <= 2200)


@given(
    st.builds(
        Asked, question=st.sampled_from(list(QUESTIONS)), account=IDS, patient=IDS,
        situation=st.none(), type=st.sampled_from(sorted(shipped().group_of)), resource=IDS,
        letter=st.sampled_from(LETTERS), at=MOMENTS.map(lambda at: f"{at:%Y-%m-%dT%H:%M}"),
        glass=st.sampled_from(GLASSES), purpose=st.none() | st.sampled_from(PURPOSES),
    )
)  # fmt: skip
def test_a_kept_address_asks_the_same_question(asked: Asked) -> None:
    """Guards: an address that is answered for another moment, another patient, another right."""
    again, error = read_asked(dict(parse_qsl(asked.query)), shipped())
    assert (again.query, error) == (asked.query, "")
    assert again.complete == asked.complete


@given(st.dictionaries(st.sampled_from([name for name, _ in Asked().fields]), st.text()))
def test_whatever_is_in_an_address_is_understood_or_refused(fields: dict[str, str]) -> None:
    """Guards: a page that breaks, or that fills in for what it did not understand."""
    asked, error = read_asked(fields, shipped())
    if not error:
        given = {name: value.strip() for name, value in fields.items() if value.strip()}
        kept = dict(asked.fields)
        assert all(given[name] == value for name, value in kept.items() if value and name in given)
        assert asked.situation is None or asked.situation in SITUATIONS


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/patients/abc", Meant("abc")),
        ("https://hygie.chu.fr/patients/abc?x=1#y", Meant("abc")),
        ("  https://hygie.chu.fr/patients/abc/sejours/ ", Meant("abc")),
        ("/patients/abc/documents/d-1/contenu", Meant("", "DocumentReference", "d-1")),
        ("/patients/abc/documents", Meant("abc")),
        ("/patients/abc/resultats/r-1", Meant("", "Observation", "r-1")),
        ("/patients/abc/origine/Condition/c-1", Meant("", "Condition", "c-1")),
        ("https://hygie.chu.fr/fhir/Observation/o.1/_history/3", Meant("", "Observation", "o.1")),
        ("Patient/abc", Meant("abc")),
        ("fhir/Patient/abc/_history", Meant("abc")),
        ("", None), ("abc", None), ("/patients", None), ("/patients/a b", None),
        ("Personne/abc", None), ("javascript:alert(1)", None), ("/patients/" + "a" * 65, None),
        ("/" * 500, None),
    ],
)  # fmt: skip
def test_a_pasted_address_leads_to_what_it_shows(typed: str, meant: Meant | None) -> None:
    """Guards: an answer about another record than the one on the screen."""
    assert read_address(typed, shipped()) == meant
