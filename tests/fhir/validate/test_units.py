"""Units as they are written in hospitals, and what they are in UCUM."""

import pytest

from hygie.fhir.path.values.units import unit_of
from hygie.fhir.validate.codings.units import MEANT, meant_unit


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("mmHg", "mm[Hg]"), ("UI/L", "[IU]/L"), ("mUI / L", "m[IU]/L"), ("ml/hr", "ml/h"),
        ("mcg", "ug"), ("µmol/L", "umol/L"), ("°C", "Cel"), ("bpm", "/min"), ("TAB", "{tbl}"),
        ("jours", "d"), ("unknown", ""), ("", ""), ("mg", ""), ("UI" * 100, ""), ("///", ""),
    ],
)  # fmt: skip
def test_what_is_meant(written: str, meant: str) -> None:
    """Danger: a technician told that a unit is wrong, and left to guess the right one."""
    assert meant_unit(written) == meant


@pytest.mark.parametrize("unit", sorted(set(MEANT.values())))
def test_what_is_proposed_is_a_unit(unit: str) -> None:
    """Danger: a wrong unit proposed for another."""
    assert unit_of(unit) is not None


@pytest.mark.parametrize("written", sorted(MEANT))
def test_what_is_replaced_is_no_unit(written: str) -> None:
    """Danger: a good unit taken for a mistake."""
    assert unit_of(written) is None
