"""Guards against a record that its own words do not find, or that other words do."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fhir.search.shared import EXTRACTOR, criterion, refusal
from tests.fhir.search.test_every_shape import filled

from hygie import limits
from hygie.fhir.definitions import r4
from hygie.fhir.search import matches, words
from hygie.fhir.search.words import STOP_WORDS

Json = dict[str, Any]
REPORT: Json = {
    "resourceType": "DiagnosticReport",
    "id": "identite",
    "text": {
        "status": "generated",
        "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p class="gras">Fractures de '
        "l&#39;humérus"
        "<br/>sans d&eacute;placement<!-- brouillon > --></p></div>",
    },
    "identifier": [{"value": "matricule", "system": "urn:systeme"}],
    "code": {"coding": [{"code": "codifie", "display": "Knee X-rays"}]},
    "subject": {"reference": "Patient/reference", "display": "Élise Œuvrard"},
    "conclusion": "Surveillance rapprochée.",
    "contained": [{"resourceType": "Practitioner", "name": [{"family": "Contenu"}]}],
    "extension": [{"url": "http://adresse", "valueString": "étendue"}],
    "conclusionCode": [{"text": ["malformé"]}],
}  # fmt: skip


def found(resource: Json, name: str, value: str) -> bool:
    asked = criterion(resource["resourceType"], name, value)
    return matches(asked, EXTRACTOR.entries_of(resource, (name,)))


@pytest.mark.parametrize(
    ("asked", "narrative", "content"),
    [
        ("fracture", True, True),
        ("FRACTURE humerus", True, True),
        ("l'humérus", True, True),
        ("fracture tibia", False, False),
        ("tibia,fracture", True, True),
        ("déplacement", True, True),
        ("knees", False, True),
        ("elise oeuvrard", False, True),
        ("rapproche surveiller", False, True),
        ("contenu", False, True),
        ("étendue", False, True),
        ("fracture knee", False, True),
        ("gras", False, False),
        ("brouillon", False, False),
        ("div", False, False),
        ("matricule", False, False),
        ("systeme", False, False),
        ("codifie", False, False),
        ("reference", False, False),
        ("identite", False, False),
        ("adresse", False, False),
    ],
)
def test_what_people_read_is_found(asked: str, narrative: bool, content: bool) -> None:
    """Danger: a text is lost, or what machines read drowns what people wrote."""
    assert found(REPORT, "_text", asked) is narrative
    assert found(REPORT, "_content", asked) is content


@pytest.mark.parametrize(
    "alike",
    [
        "opéré opérée opérés opérées OPERE",
        "hôpital hôpitaux HOPITAL hopitaux",
        "infection infections infecté infected",
        "diabète diabétique diabetes diabetic",
        "study studies",
        "patient patients patiente patientes",
        "knee knees",
        "genou genoux",
        "œdème œdèmes oedeme OEDEMES",
    ],
)
def test_inflections_meet(alike: str) -> None:
    """Danger: the plural of a word, or a capital without its accent, hides a record."""
    assert len({words(word) for word in alike.split()}) == 1


def test_different_words_stay_apart() -> None:
    """Danger: stems so short that everything is found."""
    distinct = "fracture fraction foie rein main maint cardiaque cardio hernie hépatite"
    assert len({words(word) for word in distinct.split()}) == len(distinct.split())


@pytest.mark.parametrize(
    "asked", ["de la", "a", "?!", "(bone OR liver)", "bone OR liver", '"bone marrow"', "NOT bone"]
)
def test_what_other_servers_read_otherwise_is_refused(asked: str) -> None:
    """Danger: an operator is taken for a word, and the answer is another question's."""
    issue = refusal("Patient", ("_content", asked))
    assert issue is not None
    assert issue.rule == "search.malformed-value"


def test_words_have_no_modifier_and_no_order() -> None:
    """Danger: `_content:exact` or `_sort=_text` seems to work."""
    for name in ("_content:exact", "_text:contains", "_text:Patient"):
        assert refusal("Patient", (name, "os")) is not None
    assert refusal("Patient", ("_sort", "_text")) is not None
    bare = {"resourceType": "Patient", "name": [{"family": "Martin"}]}
    for name, value, expected in (("_text", "true", True), ("_content", "true", False)):
        asked = criterion("Patient", name + ":missing", value)
        assert matches(asked, EXTRACTOR.entries_of(bare, (name,))) is expected


@given(st.text(max_size=200))
@settings(deadline=None)
def test_a_text_is_found_by_all_of_its_words(text: str) -> None:
    """Danger: letters of some script are split or folded differently when asked."""
    stems = words(text)
    assert all((stem and stem not in STOP_WORDS) or len(stem) > 1 for stem in stems)
    for word in text.split():
        assert words(word) <= stems


@given(st.text(st.characters(codec="utf-8"), max_size=80))
@settings(deadline=None)
def test_a_narrative_never_fails(div: str) -> None:
    """Danger: markup that is none stops the filing of a record."""
    resource = {"resourceType": "Patient", "text": {"div": div}}
    assert EXTRACTOR.words(resource).narrative == EXTRACTOR.words(resource).content


def test_long_texts_are_bounded() -> None:
    """Danger: a book in one element fills the index."""
    book = " ".join(f"mot{n}" for n in range(2 * limits.MAX_WORDS))
    assert len(words(book)) == limits.MAX_WORDS
    patient = {"resourceType": "Patient", "name": [{"text": f"{n} {book}"} for n in range(3)]}
    assert len(EXTRACTOR.words(patient).content) <= 2 * limits.MAX_WORDS
    assert words("a" * 100_000) == words("a" * limits.MAX_WORD_CHARACTERS)


def test_every_type_has_words() -> None:
    """Danger: a declared shape that stops the reading of its texts."""
    for kind in r4().resource_types:
        for variant in range(3):
            resource = {**filled(kind, variant, 4), "resourceType": kind}
            EXTRACTOR.words(resource)
    assert EXTRACTOR.words({"resourceType": "Unheard"}).content == frozenset()
