"""Scopes of machine clients."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.access import parse_scopes
from hygie.fhir.definitions import r4
from hygie.limits import MAX_SCOPE_CHARACTERS
from hygie.refusal import Refused

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
        ("system/Observation.rs?category=laboratory", "limitée par une recherche"),
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
