"""Guards against an event of the standard taken for an invention, and the reverse."""

import pytest

from hygie.hl7v2.events import is_standard, whole_name


@pytest.mark.parametrize(
    "name",
    ["DFT^P03", "BAR^P12", "QBP^Q22", "QRY", "MFN^M05", "PPR^PC1", "SRM^S11", "ADT^A62", "RSP^K22"],
)
def test_events_of_the_tables(name):
    """A message of another trade put before a person, who can do nothing with it."""
    assert is_standard(name)


@pytest.mark.parametrize("name", ["ADT^A63", "DFT^P99", "XYZ^A01", "ADT^Z99", "", "^A01", "DFT^"])
def test_events_of_no_table(name):
    """An invention kept in silence, though it may carry what should be filed."""
    assert is_standard(name) == (name == "DFT^")


@pytest.mark.parametrize(("name", "whole"), [("ORU", "ORU^R01"), ("ADT", "ADT"), ("DFT^P11",) * 2])
def test_types_that_say_their_event_alone(name, whole):
    """A result of version 2.1 refused for the half of a name."""
    assert whole_name(name) == whole
