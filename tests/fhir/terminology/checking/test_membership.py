"""Whether a code is in a set: the rules of R4 §4.9.5, one danger each."""

from collections.abc import Iterator

import pytest
from tests.fhir.terminology.checking.asked import (
    coding,
    of_set,
    of_system,
    parameters,
    read,
    said,
)
from tests.fhir.terminology.making import ANIMALS, BEASTS, codes, kept, system, value_set

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.checking import validate_code
from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.layers import Loose
from hygie.fhir.terminology.system import System
from hygie.refusal import Refused

ALL = value_set("https://a.test/all", {"system": BEASTS})
TAME = value_set("https://a.test/tame", codes("cat"), codes("mammal"))
MAMMALS = value_set("https://a.test/mammals", kept(("concept", "is-a", "mammal")))


def test_a_code_of_the_set_is_in_it_with_its_system_and_display() -> None:
    """Danger: a right code refused, or answered without what it stands for."""
    answer = of_set(ANIMALS, ALL, url=ALL["url"], coding=coding("cat"))
    assert answer["result"] is True
    assert (answer["system"], answer["code"], answer["display"]) == (BEASTS, "cat", "Cat")
    assert "issues" not in answer
    assert "message" not in answer


@pytest.mark.parametrize(
    ("code", "is_in"), [("cat", True), ("bat", True), ("mammal", True), ("bird", False)]
)
def test_filters_are_asked_about_the_one_code(code: str, is_in: bool) -> None:
    """Danger: a code above, beside or below what a filter keeps is taken for one of it."""
    assert of_set(ANIMALS, MAMMALS, url=MAMMALS["url"], coding=coding(code))["result"] is is_in


def test_what_is_excluded_is_out_though_it_is_included() -> None:
    """Danger: an excluded code accepted; or what excludes it told as if it were asked for."""
    rest = value_set("https://a.test/rest", {"system": BEASTS}, exclude=[codes("cat", "none")])
    answer = of_set(ANIMALS, rest, url=rest["url"], coding=coding("cat"))
    assert answer["result"] is False
    assert said(answer) == [("error", "not-in-vs", "Coding.code")]
    assert of_set(ANIMALS, rest, url=rest["url"], coding=coding("bat"))["result"] is True


def test_an_include_is_in_all_sets_that_it_imports() -> None:
    """Danger: two imports of one include read as a union."""
    both = value_set("https://a.test/both", {"valueSet": [TAME["url"], MAMMALS["url"]]})
    either = value_set(
        "https://a.test/either", {"valueSet": [TAME["url"]]}, {"valueSet": [MAMMALS["url"]]}
    )
    known = (ANIMALS, TAME, MAMMALS, both, either)
    assert of_set(*known, url=both["url"], coding=coding("cat"))["result"] is True
    assert of_set(*known, url=both["url"], coding=coding("whale"))["result"] is False
    assert of_set(*known, url=either["url"], coding=coding("whale"))["result"] is True


def test_sets_that_import_each_other_are_refused_not_followed_for_ever() -> None:
    """Danger: an endless loop on a contradictory definition."""
    one = value_set("https://a.test/1", {"valueSet": ["https://a.test/2"]})
    two = value_set("https://a.test/2", {"valueSet": ["https://a.test/1"]})
    with pytest.raises(Refused, match="vs-invalid"):
        of_set(ANIMALS, one, two, url=one["url"], coding=coding("cat"))


def test_sets_imported_many_times_over_are_asked_once() -> None:
    """Danger: each of 12 sets imports the next twice, which makes 4096 questions."""
    sets = [
        value_set(f"https://a.test/{i}", *({"valueSet": [f"https://a.test/{i + 1}"]},) * 2)
        for i in range(12)
    ]
    last = value_set("https://a.test/12", codes("bat"))
    answer = of_set(ANIMALS, *sets, last, url=sets[0]["url"], coding=coding("cat"))
    assert answer["result"] is False


def test_an_unknown_import_is_an_answer_of_no_that_names_it() -> None:
    """Danger: a set of which a part is not known says yes, or says nothing of the reason."""
    one = value_set("https://a.test/1", {"valueSet": ["https://a.test/none"]}, codes("cat"))
    answer = of_set(ANIMALS, one, url=one["url"], coding=coding("cat"))
    assert answer["result"] is False
    assert "https://a.test/none" in answer["message"]


