"""Scopes of machine clients."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.access import parse_scopes
from hygie.access.scopes import LEVELS
from hygie.fhir.definitions import r4
from hygie.limits import MAX_SCOPE_CHARACTERS
from hygie.refusal import Refused
from hygie.sight import ALL, NOTHING, Reach

TYPES = st.sampled_from(["*", "Patient", "Observation", "Encounter"])
LETTERS = st.sets(st.sampled_from("cruds"), min_size=1)
GRANTS = st.lists(st.tuples(TYPES, LETTERS), min_size=1, max_size=6)


def written(grants: list[tuple[str, set[str]]]) -> str:
    return " ".join(
        f"system/{name}.{''.join(letter for letter in 'cruds' if letter in letters)}"
        for name, letters in grants
    )


@given(GRANTS, st.sampled_from(["Patient", "Observation", "Device"]), st.sampled_from("cruds"))
def test_what_is_granted_is_what_some_scope_says(
    grants: list[tuple[str, set[str]]], name: str, letter: str
) -> None:
    """Guards: a right that nobody granted, or one lost between several scopes."""
    expected = any(scope in ("*", name) and letter in letters for scope, letters in grants)
    assert parse_scopes(written(grants)).allows(name, letter) == expected


@given(GRANTS)
def test_the_canonical_form_says_the_same(grants: list[tuple[str, set[str]]]) -> None:
    """Guards: rights that change when they are stored and read again."""
    scopes = parse_scopes(written(grants))
    assert parse_scopes(str(scopes)) == scopes
    assert str(parse_scopes(str(scopes))) == str(scopes)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("system/*.cruds", "system/*.cruds"),
        ("system/Patient.rs", "system/Patient.rs"),
        ("system/Patient.read", "system/Patient.rs"),
        ("system/Patient.write", "system/Patient.cud"),
        ("system/*.*", "system/*.cruds"),
        ("system/*.read", "system/*.rs"),
        ("  system/Patient.r\n system/Patient.s ", "system/Patient.rs"),
        ("system/*.rs system/Patient.read", "system/*.rs"),
        ("system/*.rs system/Patient.cruds", "system/*.rs system/Patient.cud"),
    ],
)
def test_forms_of_both_versions(text: str, canonical: str) -> None:
    """Guards: a client refused for writing scopes the older way."""
    assert str(parse_scopes(text)) == canonical


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "au moins une portée"),
        (" \t ", "au moins une portée"),
        ("system/Patient.r " * MAX_SCOPE_CHARACTERS, "au moins une portée"),
        ("patient/Patient.rs", "« system/ »"),
        ("user/*.cruds", "« system/ »"),
        ("system/Patient", "n’a pas la forme"),
        ("system/Patient.", "n’a pas la forme"),
        ("system/.rs", "n’a pas la forme"),
        ("system/*.rs,system/*.c", "n’a pas la forme"),
        ("SYSTEM/Patient.rs", "n’a pas la forme"),
        ("system/Patient.rs/", "n’a pas la forme"),
        ("openid", "n’a pas la forme"),
        ("system/patient.rs", "n’a pas la forme"),
        ("system/Patients.rs", "n’est pas un type"),
        ("system/Resource.rs", "n’est pas un type"),
        ("system/HumanName.rs", "n’est pas un type"),
        ("system/Patient.sr", "droits inconnus"),
        ("system/Patient.rr", "droits inconnus"),
        ("system/Patient.x", "droits inconnus"),
        ("system/Patient.all", "droits inconnus"),
        ("system/Observation.rs?", "n’a pas la forme"),
        ("system/Observation.rs?category", "n’est pas comprise"),
        ("system/Observation.rs?colour=blue", "n’est pas comprise"),
        ("system/Observation.rs?category=a&_sort=date", "n’est pas comprise"),
        ("system/Observation.rs?category=a&_format=json", "n’est pas comprise"),
        ("system/Observation.rs?patient.name=a", "n’est pas comprise"),
        ("system/Observation.rs?category:in=http://x.test/vs", "n’est pas comprise"),
        ("system/Observation.rs?_has:Provenance:target:agent=a", "n’est pas comprise"),
        ("system/Observation.rs?category=%ff", "n’est pas comprise"),
        ("system/Observation.rs?" + "&".join(["category=a"] * 9), "n’est pas comprise"),
        ("system/*.rs?_id=1", "n’est pas comprise"),
        ("encounter/Observation.rs", "n’a pas la forme"),
        ("system/*.rs system/Patient.x", "droits inconnus"),
    ],
)
def test_anything_else_is_refused_precisely(text: str, said: str) -> None:
    """Guards: a scope misread as a wider one, and a refusal that does not say why."""
    with pytest.raises(Refused) as refused:
        parse_scopes(text)
    assert said in refused.value.refusal.issues[0].text("fr")
    assert refused.value.refusal.issues[0].text("en")


@given(st.text(st.characters(), max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    """Guards: a scope that brings an error page instead of a refusal."""
    with suppress(Refused):
        assert str(parse_scopes(text)).startswith("system/")


@pytest.mark.parametrize("letter", ["", "x", "cr", "*", "C"])
def test_only_the_five_letters_are_rights(letter: str) -> None:
    """Guards: a caller's mistake that everything permits."""
    assert not parse_scopes("system/*.cruds").allows("Patient", letter)


