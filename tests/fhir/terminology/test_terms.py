"""What is said of codes, systems and sets."""

from itertools import pairwise
from typing import Any

import pytest
from tests.fhir.terminology.making import (
    ANIMALS,
    BEASTS,
    codes,
    kept,
    system,
    terms,
    value_set,
)

from hygie.fhir.packages import Definition, Library
from hygie.fhir.terminology import Membership, SystemKind, Terms
from hygie.fhir.terminology import terms as module

IN, OUT, UNKNOWN = Membership.IN, Membership.OUT, Membership.UNKNOWN
SET = "https://a.test/vs"


@pytest.mark.parametrize(
    ("content", "expected"),
    [("complete", OUT), ("fragment", UNKNOWN), ("example", UNKNOWN), ("not-present", UNKNOWN)],
)
def test_only_a_whole_system_can_deny(content: str, expected: Membership) -> None:
    """Danger: codes refused by a list that says itself that it is not all."""
    known = terms(system("cat", content=content), value_set(SET, {"system": BEASTS}))
    assert [known.known(BEASTS, code) for code in ("cat", "dog")] == [IN, expected]
    assert [known.member(SET, BEASTS, code) for code in ("cat", "dog")] == [IN, expected]


def test_listed_codes_need_no_system() -> None:
    """Danger: a set of ten SNOMED CT codes not checked for want of SNOMED CT."""
    known = terms(value_set(SET, codes("1", "2", of="http://snomed.info/sct")))
    assert known.member(SET, "http://snomed.info/sct", "1") is IN
    assert known.member(SET, "http://snomed.info/sct", "3") is OUT
    assert known.member(SET, "http://loinc.org", "1") is OUT


def test_a_code_without_a_system_is_of_one_of_the_set() -> None:
    """Danger: every `code` element refused, whose system is never written (R4 §4.1.5)."""
    known = terms(ANIMALS, value_set(SET, codes("fr", of="urn:x"), kept(("concept", "=", "cat"))))
    assert [known.member(SET, "", code) for code in ("fr", "cat", "dodo")] == [IN, IN, OUT]


def test_a_set_that_imports_an_unknown_one_cannot_deny() -> None:
    """Danger: a code refused that the missing set may hold."""
    known = terms(value_set(SET, codes("cat"), {"valueSet": ["https://a.test/gone"]}))
    assert [known.member(SET, BEASTS, code) for code in ("cat", "dog")] == [IN, UNKNOWN]
    assert [known.member(SET, "", code) for code in ("cat", "dog")] == [IN, UNKNOWN]


def test_several_imports_of_one_include_intersect() -> None:
    """Danger: a union where the specification says an intersection (R4 §4.9.5)."""
    sets = [
        value_set("https://a.test/1", codes("a", "b")),
        value_set("https://a.test/2", codes("b")),
    ]
    both = {"valueSet": ["https://a.test/1", "https://a.test/2"]}
    known = terms(*sets, value_set(SET, both))
    assert [known.member(SET, BEASTS, code) for code in "ab"] == [OUT, IN]


def test_what_is_excluded_is_out() -> None:
    """Danger: a code withdrawn from a set let through."""
    known = terms(ANIMALS, value_set(SET, {"system": BEASTS}, exclude=[codes("cat")]))
    assert [known.member(SET, BEASTS, code) for code in ("cat", "bat")] == [OUT, IN]
    unknown = terms(value_set(SET, codes("cat"), exclude=[{"valueSet": ["https://a.test/gone"]}]))
    assert unknown.member(SET, BEASTS, "cat") is UNKNOWN


def test_a_set_of_active_codes_has_no_retired_one() -> None:
    """Danger: a dodo in a set whose compose says `inactive: false`."""
    vs = value_set(SET, {"system": BEASTS})
    assert terms(ANIMALS, vs).member(SET, BEASTS, "dodo") is IN
    vs["compose"]["inactive"] = False
    assert terms(ANIMALS, vs).member(SET, BEASTS, "dodo") is OUT
    assert terms(ANIMALS, vs).member(SET, BEASTS, "cat") is IN