def test_an_unknown_system_is_not_a_no_of_the_set() -> None:
    """Danger: "not in the set" told of a code that nobody here can judge."""
    stars = value_set("https://a.test/stars", {"system": "https://a.test/stars-system"})
    asked = coding("sun", "https://a.test/stars-system")
    answer = of_set(ANIMALS, stars, url=stars["url"], coding=asked)
    assert answer["result"] is False
    assert answer["x-caused-by-unknown-system"] == "https://a.test/stars-system"
    assert said(answer) == [("error", "not-found", "Coding.system")]


def test_what_one_part_does_not_know_is_not_told_where_another_has_the_code() -> None:
    """Danger: a right code with a wrong display called unknown, for a version it never needed."""
    both = value_set("https://a.test/both", {"system": BEASTS, "version": "9"}, codes("cat"))
    answer = of_set(ANIMALS, both, url=both["url"], coding=coding("cat", display="Dog"))
    assert said(answer) == [("error", "invalid-display", "Coding.display")]
    assert "x-caused-by-unknown-system" not in answer


def test_a_fragment_cannot_deny_a_code() -> None:
    """Danger: a right code refused because only a part of its system is here."""
    part = system("cat", content="fragment", version="1")
    answer = of_set(part, ALL, url=ALL["url"], coding=coding("elephant"))
    assert answer["result"] is True
    assert said(answer) == [("warning", "invalid-code", "Coding.code")]


def test_abstract_and_inactive_codes_where_the_request_rules_them_out() -> None:
    """Danger: a grouping code, or a retired one, accepted where a real one is needed."""
    url = ALL["url"]
    assert of_set(ANIMALS, ALL, url=url, coding=coding("animal"))["result"] is True
    answer = of_set(ANIMALS, ALL, url=url, coding=coding("animal"), abstract=False)
    assert said(answer)[0] == ("error", "code-rule", "Coding.code")
    assert answer["result"] is False
    answer = of_set(ANIMALS, ALL, url=url, coding=coding("dodo"))
    assert (answer["result"], answer["inactive"], answer["status"]) == (True, True, "retired")
    answer = of_set(ANIMALS, ALL, url=url, coding=coding("dodo"), activeOnly=True)
    assert answer["result"] is False


class Endless(System):
    """A system too large to be gone through."""

    def codes(self) -> Iterator[str]:
        pytest.fail("all codes were listed")

    def below(self, code: str) -> Iterator[str]:
        pytest.fail(f"all below {code} was listed")


class OfEndless(Loose):
    def system(self, url: str, version: str) -> CodeSystem | None:
        return Endless(ANIMALS) if url == BEASTS else None


def test_no_set_is_ever_listed_to_answer() -> None:
    """Danger: a code of a set of 100,000 checked in seconds, not in less than a millisecond."""
    some = value_set("https://a.test/some", {"valueSet": [MAMMALS["url"]]}, exclude=[codes("bat")])
    known = Catalogue(OfEndless([ANIMALS, ALL, MAMMALS, some]))
    for which, code, is_in in ((ALL, "cat", True), (some, "cat", True), (some, "bat", False)):
        for how in ({"system": BEASTS}, {"inferSystem": True}):
            asked = Asked(parameters(url=which["url"], code=code, **how))
            assert read(validate_code(known, asked))["result"] is is_in


def test_a_code_without_its_system_is_inferred_only_when_there_is_one_answer() -> None:
    """Danger: a system guessed among several."""
    twice = value_set("https://a.test/twice", codes("cat"), codes("cat", of="https://b.test"))
    other = system("cat", url="https://b.test")
    answer = of_set(ANIMALS, ALL, url=ALL["url"], code="cat", inferSystem=True)
    assert (answer["result"], answer["system"]) == (True, BEASTS)
    answer = of_set(ANIMALS, other, twice, url=twice["url"], code="cat", inferSystem=True)
    assert answer["result"] is False
    assert ("error", "cannot-infer", "code") in said(answer)
    assert "system" not in answer