def test_every_type_needs_the_wildcard() -> None:
    """Guards: a search over all types by a client that may see one."""
    narrow = parse_scopes(" ".join(f"system/{name}.r" for name in r4().resource_types[:50]))
    assert not narrow.allows("*", "r")
    assert parse_scopes("system/*.r").allows("*", "r")


def test_posting_messages_is_a_right_of_its_own():
    """A token for resources that files messages in any source's name; or one granted by a typo."""
    scopes = parse_scopes("hl7v2/lab system/Patient.rs hl7v2/gam_2")
    assert str(scopes) == "system/Patient.rs hl7v2/gam_2 hl7v2/lab"
    assert parse_scopes(str(scopes)) == scopes
    assert scopes.allows_source("lab")
    assert not scopes.allows_source("labo")
    assert not parse_scopes("system/*.cruds").allows_source("lab")
    assert not parse_scopes("hl7v2/*").allows("Patient", "r")
    both = parse_scopes("message/lab hl7v2/gam")
    assert str(both) == "hl7v2/gam message/lab"
    assert (both.allows_message("lab"), both.allows_source("lab")) == (True, False)
    assert (both.allows_message("gam"), both.allows_source("gam")) == (False, True)
    assert not parse_scopes("system/*.cruds hl7v2/*").allows_message("lab")
    for wrong in (
        "message/",
        "message/a/b",
        "hl7v2/",
        "hl7v2/a b",
        "hl7v2/a.b",
        "hl7v2/**",
        "HL7V2/lab",
    ):
        with pytest.raises(Refused):
            parse_scopes(wrong if " " not in wrong else "hl7v2/a/b")


LAB = "category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
PATIENT = 7


def test_a_search_narrows_what_is_seen_and_survives_its_own_writing():
    """Guards: a constraint lost on the way, which leaves the whole type granted."""
    scopes = parse_scopes(f"patient/Observation.rs?{LAB} system/Patient.rs", LEVELS)
    assert parse_scopes(str(scopes), LEVELS) == scopes
    only = (Reach(frozenset({PATIENT}), house=False, query=LAB),)
    assert scopes.sight_of(PATIENT).reach("Observation", "r") == only
    assert scopes.sight_of(PATIENT).reach("Observation", "u") == ()
    assert not scopes.whole("Observation", "r")
    assert scopes.whole("Patient", "r")


def test_scopes_of_a_patient_hold_for_that_patient_alone():
    """Guards: an app launched for one patient that reads another's record, or everyone's."""
    scopes = parse_scopes("patient/*.cruds", LEVELS)
    sight = scopes.sight_of(PATIENT)
    assert sight.holds("Condition", "u", PATIENT)
    assert not sight.holds("Condition", "r", PATIENT + 1)
    assert not sight.holds("Condition", "r", 0)
    assert sight.holds("Practitioner", "r", 0)
    assert not sight.holds("Practitioner", "u", 0)
    assert not sight.reach("*", "r")
    nobody = scopes.sight_of(0)
    assert not any(nobody.reach("Condition", letter) for letter in "cruds")


def test_scopes_of_a_user_are_all_that_the_user_sees():
    """Guards: an app that is shown less than it was granted, or more than its user."""
    scopes = parse_scopes("user/Condition.rs", LEVELS)
    assert scopes.sight.reach("Condition", "r") == (ALL,)
    assert scopes.sight.meet(NOTHING).reach("Condition", "r") == ()
    assert not scopes.whole("Condition", "r")


def test_two_searches_are_either_or_and_a_whole_grant_says_both():
    """Guards: two narrow grants that become their intersection, or the whole type."""
    two = "user/Observation.r?category=a user/Observation.rs?category=b"
    assert len(parse_scopes(two, LEVELS).sight.reach("Observation", "r")) == 2
    assert str(parse_scopes(two + " user/Observation.rs", LEVELS)) == "user/Observation.rs"
    assert str(parse_scopes(two + " user/*.s", LEVELS)) == (
        "user/*.s user/Observation.r?category=a user/Observation.r?category=b"
    )


@pytest.mark.parametrize(
    ("asked", "most", "within"),
    [
        ("patient/Observation.rs", "patient/*.rs", True),
        ("patient/Observation.rs", "user/*.rs", True),
        ("user/Observation.rs", "patient/*.cruds", False),
        ("patient/Observation.rs?category=a", "patient/Observation.rs", True),
        ("patient/Observation.rs", "patient/Observation.rs?category=a", False),
        ("patient/Observation.cruds", "patient/Observation.rs patient/*.cud", True),
        ("patient/*.rs", "patient/Observation.rs", False),
    ],
)
def test_more_than_was_granted_is_told_from_less(asked: str, most: str, within: bool) -> None:
    """Guards: an app that is approved for little and asks for more, at first or on renewal."""
    assert parse_scopes(asked, LEVELS).within(parse_scopes(most, LEVELS)) is within
