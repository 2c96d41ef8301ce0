"""The 711 official examples of R4, with all that R4's own definitions let us check."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.fhir.validate.wrong_examples import WRONG

from hygie.fhir.codec import decode
from hygie.fhir.packages import base_library
from hygie.fhir.validate import Validator, base_validator, validator_for
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.refusal import Issue

Broken = set[tuple[str, str]]
LISTED: Broken = {(name, rule) for rule, (_, names) in WRONG.items() for name in names.split()}


def files(suites: Path) -> list[Path]:
    found = sorted((suites / "r4-examples").glob("*.json"))
    assert len(found) == 711
    return found


def broken(validator: Validator, suites: Path) -> Broken:
    """Example and rule, for each rule that refuses it."""
    return {
        (path.stem, issue.rule)
        for path in files(suites)
        for issue in issues_of(validator, path)
        if issue.severity in ("error", "fatal")
    }


def issues_of(validator: Validator, path: Path) -> list[Issue]:
    return validator.validate(decode(path.read_bytes(), limit=MAX_BUNDLE_BYTES))


def test_examples_are_refused_for_what_the_reference_validator_refuses(
    suites: Path, record_property: Callable[[str, object], None]
) -> None:
    """Danger: a rule that the specification's own examples show to be wrong."""
    found = broken(validator_for(base_library()), suites)
    wrong = len({name for name, _ in found})
    ours = len(found - LISTED)
    text = f"r4-examples: {711 - wrong}/711 valid; {wrong} refused, {ours} without a reason in R4"
    record_property("suite", text)
    assert found == LISTED


def test_storage_refuses_no_more_than_validation(suites: Path) -> None:
    """Danger: what a technician sees as valid is refused at the door, with no profile to blame."""
    assert broken(base_validator(), suites) < LISTED


@pytest.mark.parametrize("rule", WRONG)
def test_a_refusal_of_an_example_has_its_reason(rule: str) -> None:
    """Danger: the list is grown to make a test pass."""
    why, names = WRONG[rule]
    assert len(why) > 20
    assert names.split() == sorted(set(names.split()))
