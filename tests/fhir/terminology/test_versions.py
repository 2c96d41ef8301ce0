"""Which version is meant: one rule for all operations."""

import pytest

from hygie.fhir.terminology.versions import Chosen, VersionRules, fits

URL = "https://a.test/system"


@pytest.mark.parametrize(
    ("wanted", "version", "is_one"),
    [
        ("1.0.0", "1.0.0", True),
        ("1", "1.0.0", False),
        ("1.x", "1.2.3", True),
        ("1.x.x", "1.2.3", True),
        ("1.0.x", "1.2.3", False),
        ("1.*.3", "1.2.3", True),
        ("1.x.x", "1.2", False),
        ("2024", "2024-05-01", True),
        ("2024-05", "2024-06-01", False),
        ("http://snomed.info/sct/1", "http://snomed.info/sct/1/version/2", True),
        ("http://snomed.info/sct/1", "http://snomed.info/sct/11/version/2", False),
        ("x" * 1_000, "1.0", False),
    ],
)
def test_a_version_is_met_as_it_is_asked_for(wanted: str, version: str, is_one: bool) -> None:
    """A code judged by another version than the one that was meant."""
    assert fits(wanted, version) is is_one


def test_force_wins_then_the_definition_then_the_default_then_the_check() -> None:
    """A definition's version that a request meant to replace, or the other way round."""
    rules = VersionRules.of([f"{URL}|2"], [f"{URL}|3"], [])
    assert rules.choose(URL, "1") == Chosen("1", "")
    assert rules.choose(URL, "") == Chosen("2", "system-version")
    assert VersionRules.of([], [f"{URL}|3"], []).choose(URL, "").version == "3"
    forced = VersionRules.of([f"{URL}|2"], [], [f"{URL}|4"])
    assert forced.choose(URL, "1") == Chosen("4", "force-system-version")
    assert forced.choose("https://a.test/other", "") == Chosen("", "")


def test_a_check_names_what_it_requires() -> None:
    """An expansion of a version that the request said it cannot use."""
    rules = VersionRules.of([], [f"{URL}|1.0.x"], [])
    assert rules.broken(URL, "1.2.0") == "1.0.x"
    assert rules.broken(URL, "1.0.7") == ""
