"""Which version of a system a code is looked up in: the set's, the code's, the request's."""

import pytest
from tests.fhir.terminology.checking.asked import coding, of_set, said, texts
from tests.fhir.terminology.making import BEASTS, system, value_set

OLD = system({"code": "cat", "display": "Old cat"}, "dodo", version="1.0")
NEW = system({"code": "cat", "display": "New cat"}, "moa", version="2.0")
ANY = value_set("https://a.test/any", {"system": BEASTS})
PINNED = value_set("https://a.test/pinned", {"system": BEASTS, "version": "1.0"})
BOTH = value_set(
    "https://a.test/both",
    {"system": BEASTS, "version": "1.0"},
    {"system": BEASTS, "version": "2.0"},
)


def asked(which: dict[str, object], code: str, **named: str) -> dict[str, object]:
    version = {"version": named.pop("version")} if "version" in named else {}
    return of_set(
        OLD, NEW, which, url=which["url"], coding=coding(code, BEASTS, **version), **named
    )


def test_the_newest_where_nobody_says() -> None:
    """Danger: a code judged by a version that is out of date."""
    answer = asked(ANY, "cat")
    assert (answer["result"], answer["version"], answer["display"]) == (True, "2.0", "New cat")
    assert asked(ANY, "dodo")["result"] is False


def test_the_version_of_the_set_stands_before_the_newest() -> None:
    """Danger: a set that is tied to a version answers by another."""
    assert asked(PINNED, "dodo")["result"] is True
    assert asked(PINNED, "moa")["result"] is False


def test_a_code_that_lacks_is_told_of_the_version_of_the_set_alone() -> None:
    """Danger: "unknown code" told of a version that nobody asked about, or of two."""
    (first, second) = texts(asked(PINNED, "unicorn"))
    assert "pinned" in first or "pinned" in second
    assert "version '1.0'" in first or "version '1.0'" in second
    assert "2.0" not in first + second


def test_a_code_of_another_version_than_the_sets_is_told() -> None:
    """Danger: a code accepted that its sender took from another year's system."""
    answer = asked(PINNED, "cat", version="2.0")
    assert answer["result"] is False
    assert said(answer) == [("error", "vs-invalid", "Coding.version")]


def test_a_version_that_nobody_knows_is_named() -> None:
    """Danger: "wrong code" told where only the version is not here."""
    answer = asked(ANY, "cat", version="3.0")
    assert answer["result"] is False
    assert answer["x-caused-by-unknown-system"] == f"{BEASTS}|3.0"


def test_the_requests_rules() -> None:
    """Danger: a forced version not used, a default used where the set says one, no check."""
    assert asked(ANY, "dodo", system_version=f"{BEASTS}|1.0")["result"] is True
    assert asked(PINNED, "moa", system_version=f"{BEASTS}|2.0")["result"] is False
    assert asked(PINNED, "moa", force_system_version=f"{BEASTS}|2.0")["result"] is True
    answer = asked(PINNED, "cat", check_system_version=f"{BEASTS}|2.x")
    assert said(answer) == [("error", "version-error", "Coding.version")]


@pytest.mark.parametrize(("code", "version"), [("cat", "2.0"), ("dodo", "1.0"), ("moa", "2.0")])
def test_of_several_versions_in_one_set_the_one_that_has_the_code(code: str, version: str) -> None:
    """Danger: a code of the older version unknown because the newer has it not."""
    assert asked(BOTH, code)["version"] == version
    assert asked(BOTH, code)["result"] is True


def test_the_display_tells_which_of_several_versions_is_meant() -> None:
    """Danger: a right display of the older version called wrong."""
    meant = coding("cat", display="Old cat")
    answer = of_set(OLD, NEW, BOTH, url=BOTH["url"], coding=meant)
    assert (answer["result"], answer["version"]) == (True, "1.0")


@pytest.mark.parametrize("display", ["", "New cat", "Old cat", "Dog"])
@pytest.mark.parametrize("has_it", ["1.0", "2.0"])
def test_a_display_never_decides_whether_a_code_is_in_a_set(display: str, has_it: str) -> None:
    """Danger: a code of one version's list is "not in the set" for being shown otherwise."""
    listing_cat = {"system": BEASTS, "version": has_it, "concept": [{"code": "cat"}]}
    other, only = ("2.0", "moa") if has_it == "1.0" else ("1.0", "dodo")
    beside = {"system": BEASTS, "version": other, "concept": [{"code": only}]}
    which = value_set("https://a.test/listed", listing_cat, beside)
    shown = coding("cat", BEASTS, **({"display": display} if display else {}))
    answer = of_set(OLD, NEW, which, url=which["url"], coding=shown)
    assert "not-in-vs" not in [kind for _, kind, _ in said(answer)]
    assert answer["version"] == has_it
