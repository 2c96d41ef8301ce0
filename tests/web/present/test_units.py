"""Guards against units that nobody at the bedside would recognise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.demo.catalogue import analytes, drugs
from hygie.web.present.units import readable

CASES = {
    "[pH]": "", "{INR}": "", "{score}": "", "1": "", "%": "%", "Cel": "°C", "/min": "/min",
    "{beats}/min": "/min", "mm[Hg]": "mmHg", "[IU]/L": "UI/L", "m[IU]/L": "mUI/L",
    "u[IU]/mL": "µUI/mL", "k[IU]/L": "kUI/L", "10*9/L": "10⁹/L", "10*12/L": "10¹²/L",
    "10*3/uL": "10³/µL", "10^6/mL": "10⁶/mL", "umol/L": "µmol/L", "ug/L{FEU}": "µg/L FEU",
    "mL/min/{1.73_m2}": "mL/min/1,73 m²", "kg/m2": "kg/m²", "mg/kg/d": "mg/kg/j",
    "mg/(24.h)": "mg/24 h", "{copies}/mL": "copies/mL", "[CFU]/mL": "UFC/mL", "meq/L": "mEq/L",
    "mosm/kg": "mOsm/kg", "mg/{creat}": "mg", "kPa.s": "kPa·s", "/[HPF]": "/champ",
    "mmol/L": "mmol/L", "UI/L": "UI/L", "mL/min/1.73m2": "mL/min/1.73m2", "U arb.": "U arb.",
    "": "",
}  # fmt: skip


@pytest.mark.parametrize(("ucum", "said"), CASES.items())
def test_ucum_in_french(ucum: str, said: str) -> None:
    """« 7,21 [pH] » and « 12 m[IU]/L » are codes, not units."""
    assert readable(ucum).replace("\u00a0", " ") == said


def test_nothing_of_ucum_s_own_is_left_in_the_demonstration() -> None:
    """A unit forgotten in the table would be the one that visitors see."""
    used = {item.unit for item in (*analytes().values(), *drugs().values())}
    for unit in used:
        assert not set("[]{}*") & set(readable(unit)), unit


@given(st.text())
def test_any_unit_is_survived(unit: str) -> None:
    """What a sender calls a unit must never break a page."""
    assert isinstance(readable(unit), str)
