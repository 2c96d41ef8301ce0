"""What an expansion shows, beside which codes it has."""

from typing import Any

import pytest
from tests.fhir.terminology.making import (
    ANIMALS,
    BEASTS,
    EVERYTHING,
    Json,
    codes,
    kept,
    system,
    value_set,
)

from hygie.fhir.codec import decode, encode
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.expansion import expand

SET, OTHER = "https://a.test/set", "https://a.test/other"
ALL = value_set(SET, {"system": BEASTS})
R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion."
FRENCH = system(
    {"code": "I10", "display": "Essential hypertension", "designation": [
        {"language": "fr", "value": "Hypertension essentielle"},
        {"language": "fr-CA", "value": "Hypertension du Québec"},
        {"language": "de", "value": "Essentielle Hypertonie",
         "use": {"system": "http://snomed.info/sct", "code": "900000000000003001"}},
    ]},
    {"code": "J45", "display": "Asthma"},
    language="en",
)  # fmt: skip


def expanded(made: list[Json], *query: tuple[str, str], house: str = "") -> Json:
    asked = Asked(query=[("url", SET), *query], house_language=house)
    found: Json = expand(Catalogue.of(made), None, asked)["expansion"]
    return found


def shape(entries: list[Json]) -> dict[str, Any]:
    return {entry["code"]: shape(entry.get("contains", [])) for entry in entries}


def parameters(expansion: Json) -> list[tuple[str, Any]]:
    return [
        (each["name"], next(each[key] for key in each if key != "name"))
        for each in expansion["parameter"]
    ]


# --- the hierarchy ------------------------------------------------------------------------
def test_codes_stand_below_those_they_are_kinds_of() -> None:
    """A flat list of a thousand codes where a tree was asked for; a code lost with its parent."""
    tree = {"animal": {"mammal": {"cat": {}, "whale": {}, "bat": {}}, "bird": {"dodo": {}}}}
    assert shape(expanded([ANIMALS, ALL])["contains"]) == tree
    flat = expanded([ANIMALS, ALL], ("excludeNested", "true"))["contains"]
    assert shape(flat) == {code: {} for code in EVERYTHING}
    without = value_set(SET, {"system": BEASTS}, exclude=[codes("mammal")])
    below = shape(expanded([ANIMALS, without])["contains"])["animal"]
    assert set(below) == {"cat", "whale", "bat", "bird"}


def test_codes_of_several_parents_stand_side_by_side() -> None:
    """A code shown below one of its parents alone, as if it were no kind of the other."""
    both = [{"code": "parent", "valueCode": parent} for parent in ("a", "b")]
    made = [system("a", "b", {"code": "c", "property": both}), ALL]
    assert shape(expanded(made)["contains"]) == {"a": {}, "b": {}, "c": {}}


def test_what_a_set_lists_keeps_its_order() -> None:
    """An order that the author of a set chose, lost."""
    made = [ANIMALS, value_set(SET, codes("cat", "animal", "bird"))]
    assert [each["code"] for each in expanded(made)["contains"]] == ["cat", "animal", "bird"]


# --- what is left out ---------------------------------------------------------------------
def test_codes_that_are_retired_or_only_group_are_marked_or_left_out() -> None:
    """A retired code offered as any other."""
    flat = ("excludeNested", "true")
    entries = {each["code"]: each for each in expanded([ANIMALS, ALL], flat)["contains"]}
    assert entries["dodo"]["inactive"] is True
    assert entries["animal"]["abstract"] is True
    assert "inactive" not in entries["cat"]
    active = expanded([ANIMALS, ALL], flat, ("activeOnly", "true"))
    assert "dodo" not in shape(active["contains"])
    for_choice = expanded([ANIMALS, ALL], flat, ("excludeNotForUI", "true"))
    assert "animal" not in shape(for_choice["contains"])


def test_a_system_may_be_left_out() -> None:
    """Codes of a system that a client said it cannot use."""
    other = system("x", url=OTHER)
    both = value_set(SET, {"system": BEASTS}, {"system": OTHER})
    found = expanded([ANIMALS, other, both], ("exclude-system", BEASTS))
    assert shape(found["contains"]) == {"x": {}}


# --- pages --------------------------------------------------------------------------------
def test_a_page_says_how_many_there_are() -> None:
    """A client that stops too early, or never."""
    many = system(*(f"c{number}" for number in range(2_000)))
    page = expanded([many, ALL], ("offset", "10"), ("count", "3"))
    assert (page["offset"], page["total"]) == (10, 2_000)
    assert shape(page["contains"]) == {"c10": {}, "c11": {}, "c12": {}}
    assert "contains" not in expanded([many, ALL], ("count", "0"))
    assert expanded([many, ALL], ("count", "0"))["total"] == 2_000
    beyond = expanded([many, ALL], ("offset", "5000"), ("count", "3"))
    assert "contains" not in beyond
    narrowed = value_set(SET, {"system": BEASTS}, exclude=[codes("c0", "c1")])
    assert expanded([many, narrowed], ("count", "1"))["total"] == 1_998


