"""What any `CodeSystem` keeps, whatever holds it: rules for a suite that makes one.

A test module gives `made`, a fixture that makes a code system of a resource, and imports `*`.
"""

from collections.abc import Callable
from typing import Any

import pytest
from tests.fhir.terminology.making import ANIMALS, EVERYTHING, Json, system

from hygie.fhir.terminology.code_system import CodeSystem, is_abstract, is_inactive, is_whole

Making = Callable[[Json], CodeSystem]
FRENCH = system(
    {"code": "I10", "display": "Hypertension essentielle (primitive)"},
    {"code": "I15", "display": "Hypertension secondaire"},
    {"code": "I15.0", "display": "Hypertension rénovasculaire"},
    {"code": "J45", "display": "Asthme",
     "designation": [{"language": "en", "value": "Asthma"}]},
    {"code": "K29", "display": "Œdème de l’estomac"},
    language="fr",
    version="2024",
    title="Petite classification",
)  # fmt: skip


def test_it_says_what_its_definition_says(made: Making) -> None:
    """A nomenclature of another version, or of none."""
    found = made(FRENCH)
    assert (found.url, found.version, found.language) == (FRENCH["url"], "2024", "fr")
    assert found.title == "Petite classification"
    assert is_whole(found)
    assert "concept" not in found.json


def test_every_code_is_there_once(made: Making) -> None:
    """Codes lost, or counted twice, on their way from the definition."""
    found = made(ANIMALS)
    assert sorted(found.codes()) == sorted(EVERYTHING)
    assert found.count == len(EVERYTHING)


def test_a_concept_has_what_its_definition_gives(made: Making) -> None:
    """A display, designation or property lost."""
    cat = made(ANIMALS).find("cat")
    assert cat is not None
    assert (cat.code, cat.display, cat.parents) == ("cat", "Cat", ("mammal",))
    assert [(each.language, each.value) for each in cat.designations] == [("fr", "Chat")]
    told = {each.code: (each.kind, each.value) for each in cat.properties}
    assert told["legs"] == ("valueInteger", 4)
    assert told["tame"] == ("valueBoolean", True)


def test_what_is_above_and_below(made: Making) -> None:
    """A code taken for a kind of what it is not."""
    found = made(ANIMALS)
    assert sorted(found.children("mammal")) == ["bat", "cat", "whale"]
    assert sorted(found.below("animal")) == sorted(set(EVERYTHING) - {"animal"})
    assert list(found.above("cat")) == ["mammal", "animal"]
    for nothing in ("cat", "unknown", ""):
        assert list(found.below(nothing)) == []
    assert list(found.above("unknown")) == []


def test_what_is_retired_or_only_groups(made: Making) -> None:
    """A retired code that is offered."""
    found = made(ANIMALS)
    dodo, animal, cat = (found.find(code) for code in ("dodo", "animal", "cat"))
    assert dodo is not None
    assert animal is not None
    assert cat is not None
    assert is_inactive(found, dodo)
    assert not is_inactive(found, cat)
    assert is_abstract(found, animal)
    assert not is_abstract(found, cat)


def test_case_counts_as_the_system_says(made: Making) -> None:
    """`i10` refused, or taken for another code."""
    strict = made({**FRENCH, "caseSensitive": True})
    assert strict.find("i10") is None
    lenient = made({**FRENCH, "caseSensitive": False}).find("i10")
    assert lenient is not None
    assert lenient.code == "I10"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("asthme", ["J45"]),
        ("ASTH", ["J45"]),
        ("asthma", ["J45"]),
        ("renovasc", ["I15.0"]),
        ("hypertension sec", ["I15"]),
        ("oedeme estomac", ["K29"]),
        ("œdème", ["K29"]),
        ("hyperthermie", []),
        ("(", []),
        ("I15", ["I15", "I15.0"]),
    ],
)
def test_a_text_finds_codes_by_words_and_beginnings(
    made: Making, text: str, codes: list[str]
) -> None:
    """A diagnosis that cannot be found for an accent, or a half-typed word."""
    assert made(FRENCH).search(text, 10) == codes


def test_the_most_like_comes_first_and_no_more_than_asked(made: Making) -> None:
    """The word that was typed on the third page."""
    found = made(system({"code": "1", "display": "Grippe aviaire"},
                        {"code": "2", "display": "Autre grippe"},
                        {"code": "3", "display": "Grippe"}))  # fmt: skip
    assert found.search("grippe", 10)[0] == "3"
    assert found.search("grippe", 1) == ["3"]
    assert found.search("grippe", 0) == []


@pytest.mark.parametrize(
    ("operator", "codes"),
    [
        ("is-a", {"mammal", "cat", "whale", "bat"}),
        ("descendent-of", {"cat", "whale", "bat"}),
        ("child-of", {"cat", "whale", "bat"}),
        ("generalizes", {"mammal", "animal"}),
        ("=", {"mammal"}),
    ],
)
def test_a_quick_way_gives_what_asking_each_would(
    made: Making, operator: str, codes: set[str]
) -> None:
    """A filter that means one thing in memory and another in a file."""
    found = made(ANIMALS).having("concept", operator, "mammal")
    given: Any = found if found is not None else codes
    assert set(given) == codes
