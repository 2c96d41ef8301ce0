"""$translate: what a code becomes by the maps that are known (R4 §4.10, operation translate)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.translation import translate
from hygie.refusal import Refused

Json = dict[str, Any]
LOCAL, CIM, ATC = "https://a.test/local", "https://a.test/cim", "https://a.test/atc"


def element(code: str, *targets: Json) -> Json:
    return {"code": code, "target": list(targets)}


def to(code: str, equivalence: str = "equivalent", **more: Any) -> Json:
    return {"code": code, "equivalence": equivalence, **more}


def group(*elements: Json, source: str = LOCAL, target: str = CIM, **more: Any) -> Json:
    return {"source": source, "target": target, "element": list(elements), **more}


def concept_map(name: str, *groups: Json, **more: Any) -> Json:
    named = {"resourceType": "ConceptMap", "url": f"https://a.test/{name}", "status": "active"}
    return {**named, "group": list(groups), **more}


SIMPLE = concept_map(
    "simple",
    group(element("flu", to("J10"), to("J11", "wider")), element("none", to("", "unmatched"))),
    group(element("flu", to("J07")), target=ATC),
    version="1.0",
)


def asked(*maps: Json, **named: Any) -> Json:
    items = []
    for name, value in named.items():
        if name == "dependency":
            items.append({"name": name, "part": value})
        else:
            kinds = {bool: "valueBoolean", str: "valueString", dict: "valueCoding"}
            kind = "valueCodeableConcept" if "odeableConcept" in name else kinds[type(value)]
            items.append({"name": name, kind: value})
    return translate(Catalogue.of(maps), Asked({"parameter": items}))


def matches(answer: Json) -> list[Json]:
    """Of each match, its parts by name."""
    found = []
    for item in answer["parameter"]:
        if item["name"] == "match":
            parts = {}
            for part in item["part"]:
                value = next((v for k, v in part.items() if k.startswith("value")), part)
                parts[part["name"]] = value
            found.append(parts)
    return found


def result(answer: Json) -> bool:
    return next(p["valueBoolean"] for p in answer["parameter"] if p["name"] == "result")


def codes(answer: Json) -> list[str]:
    return [match.get("concept", {}).get("code", "") for match in matches(answer)]


def test_all_that_a_code_becomes_surest_first() -> None:
    """Danger: a translation overlooked, or a vague one before an exact one."""
    answer = asked(SIMPLE, code="flu", system=LOCAL)
    assert result(answer)
    assert codes(answer) == ["J10", "J07", "J11"]
    assert matches(answer)[0] == {
        "equivalence": "equivalent",
        "concept": {"system": CIM, "code": "J10"},
        "source": "https://a.test/simple|1.0",
    }
    assert codes(asked(SIMPLE, code="flu", system=LOCAL, targetsystem=ATC)) == ["J07"]


def test_codings_and_concepts_are_asked_as_codes_are() -> None:
    """Danger: only one of the three forms of R4 works."""
    coding = {"system": LOCAL, "code": "flu"}
    expected = codes(asked(SIMPLE, code="flu", system=LOCAL))
    assert codes(asked(SIMPLE, coding=coding)) == expected
    concept = {"coding": [{"system": LOCAL, "code": "?"}, coding]}
    assert codes(asked(SIMPLE, codeableConcept=concept)) == expected


def test_what_is_said_to_have_no_match_is_no_translation() -> None:
    """Danger: `unmatched` and `disjoint` read as a translation (R4: result is then false)."""
    answer = asked(SIMPLE, code="none", system=LOCAL)
    assert not result(answer)
    assert matches(answer) == [{"equivalence": "unmatched", "source": "https://a.test/simple|1.0"}]
    answer = asked(SIMPLE, code="unheard", system=LOCAL)
    assert not result(answer)
    assert any(p["name"] == "message" for p in answer["parameter"])


def test_the_other_way_round() -> None:
    """Danger: reversed, `wider` stays wider and a diagnosis becomes broader than it was."""
    answer = asked(SIMPLE, code="J11", system=CIM, reverse=True)
    (match,) = matches(answer)
    assert match["concept"] == {"system": LOCAL, "code": "flu"}
    assert match["equivalence"] == "narrower"


def test_the_words_of_r5_are_answered_in_them() -> None:
    """Danger: a client of R5's names is not understood, or takes `source` for what it is not."""
    (match,) = matches(asked(SIMPLE, targetCode="J07", targetSystem=ATC, sourceSystem=LOCAL))
    assert match["concept"] == {"system": ATC, "code": "J07"}
    assert match["source"] == {"system": LOCAL, "code": "flu"}
    assert match["originMap"] == "https://a.test/simple|1.0"


def test_codes_that_a_map_has_not() -> None:
    """Danger: the map's own rule for them is not followed, or is for codes that it has."""
    provided = group(element("flu", to("J10")), unmapped={"mode": "provided"})
    fixed = group(unmapped={"mode": "fixed", "code": "R69", "display": "Unknown"}, target=ATC)
    both = concept_map("both", provided, fixed)
    answer = asked(both, code="cough", system=LOCAL)
    assert codes(answer) == ["cough", "R69"]
    assert matches(answer)[1]["concept"]["display"] == "Unknown"
    assert codes(asked(both, code="flu", system=LOCAL, targetsystem=CIM)) == ["J10"]