def test_sets_that_import_each_other() -> None:
    """Danger: recursion without end; or an answer made of thin air."""
    known = terms(
        value_set("https://a.test/1", codes("a"), {"valueSet": ["https://a.test/2"]}),
        value_set("https://a.test/2", codes("b"), {"valueSet": ["https://a.test/1"]}),
    )
    for url in ("https://a.test/1", "https://a.test/2"):
        assert [known.member(url, BEASTS, code) for code in "abc"] == [IN, IN, UNKNOWN]
        assert [known.member(url, "", code) for code in "abc"] == [IN, IN, UNKNOWN]
        assert sorted(known.some(url, 5)) == ["a", "b"]


def test_a_long_chain_and_a_wide_web_of_imports() -> None:
    """Danger: a stack that overflows, or 2^30 questions, for sets that import each other."""
    urls = [f"https://a.test/{n}" for n in range(400)]
    chain = [value_set(one, {"valueSet": [other]}) for one, other in pairwise(urls)]
    assert terms(*chain).member(urls[0], BEASTS, "a") is UNKNOWN
    twice = [
        value_set(one, {"valueSet": [other]}, {"valueSet": [other]})
        for one, other in pairwise(urls[:15])
    ]
    web = terms(*twice, value_set(urls[14], codes("a")))
    assert [web.member(urls[0], BEASTS, code) for code in "ab"] == [IN, OUT]


def test_case_matters_unless_the_system_says_not() -> None:
    """Danger: "CAT" refused where case says nothing, or taken where it does."""
    for sensitive, expected in ((True, OUT), (False, IN)):
        known = terms(
            system("cat", caseSensitive=sensitive),
            value_set(SET, {"system": BEASTS}),
            value_set("https://a.test/listed", codes("cat")),
        )
        assert known.known(BEASTS, "CAT") is expected
        assert known.member(SET, BEASTS, "CAT") is expected
        assert known.member("https://a.test/listed", BEASTS, "CAT") is expected


def test_an_expansion_stands_in_where_the_definition_does_not_suffice() -> None:
    """Danger: a set shipped expanded, for want of its system, taken for unknown."""
    contains = [
        {"system": BEASTS, "code": "all", "abstract": True, "contains": [
            {"system": BEASTS, "code": "cat"}]},
    ]  # fmt: skip
    vs = value_set(SET, {"system": BEASTS}, expansion={"contains": contains})
    answers = [terms(vs).member(SET, BEASTS, code) for code in ("cat", "dog", "all")]
    assert answers == [IN, OUT, OUT]
    vs["expansion"]["total"] = 100
    assert terms(vs).member(SET, BEASTS, "dog") is UNKNOWN
    del vs["compose"]
    assert terms(vs).member(SET, "", "cat") is IN
    assert terms(vs).member(SET, "", "dog") is UNKNOWN


def test_versions_side_by_side() -> None:
    """Danger: last year's codes checked against this year's list."""
    old, new = system("cat", version="1"), system("dog", version="2")
    pinned = {"system": BEASTS, "version": "1"}
    known = terms(old, new, value_set(SET, pinned, version="1"), value_set(SET, codes("x")))
    assert known.known(BEASTS, "cat", "1") is IN
    assert known.known(BEASTS, "cat", "2") is OUT
    assert known.known(BEASTS, "cat", "3") is UNKNOWN
    assert known.member(f"{SET}|1", BEASTS, "cat") is IN
    assert known.member(f"{SET}|1", BEASTS, "dog") is OUT
    assert known.member(f"{SET}|9", BEASTS, "cat") is UNKNOWN


def test_the_set_of_the_package_that_asks() -> None:
    """Danger: a profile of one guide checked with the value set of another."""
    library = Library(
        Definition(value_set(SET, codes(code)), package)
        for code, package in (("a", "p"), ("b", "q"))
    )
    known = Terms(library)
    assert [known.member(SET, BEASTS, "a", near) for near in "pq"] == [IN, OUT]


