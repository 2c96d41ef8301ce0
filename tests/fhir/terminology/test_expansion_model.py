"""Expansions held against a slow, obvious model of R4 §4.9.5, on small random definitions."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.terminology.making import BEASTS, Json, system, value_set

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.checking import validate_code
from hygie.fhir.terminology.expansion import expand

CODES = ("a", "b", "c", "d", "e", "f")
SET = "https://a.test/set/"
SETS = 3
OPERATORS = ("is-a", "descendent-of", "child-of", "is-not-a", "generalizes", "=", "in", "not-in")


@st.composite
def systems(draw: Any) -> Json:
    """Any graph of parents, with cycles and concepts that are their own; some codes are retired."""
    concepts = []
    for code in CODES:
        parents = draw(st.lists(st.sampled_from(CODES), max_size=2, unique=True))
        properties = [{"code": "parent", "valueCode": parent} for parent in parents]
        properties += [{"code": "kind", "valueCode": draw(st.sampled_from("xy"))}]
        if draw(st.booleans()):
            properties.append({"code": "inactive", "valueBoolean": True})
        concepts.append({"code": code, "display": f"the {code}", "property": properties})
    declared = [{"code": "kind", "type": "code"}]
    return system(*concepts, property=declared, caseSensitive=True)


@st.composite
def parts(draw: Any, number: int) -> Json:
    """Of the system, of other sets that come later, or of both."""
    part: Json = {}
    later = list(range(number + 1, SETS))
    if later and draw(st.booleans()):
        some = draw(st.lists(st.sampled_from(later), min_size=1, max_size=2, unique=True))
        part["valueSet"] = [f"{SET}{each}" for each in some]
    if not part or draw(st.booleans()):
        part["system"] = BEASTS
        way = draw(st.sampled_from(["all", "list", "filter"]))
        if way == "list":
            listed = draw(st.lists(st.sampled_from((*CODES, "unknown")), min_size=1, unique=True))
            part["concept"] = [{"code": code} for code in listed]
        elif way == "filter":
            part["filter"] = draw(st.lists(filters(), min_size=1, max_size=2))
    return part


@st.composite
def filters(draw: Any) -> Json:
    operator = draw(st.sampled_from(OPERATORS))
    if operator in ("in", "not-in", "=") and draw(st.booleans()):
        return {"property": "kind", "op": operator, "value": draw(st.sampled_from("xy"))}
    return {"property": "concept", "op": operator, "value": draw(st.sampled_from(CODES))}


@st.composite
def definitions(draw: Any) -> list[Json]:
    made = [draw(systems())]
    for number in range(SETS):
        includes = draw(st.lists(parts(number), min_size=1, max_size=2))
        excludes = draw(st.lists(parts(number), max_size=1))
        each = value_set(f"{SET}{number}", *includes, exclude=excludes)
        if draw(st.booleans()):
            each["compose"]["inactive"] = False
        made.append(each)
    return made


class Model:
    """What the definitions say, word by word."""

    def __init__(self, made: list[Json]) -> None:
        self.concepts = {concept["code"]: concept for concept in made[0]["concept"]}
        self.sets = {each["url"]: each for each in made[1:]}

    def codes(self, url: str) -> set[str]:
        compose = self.sets[url]["compose"]
        found: set[str] = set()
        for part in compose["include"]:
            found |= self.part(part)
        for part in compose.get("exclude", ()):
            found -= self.part(part)
        if compose.get("inactive") is False:
            found = {code for code in found if not self.retired(code)}
        return found

    def part(self, part: Json) -> set[str]:
        found = set(self.concepts) if "system" in part else set(CODES)
        if "concept" in part:
            found &= {item["code"] for item in part["concept"]}
        for each in part.get("filter", ()):
            found = {code for code in found if self.passes(code, each)}
        for url in part.get("valueSet", ()):
            found &= self.codes(url)
        return found

    def passes(self, code: str, item: Json) -> bool:
        operator, value = item["op"], item["value"]
        own = [p["valueCode"] for p in self.properties(code) if p["code"] == "kind"]
        held = own if item["property"] == "kind" else [code]
        return {
            "is-a": code == value or value in self.above(code),
            "descendent-of": value in self.above(code),
            "child-of": value in self.parents(code) and value != code,
            "is-not-a": code != value and value not in self.above(code),
            "generalizes": code == value or code in self.above(value),
            "=": value in held,
            "in": value in held,
            "not-in": value not in held,
        }[str(operator)]

    def above(self, code: str) -> set[str]:
        found: set[str] = set()
        while more := {p for each in (code, *found) for p in self.parents(each)} - found:
            found |= more
        return found - {code}

    def parents(self, code: str) -> list[str]:
        return [p["valueCode"] for p in self.properties(code) if p["code"] == "parent"]

    def retired(self, code: str) -> bool:
        return any(p["code"] == "inactive" for p in self.properties(code))

    def properties(self, code: str) -> list[Json]:
        found: list[Json] = self.concepts.get(code, {}).get("property", [])
        return found


def expanded(made: list[Json], **asked: str) -> Json:
    query = [("url", f"{SET}0"), *asked.items()]
    found: Json = expand(Catalogue.of(made), None, Asked(query=query))["expansion"]
    return found


def listed(expansion: Json) -> list[str]:
    """Codes of an expansion, those below others included."""
    found, waiting = [], list(expansion.get("contains", ()))
    while waiting:
        entry = waiting.pop(0)
        found.append(entry["code"])
        waiting = [*entry.get("contains", ()), *waiting]
    return found


@given(definitions())
def test_an_expansion_has_the_codes_that_the_definition_means(made: list[Json]) -> None:
    """A code offered that the set leaves out, or one that is missing, or twice there."""
    codes = listed(expanded(made))
    assert len(codes) == len(set(codes))
    assert set(codes) == Model(made).codes(f"{SET}0")


@given(definitions(), st.integers(1, 4))
def test_pages_laid_end_to_end_are_the_whole(made: list[Json], size: int) -> None:
    """A code lost, or shown twice, between two pages."""
    whole = listed(expanded(made, excludeNested="true"))
    paged: list[str] = []
    for offset in range(0, len(whole) + size, size):
        page = expanded(made, offset=str(offset), count=str(size), excludeNested="true")
        assert page["total"] == len(whole)
        paged += listed(page)
    assert paged == whole


@given(definitions(), st.sampled_from(["the", "a", "the b", "c", "zz"]))
def test_a_text_finds_some_of_the_whole(made: list[Json], text: str) -> None:
    """A text that lets codes in which the set leaves out, or misses one that it names."""
    whole = set(listed(expanded(made)))
    found = listed(expanded(made, filter=text))
    words = text.split()
    assert len(found) == len(set(found))
    assert set(found) == {
        code
        for code in whole
        if all(any(has.startswith(word) for has in (code, "the")) for word in words)
    }


@given(definitions())
def test_an_expansion_and_a_check_agree(made: list[Json]) -> None:
    """A code that is offered and then refused, or the other way round."""
    offered = set(listed(expanded(made)))
    known = Catalogue.of(made)
    for code in CODES:
        query = [("url", f"{SET}0"), ("system", BEASTS), ("code", code)]
        answer = validate_code(known, Asked(query=query))["parameter"]
        result = next(each["valueBoolean"] for each in answer if each["name"] == "result")
        assert result is (code in offered), code