def test_what_a_map_says_of_others_is_not_said_of_what_it_is_not_made_for() -> None:
    """Danger: "unknown" given for every code of a system, by a map made for a few of them."""
    few = {
        "resourceType": "ValueSet",
        "url": "https://a.test/few",
        "compose": {"include": [{"system": LOCAL, "concept": [{"code": "a"}, {"code": "b"}]}]},
    }
    known = {"resourceType": "CodeSystem", "url": LOCAL, "content": "complete"}
    system = {**known, "concept": [{"code": code} for code in "abc"]}
    fixed = group(element("a", to("A")), unmapped={"mode": "fixed", "code": "R69"})
    made = concept_map("few-map", fixed, sourceUri=few["url"])
    found = {code: codes(asked(made, few, system, code=code, system=LOCAL)) for code in "abc"}
    assert found == {"a": ["A"], "b": ["R69"], "c": []}
    assert codes(asked(made, code="c", system=LOCAL)) == ["R69"]


def test_what_a_map_leaves_to_another_is_found_there() -> None:
    """Danger: an endless loop between maps that leave each other what they lack."""
    first = concept_map("1", group(unmapped={"mode": "other-map", "url": "https://a.test/2"}))
    other = {"mode": "other-map", "url": "https://a.test/1"}
    second = concept_map("2", group(element("flu", to("J10")), unmapped=other))
    assert codes(asked(first, second, url="https://a.test/1", code="flu", system=LOCAL)) == ["J10"]
    answer = asked(first, second, url="https://a.test/1", code="cough", system=LOCAL)
    assert not result(answer)


def test_mappings_that_depend_on_something_hold_only_with_it() -> None:
    """Danger: a translation for children given for a person whose age is not known."""
    needed = {"property": "https://a.test/age", "system": "https://a.test/ages", "value": "child"}
    product = {"property": "https://a.test/dose", "system": "https://a.test/doses", "value": "low"}
    target = to("J10", dependsOn=[needed], product=[product])
    depending = concept_map("depending", group(element("flu", target)))
    assert codes(asked(depending, code="flu", system=LOCAL)) == []
    concept = {"coding": [{"system": "https://a.test/ages", "code": "child"}]}
    dependency = [
        {"name": "element", "valueUri": "https://a.test/age"},
        {"name": "concept", "valueCodeableConcept": concept},
    ]
    answer = asked(depending, code="flu", system=LOCAL, dependency=dependency)
    assert codes(answer) == ["J10"]
    parts = matches(answer)[0]["product"]["part"]
    assert parts[0] == {"name": "element", "valueUri": "https://a.test/dose"}
    assert parts[1]["valueCoding"] == {"system": "https://a.test/doses", "code": "low"}


def test_value_sets_choose_among_maps() -> None:
    """Danger: a code translated by a map made for other sets of codes."""
    scoped = concept_map("scoped", group(element("flu", to("J10"))), sourceUri="https://a.test/vs")
    asking = {"code": "flu", "system": LOCAL}
    assert codes(asked(scoped, **asking, source="https://a.test/vs")) == ["J10"]
    assert codes(asked(scoped, **asking, source="https://a.test/other")) == []
    assert codes(asked(scoped, **asking)) == ["J10"]


def test_a_map_that_is_retired_answers_only_by_name() -> None:
    """Danger: a correspondence that was withdrawn goes on being applied."""
    old = concept_map("old", group(element("flu", to("J10"))), status="retired")
    assert codes(asked(old, code="flu", system=LOCAL)) == []
    assert codes(asked(old, url="https://a.test/old", code="flu", system=LOCAL)) == ["J10"]


def test_the_newest_version_of_a_map_unless_one_is_named() -> None:
    """Danger: an old version of a map answers."""
    versions = [
        concept_map("map", group(element("flu", to(code))), version=version)
        for version, code in (("1.0", "A"), ("10.0", "C"), ("2.0", "B"))
    ]
    asking = {"url": "https://a.test/map", "code": "flu", "system": LOCAL}
    assert codes(asked(*versions, **asking)) == ["C"]
    assert codes(asked(*versions, **asking, conceptMapVersion="2.0")) == ["B"]


def test_what_cannot_be_asked_is_refused() -> None:
    """Danger: "no translation" told where nothing was asked, or the map is not here."""
    with pytest.raises(Refused):
        asked(SIMPLE, code="flu")
    with pytest.raises(Refused, match="NOT_FOUND"):
        asked(SIMPLE, code="flu", system=LOCAL, url="https://a.test/none")


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3))
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["group", "element", "target", "source", "code", "unmapped", "mode"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(ANYTHING)
def test_maps_of_any_shape_never_break_it(group_like: Any) -> None:
    """Danger: one malformed map in the store stops every translation."""
    broken = {"resourceType": "ConceptMap", "url": "https://a.test/x", "group": group_like}
    answer = asked(broken, SIMPLE, code="flu", system=LOCAL)
    assert codes(answer)[:3] == ["J10", "J07", "J11"]