# --- texts --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "include", [{"system": BEASTS}, codes("œd", "b", "c"), kept(("code", "regex", ".*"))]
)
def test_a_text_finds_with_or_without_accents_the_nearest_first(include: Json) -> None:
    """A diagnosis that cannot be found for an accent."""
    made = [
        system({"code": "b", "display": "Autre œdème aigu"}, {"code": "œd", "display": "Œdème"},
               {"code": "c", "display": "Fracture"}),
        value_set(SET, include),
    ]  # fmt: skip
    for text in ("oedeme", "ŒDÈME", "oed"):
        assert [e["code"] for e in expanded(made, ("filter", text))["contains"]] == ["œd", "b"]
    assert [e["code"] for e in expanded(made, ("filter", "aigu oedeme"))["contains"]] == ["b"]
    assert expanded(made, ("filter", "aigu fracture"))["total"] == 0


# --- languages ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "house", "display"),
    [
        ("", "", "Essential hypertension"),
        ("", "fr", "Hypertension essentielle"),
        ("en", "fr", "Essential hypertension"),
        ("en-US", "fr", "Essential hypertension"),
        ("fr-CA", "", "Hypertension du Québec"),
        ("fr-BE", "", "Hypertension essentielle"),
        ("de", "", "Essentielle Hypertonie"),
        ("nl, fr;q=0.5", "", "Hypertension essentielle"),
        ("nl", "fr", "Essential hypertension"),
        ("nl, *;q=0", "", None),
        ("*", "", "Essential hypertension"),
    ],
)
def test_a_display_is_in_the_language_that_is_wanted(
    asked: str, house: str, display: str | None
) -> None:
    """A French hospital reading English; or a language that the reader ruled out."""
    query = [("displayLanguage", asked)] if asked else []
    entry = expanded([FRENCH, ALL], *query, house=house)["contains"][0]
    assert entry.get("display") == display


def test_the_display_of_a_set_stands_before_that_of_the_system() -> None:
    """The words that the author of a set chose, overruled."""
    listed = {"system": BEASTS, "concept": [{"code": "J45", "display": "Asthme (tous)"}]}
    assert expanded([FRENCH, value_set(SET, listed)])["contains"][0]["display"] == "Asthme (tous)"


def test_designations_are_shown_when_asked_for_and_only_those() -> None:
    """A translation that the client asked for and does not get."""
    with_all = expanded([FRENCH, ALL], ("includeDesignations", "true"))["contains"][0]
    assert {each.get("language") for each in with_all["designation"]} == {"fr", "fr-CA", "de"}
    query = [("includeDesignations", "true"), ("designation", "urn:ietf:bcp:47|de")]
    (only,) = expanded([FRENCH, ALL], *query)["contains"][0]["designation"]
    assert only["value"] == "Essentielle Hypertonie"
    assert "designation" not in expanded([FRENCH, ALL])["contains"][0]


# --- properties and notes -----------------------------------------------------------------
def test_properties_are_carried_as_r4_can() -> None:
    """Properties in elements that R4 does not have, which its clients refuse."""
    made = [ANIMALS, value_set(SET, codes("cat"))]
    found = expanded(made, ("property", "legs"), ("property", "tame"))
    declared = [each["extension"][0]["valueCode"] for each in found["extension"]]
    assert declared == ["legs", "tame"]
    assert all(each["url"] == R5 + "property" for each in found["extension"])
    legs = found["contains"][0]["extension"][0]
    assert legs["url"] == R5 + "contains.property"
    assert legs["extension"] == [
        {"url": "code", "valueCode": "legs"}, {"url": "value", "valueInteger": 4},
    ]  # fmt: skip


def test_an_expansion_says_what_it_was_made_of() -> None:
    """An expansion kept for a year of which nobody knows the versions."""
    status = {"url": "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status",
              "valueCode": "withdrawn"}  # fmt: skip
    made = [
        {**ANIMALS, "version": "3", "extension": [status]},
        {**value_set(OTHER, {"system": BEASTS}), "version": "1", "status": "draft"},
        value_set(SET, {"valueSet": [OTHER]}),
    ]
    found = parameters(expanded(made, ("activeOnly", "true"), ("displayLanguage", "fr")))
    assert set(found) == {
        ("displayLanguage", "fr"),
        ("activeOnly", True),
        ("used-codesystem", f"{BEASTS}|3"),
        ("warning-withdrawn", f"{BEASTS}|3"),
        ("used-valueset", f"{OTHER}|1"),
        ("warning-draft", f"{OTHER}|1"),
    }


def test_a_fragment_is_not_taken_for_the_whole() -> None:
    """Codes that are only not here, taken for codes that are none."""
    found = expanded([{**ANIMALS, "content": "fragment"}, ALL])
    assert ("used-fragment", BEASTS) in parameters(found)
    assert any(each.get("valueBoolean") is True for each in found["extension"])