def test_case_of_a_code_by_its_systems_own_rule() -> None:
    """Danger: `A10` for `a10` refused by a system that does not distinguish, or the reverse."""
    loose = system("cat", caseSensitive=False, version="2")
    answer = of_set(loose, ALL, url=ALL["url"], coding=coding("CAT"))
    assert (answer["result"], answer["normalized-code"]) == (True, "cat")
    listed = of_set(loose, TAME, url=TAME["url"], coding=coding("CAT"))
    assert listed["result"] is True
    assert of_set(ANIMALS, ALL, url=ALL["url"], coding=coding("CAT"))["result"] is False


def test_one_coding_of_a_concept_is_enough_and_the_others_are_remarked() -> None:
    """Danger: a CodeableConcept refused for its local code; or its good coding not named."""
    concept = {"coding": [coding("bird"), coding("cat")], "text": "?"}
    answer = of_set(ANIMALS, TAME, url=TAME["url"], codeableConcept=concept)
    assert (answer["result"], answer["code"]) == (True, "cat")
    assert answer["codeableConcept"] == concept
    place = "CodeableConcept.coding[0].code"
    assert said(answer) == [("information", "this-code-not-in-vs", place)]


def test_a_coding_of_a_system_that_is_not_known_does_not_spoil_the_others() -> None:
    """Danger: every concept with a local code beside its national one called wrong."""
    concept = {"coding": [coding("x1", "https://local.test"), coding("cat")]}
    answer = of_set(ANIMALS, TAME, url=TAME["url"], codeableConcept=concept)
    assert (answer["result"], answer["code"]) == (True, "cat")
    assert ("warning", "not-found", "CodeableConcept.coding[0].system") in said(answer)
    assert "x-unknown-system" not in answer
    alone = {"coding": [coding("x1", "https://local.test")]}
    answer = of_set(ANIMALS, TAME, url=TAME["url"], codeableConcept=alone)
    assert (answer["result"], answer["x-unknown-system"]) == (False, "https://local.test")


def test_only_an_expansion_says_what_is_in_a_set_without_definition() -> None:
    """Danger: a set that came expanded taken for an empty one."""
    shipped = {
        "resourceType": "ValueSet",
        "url": "https://a.test/shipped",
        "expansion": {"contains": [{"system": BEASTS, "code": "cat"}]},
    }
    assert of_set(ANIMALS, shipped, url=shipped["url"], coding=coding("cat"))["result"] is True
    assert of_set(ANIMALS, shipped, url=shipped["url"], coding=coding("bat"))["result"] is False


def test_codes_of_a_system_that_is_a_rule() -> None:
    """Danger: units and media types unknown because nobody lists them."""
    answer = of_system(url="http://unitsofmeasure.org", code="mm[Hg]")
    assert answer["result"] is True
    assert of_system(url="http://unitsofmeasure.org", code="mmHG!")["result"] is False
    ucum = "http://unitsofmeasure.org"
    masses = value_set("https://a.test/masses", kept(("canonical", "=", "g"), of=ucum))
    assert of_set(masses, url=masses["url"], coding=coding("kg", ucum))["result"] is True
    assert of_set(masses, url=masses["url"], coding=coding("mL", ucum))["result"] is False


def test_a_system_answers_for_itself() -> None:
    """Danger: CodeSystem/$validate-code speaks of a value set that nobody asked about."""
    assert of_system(ANIMALS, url=BEASTS, code="cat")["display"] == "Cat"
    answer = of_system(ANIMALS, url=BEASTS, code="unicorn")
    assert said(answer) == [("error", "invalid-code", "code")]


def test_a_coding_without_its_system_is_no_code_of_any() -> None:
    """Danger: a bare code judged by a system that its sender did not name."""
    answer = of_system(ANIMALS, coding={"code": "cat"})
    assert answer["result"] is False
    assert said(answer) == [("warning", "invalid-data", "Coding")]
    with pytest.raises(Refused):
        of_system(ANIMALS, code="cat")


def test_nothing_to_check_is_refused_by_name() -> None:
    """Danger: a request without a code answered "no"."""
    with pytest.raises(Refused):
        of_set(ANIMALS, ALL, url=ALL["url"])
    with pytest.raises(Refused):
        of_set(ANIMALS, ALL, url=ALL["url"], code="cat")
    with pytest.raises(Refused):
        of_set(ANIMALS, coding=coding("cat"), url="https://a.test/none")
