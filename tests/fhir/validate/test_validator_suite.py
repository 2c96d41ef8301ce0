"""The reference validator's cases, as a table in the summary."""

from collections.abc import Callable

import pytest
from tests.fhir.validate.validator_suite import Answer, Run, Table, answer, near, normal, runs


@pytest.fixture(scope="module")
def table() -> Table:
    everything = runs()
    if not everything:
        pytest.skip("the public suites are not here: set HYGIE_SHARED to their folder")
    return Table([answer(run) for run in everything])


def test_agreement(table: Table, record_property: Callable[[str, object], None]) -> None:
    """Danger: a resource accepted that the reference refuses, or the reverse."""
    for line in table.lines():
        record_property("suite", line)
    assert table.agreement >= AGREEMENT
    assert table.share(lenient=True) >= PLACES


def test_no_crash(table: Table) -> None:
    """Danger: an exception where an issue was due."""
    assert table.crashes == []


AGREEMENT, PLACES = 0.9, 0.74
"""Raised as the checks land: what is reached is not lost again."""


def test_places_are_compared_without_noise() -> None:
    """Danger: a place counted as missed, or as found, for the way it is written."""
    assert normal("Bundle.entry[0].resource/*Patient/1*/.id") == "Bundle.entry[0].resource.id"
    assert normal("Patient.extension[0][url='x']") == "Patient.extension[0]"
    assert normal("/f:Bundle") == "Bundle"
    assert near("Patient", "Patient.name[0]")
    assert near("Observation.value.ofType(Quantity)", "Observation")
    assert near("Patient.name[0]", "Patient.name")
    assert not near("Patient", "Patient.name[0].given[0]")
    assert not near("Patient.name[0]", "Patient.name[1]")


def test_an_unread_file_agrees_with_nothing() -> None:
    """Danger: a format that is passed over counts as a success."""
    run = Run("x", "x", "x.txt", "", (), (), ())
    assert not Answer(run, unread=True).agrees
    assert not Answer(run, crash="x").agrees
    assert Answer(run).agrees