def test_a_supplement_adds_names_and_is_named() -> None:
    """A translation that is loaded and never shown."""
    names = system(
        {"code": "cat", "designation": [{"language": "fr", "value": "Minou"}]},
        url="https://a.test/names", content="supplement", supplements=BEASTS, version="2",
    )  # fmt: skip
    plain = {**ANIMALS, "concept": [{"code": "cat", "display": "Cat"}]}
    query = ("useSupplement", "https://a.test/names")
    found = expanded([plain, names, ALL], query, house="fr")
    assert found["contains"][0]["display"] == "Minou"
    assert ("used-supplement", "https://a.test/names|2") in parameters(found)
    assert expanded([plain, names, ALL], house="fr")["contains"][0]["display"] == "Cat"
    pack = {
        "url": "http://hl7.org/fhir/StructureDefinition/codesystem-supplement-type",
        "valueCode": "lang-pack",
    }
    found = expanded([plain, {**names, "extension": [pack]}, ALL], house="fr")
    assert found["contains"][0]["display"] == "Minou"
    assert shape(expanded([plain, names, ALL], query, ("filter", "minou"))["contains"]) == {
        "cat": {}
    }


# --- sets that come from elsewhere --------------------------------------------------------
def test_all_of_a_system_is_a_set_that_no_one_wrote() -> None:
    """`?fhir_vs`, which R4 promises for every system."""
    asked = Asked(query=[("url", f"{BEASTS}?fhir_vs")])
    found = expand(Catalogue.of([ANIMALS]), None, asked)
    assert found["expansion"]["total"] == 7
    named = {**ANIMALS, "valueSet": OTHER}
    asked = Asked(query=[("url", OTHER)])
    assert expand(Catalogue.of([named]), None, asked)["expansion"]["total"] == 7


@pytest.mark.parametrize(
    ("query", "total"),
    [("isa/404684003", 2), ("ecl/%3C404684003", 1), ("ecl/404684003", 1), ("refset/723264001", 1),
     ("ecl/%5E%20723264001%20%7Clateral%7C", 1)],
)  # fmt: skip
def test_parts_of_snomed_ct_are_sets_that_no_one_wrote(query: str, total: int) -> None:
    """The forms that clients use for SNOMED CT (R4 snomedct.html, §4.3.1.0.7)."""
    found = {"code": "404684003", "concept": [{"code": "64572001", "property": [
        {"code": "memberOf", "valueCode": "723264001"}]}]}  # fmt: skip
    member = [{"code": "memberOf", "type": "code"}]
    snomed = system(found, url="http://snomed.info/sct", property=member)
    asked = Asked(query=[("url", f"http://snomed.info/sct?fhir_vs={query}")])
    assert expand(Catalogue.of([snomed]), None, asked)["expansion"]["total"] == total


def test_a_set_that_has_only_its_expansion_is_given_as_it_is() -> None:
    """A set whose definition is elsewhere, taken for an empty one."""
    contains = [
        {"system": BEASTS, "code": "cat", "display": "Chat"},
        {"system": OTHER, "code": "x"},
    ]
    given = {"resourceType": "ValueSet", "url": SET, "expansion": {"contains": contains}}
    found = expanded([ANIMALS, given])
    assert [each.get("display") for each in found["contains"]] == ["Chat", None]


def test_codes_listed_of_a_system_that_is_not_here_are_given_as_listed() -> None:
    """A list of LOINC codes that no form can offer, because LOINC itself is not loaded."""
    loinc = {"system": "http://loinc.org", "concept": [{"code": "8867-4", "display": "Pouls"}]}
    (entry,) = expanded([value_set(SET, loinc)])["contains"]
    assert (entry["code"], entry["display"]) == ("8867-4", "Pouls")


def test_the_definition_is_left_out_unless_it_is_asked_for() -> None:
    """Half of every answer spent on a definition that nobody reads."""
    known = Catalogue.of([ANIMALS, {**ALL, "title": "Bêtes", "text": {}, "description": "…"}])
    short = expand(known, None, Asked(query=[("url", SET)]), identifier="urn:x", timestamp="now")
    assert set(short) == {"resourceType", "url", "title", "expansion"}
    assert (short["expansion"]["identifier"], short["expansion"]["timestamp"]) == ("urn:x", "now")
    long = expand(known, None, Asked(query=[("url", SET), ("includeDefinition", "true")]))
    assert {"compose", "description"} <= set(long)


def test_a_chain_deeper_than_json_is_read_stands_side_by_side() -> None:
    """Danger: an answer that no client can read, or a server that fails as it writes it."""
    parent = {"code": "p", "uri": "http://hl7.org/fhir/concept-properties#parent", "type": "code"}
    links = [
        {"code": str(place), "property": [{"code": "p", "valueCode": str(place - 1)}]}
        for place in range(1_000)
    ]
    for many, side_by_side in ((24, 1), (25, 25), (1_000, 1_000)):
        chain = system(*links[:many], property=[parent])
        answer = expand(Catalogue.of([chain]), ALL, Asked())
        shown = answer["expansion"]["contains"]
        assert len(shown) == side_by_side
        assert decode(encode(answer))["expansion"]["total"] == many