def test_contained_sets() -> None:
    """Danger: a binding to `#id` taken for unknown (R4 §2.26.3.9); or kept when its holder went."""
    for code in ("a", "b"):
        inner = {"resourceType": "ValueSet", "id": "v", "compose": {"include": [codes(code)]}}
        holder = {"resourceType": "Questionnaire", "contained": [inner]}
        known = terms()
        answers = [known.member("#v", BEASTS, c, holder=holder) for c in "ab"]
        assert answers == [IN if c == code else OUT for c in "ab"]
    assert known.member("#v", BEASTS, "a") is UNKNOWN


def test_kinds_of_system() -> None:
    """Danger: a value set or a supplement coded with as if it were a system (R4 §4.7.2, §4.7.5)."""
    added = system(url="https://a.test/more", content="supplement", supplements=BEASTS)
    known = terms(
        ANIMALS, added, value_set(SET), system(url="https://a.test/part", content="fragment")
    )
    asked = (
        BEASTS,
        "http://unitsofmeasure.org",
        "https://a.test/part",
        "https://a.test/more",
        SET,
        "x:y",
    )
    kinds = [known.kind(url) for url in asked]
    assert kinds == [
        SystemKind.WHOLE,
        SystemKind.WHOLE,
        SystemKind.PART,
        SystemKind.SUPPLEMENT,
        SystemKind.VALUE_SET,
        SystemKind.UNKNOWN,
    ]
    assert known.known("https://a.test/more", "cat") is UNKNOWN
    added["content"] = "complete"
    assert terms(added).kind("https://a.test/more") is SystemKind.SUPPLEMENT


def test_what_is_said_of_a_code() -> None:
    """Danger: a good display called wrong because it is in French."""
    known = terms(ANIMALS)
    assert known.displays(BEASTS, "cat") == {"Cat", "Chat"}
    assert known.displays(BEASTS, "unicorn") == known.displays("x:y", "cat") == frozenset()


def test_what_a_person_reads_of_a_set() -> None:
    """Danger: "a code of https://…" where "Beasts: cat, bat…" helps."""
    known = terms(ANIMALS, value_set(SET, codes("cat", "bat"), title="Beasts"))
    assert known.title(SET) == "Beasts"
    assert known.some(SET, 1) == ["cat"]
    assert known.title("https://a.test/gone") == ""
    assert known.some("https://a.test/gone", 3) == []


WRONG: list[Any] = [
    *(None, 1, "x", [], {}, [None], [1], [[]]),
    {"include": 1},
    {"include": [{"filter": [{}], "system": BEASTS}]},
    {"include": [{"concept": [{}], "system": BEASTS}]},
    {"include": [{"valueSet": [1]}], "exclude": 3},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_definitions_of_any_shape(wrong: Any) -> None:
    """Danger: one bad value set of a guide that stops the validation of everything."""
    known = terms(
        {"resourceType": "ValueSet", "url": SET, "compose": wrong, "expansion": wrong},
        {"resourceType": "CodeSystem", "url": BEASTS, "content": "complete", "concept": wrong,
         "property": wrong, "caseSensitive": wrong},
    )  # fmt: skip
    for code in ("", "cat"):
        assert known.member(SET, BEASTS, code) in Membership
        assert known.member(SET, "", code) in Membership
        assert known.known(BEASTS, code) in Membership
    assert known.some(SET, 3) in ([], [""])
    assert known.displays(BEASTS, "cat") == frozenset()


def test_answers_are_kept_but_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Danger: memory that grows with every new wrong code of a hostile sender."""
    monkeypatch.setattr(module, "MAX_TERM_ANSWERS", 10)
    known = terms(value_set(SET, codes("1")))
    for number in range(100):
        known.member(SET, BEASTS, str(number))
    assert len(known._members) <= 10
