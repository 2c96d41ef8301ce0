"""Guards what a search may look into: chains, reverse chains and inclusions leak as well."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.search import parse_query
from hygie.fhir.search.query import Chain, Query
from hygie.refusal import Category, Refused
from hygie.store.interactions.interaction import Verb
from hygie.store.interactions.permissions import narrowed

PARIS = ZoneInfo("Europe/Paris")


def query(type_: str, **parameters: str) -> Query:
    pairs = [(name.replace("__", ":"), value) for name, value in parameters.items()]
    return parse_query(r4(), type_, pairs, zone=PARIS).query


def only(*rights: str) -> Callable[[str, Verb], bool]:
    """ "Patient.s" and the like."""
    return lambda type_, verb: f"{type_}.{verb[0]}" in rights


@pytest.mark.parametrize(
    ("asked", "rights"),
    [
        (query("Patient", gender="male"), ()),
        (query("Observation", subject__Patient="1"), ("Patient.s",)),
        (parse_query(r4(), "Observation", [("patient.name", "x")], zone=PARIS).query,
         ("Observation.s",)),
        (query("Patient", _has__Condition__patient__code="x"), ("Patient.s",)),
        (query("Observation", _include="Observation:patient"), ("Observation.s",)),
        (query("Observation", _include="*"), ("Observation.s", "Patient.r")),
        (query("Patient", _revinclude="Observation:patient"), ("Patient.s",)),
        (query("Patient", _revinclude="*"), ("Patient.s", "Observation.r")),
    ],
)  # fmt: skip
def test_what_is_named_and_not_permitted_is_refused(asked: Query, rights: tuple[str, ...]) -> None:
    """Danger: a token for one type learns about another by asking sideways."""
    with pytest.raises(Refused) as caught:
        narrowed(asked, only(*rights))
    assert caught.value.refusal.category is Category.FORBIDDEN


def test_of_what_is_open_only_the_permitted_is_looked_at() -> None:
    """Danger: `subject.name` looks into patients for whoever may see devices only."""
    asked = parse_query(r4(), "Observation", [("subject.identifier", "x")], zone=PARIS).query
    kept = narrowed(asked, only("Observation.s", "Device.s")).conditions[0]
    assert isinstance(kept, Chain)
    assert kept.targets == ("Device",)
    assert len(kept.inner) == 1


def test_inclusions_are_narrowed_to_what_may_be_read() -> None:
    """Danger: `_include` brings what a read would refuse."""
    asked = query("Observation", _include="Observation:subject")
    kept = narrowed(asked, only("Observation.s", "Device.r", "Location.r"))
    assert [include.target for include in kept.includes] == ["Device", "Location"]


def test_who_may_see_everything_asks_as_written() -> None:
    """Danger: narrowing changes a search that needs none."""
    asked = query("Observation", _include="*", _revinclude="*", patient="1")
    assert narrowed(asked, lambda _type, _verb: True) == asked
