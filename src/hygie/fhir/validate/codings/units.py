"""The unit that a usual misspelling means."""

import re
from typing import Final

from hygie.fhir.path.values.units import unit_of

MEANT: Final = {
    "mmHg": "mm[Hg]", "cmH2O": "cm[H2O]", "°C": "Cel", "°F": "[degF]", "bpm": "/min",
    "UI": "[IU]", "IU": "[IU]", "mUI": "m[IU]", "mIU": "m[IU]", "kUI": "k[IU]", "kIU": "k[IU]",
    "µUI": "u[IU]", "mcg": "ug", "µg": "ug", "μg": "ug", "µL": "uL", "μL": "uL", "µl": "uL",
    "µmol": "umol", "μmol": "umol", "mEq": "meq", "mOsm": "mosm", "cc": "mL", "sec": "s",
    "mn": "min", "hr": "h", "heure": "h", "jour": "d", "jours": "d", "j": "d", "an": "a",
    "ans": "a", "mois": "mo", "month": "mo", "year": "a", "day": "d", "tbl": "{tbl}",
    "tab": "{tbl}", "cp": "{tbl}", "ea": "{each}", "drop": "[drp]", "gttes": "[drp]",
    "goutte": "[drp]", "gouttes": "[drp]", "score": "{score}", "(score)": "{score}",
}  # fmt: skip
"""Symbols of laboratories and pharmacies -> those of UCUM."""
_SYMBOLS: Final = re.compile(r"[^/.]+")
MAX_CHARACTERS: Final = 64


def meant_unit(code: str) -> str:
    """The UCUM unit that `code` stands for; "" when it cannot be told."""
    if len(code) > MAX_CHARACTERS:
        return ""
    plain = code.replace(" ", "")
    unit = _SYMBOLS.sub(lambda symbol: _symbol(symbol[0]), plain)
    return unit if unit != code and unit_of(unit) is not None else ""


def _symbol(written: str) -> str:
    return MEANT.get(written) or MEANT.get(written.lower(), written)
