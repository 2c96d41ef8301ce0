"""Coded values (CE, CWE) and units, with the code systems Hygie knows by their HL7 names.

HL7 table 0396: LN is LOINC, UCUM its units, SCT SNOMED CT, I10 and CIM10 the CIM-10.
"""

import re
from typing import Any, Final

from hygie.hl7v2.message import Field
from hygie.identity import systems

LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
_SYSTEMS: Final = {
    "LN": LOINC,
    "LOINC": LOINC,
    "UCUM": UCUM,
    "SCT": "http://snomed.info/sct",
    "SNM": "http://snomed.info/sct",
    "SNOMED-CT": "http://snomed.info/sct",
    "I10": "http://hl7.org/fhir/sid/icd-10",
    "CIM10": "http://hl7.org/fhir/sid/icd-10",
    "CIM-10": "http://hl7.org/fhir/sid/icd-10",
    "ATC": "http://www.whocc.no/atc",
    "WC": "http://www.whocc.no/atc",
    "CCAM": "https://smt.esante.gouv.fr/terminologie-ccam",
    "ISO3166": "urn:iso:std:iso:3166",
}
_HL7_TABLE = re.compile(r"HL7(\d{4,5})\Z")
_OID = re.compile(r"[0-2](\.\d+){2,}\Z")
_LITRE = re.compile(r"(?<=[/dmµn])l\b")
_OWN: Final = "urn:hygie:code-system:"

_SAME = (
    "mmol/L", "nmol/L", "pmol/L", "umol/L", "mol/L", "mmol/mol", "g/L", "g/dL", "mg/L", "mg/dL",
    "ug/L", "ng/L", "ng/mL", "pg/mL", "mg/g", "mg/mmol", "U/L", "%", "fL", "pg", "mm", "mm/h", "s",
    "min", "h", "mL/min", "kPa", "/min", "/mm3", "kg", "g", "mg", "cm", "m", "kg/m2", "mL", "L",
    "L/min", "10*9/L", "10*12/L", "10*3/uL", "10*6/uL", "mosm/kg",
)  # fmt: skip
"""Written by laboratories as UCUM writes them."""
_UNITS: Final = {
    **{unit: unit for unit in _SAME},
    "µmol/L": "umol/L", "µg/L": "ug/L", "µg/mL": "ug/mL", "g/24h": "g/(24.h)",
    "mg/24h": "mg/(24.h)", "UI/L": "[IU]/L", "UI/mL": "[IU]/mL", "mUI/L": "m[IU]/L",
    "mUI/mL": "m[IU]/mL", "kUI/L": "k[IU]/L", "G/L": "10*9/L", "Giga/L": "10*9/L",
    "giga/L": "10*9/L", "10^9/L": "10*9/L", "10e9/L": "10*9/L", "T/L": "10*12/L",
    "Téra/L": "10*12/L", "Tera/L": "10*12/L", "10^12/L": "10*12/L", "10e12/L": "10*12/L",
    "/µL": "/uL", "sec": "s", "mL/min/1.73m2": "mL/min/{1.73_m2}",
    "mL/min/1,73m2": "mL/min/{1.73_m2}", "mL/min/1,73m²": "mL/min/{1.73_m2}", "mmHg": "mm[Hg]",
    "bpm": "/min", "°C": "Cel", "kg/m²": "kg/m2", "mOsm/kg": "mosm/kg",
}  # fmt: skip
"""How French laboratories write units -> UCUM. Case counts: g/L is not G/L (giga per litre)."""


def concept(field: Field) -> dict[str, Any]:
    """CE or CWE as CodeableConcept: the code, its alternate, the original text. Empty if empty."""
    if not field:
        return {}
    codings = [
        coding
        for start in (1, 4)
        if (coding := _coding(field.text(start), field.text(start + 1), field.text(start + 2)))
    ]
    text = field.text(9) or field.text(2) or field.text(5) or ("" if codings else field.text(1))
    result: dict[str, Any] = {"coding": codings} if codings else {}
    return result | ({"text": text} if text else {})


def coding(field: Field) -> dict[str, str]:
    """The first code of a CE or CWE; empty if there is none."""
    return _coding(field.text(1), field.text(2), field.text(3))


def part(field: Field, component: int) -> dict[str, Any]:
    """A CE inside a component: code & words & system; words alone when that is all there is."""
    code, text, name = (field.text(component, number) for number in (1, 2, 3))
    coding = _coding(code, text, name) if text or name else {}
    words = text or code
    found: dict[str, Any] = {"coding": [coding]} if coding else {}
    return found | ({"text": words} if words else {})


def label(field: Field) -> dict[str, str]:
    """The words of a CE or CWE, else its code as words."""
    text = field.text(2) or field.text(1)
    return {"text": text} if text else {}


def of_system(field: Field, system: str) -> dict[str, Any]:
    """A code whose system the standard fixes, with its words when it has any."""
    code, text = field.text(1), field.text(2)
    found: dict[str, Any] = {"text": text} if text else {}
    if code:
        found["coding"] = [{"system": system, "code": " ".join(code.split())}]
    return found


def _coding(code: str, display: str, name: str) -> dict[str, str]:
    if not code:
        return {}
    coding = {"system": system(name), "code": " ".join(code.split()), "display": display}
    return {key: value for key, value in coding.items() if value}


def system(name: str) -> str:
    """The URL of a coding system that HL7 v2 names; a local one gets a name of Hygie's own."""
    if not name:
        return ""
    known = _SYSTEMS.get(name.upper())
    if known:
        return known
    table = _HL7_TABLE.match(name.upper())
    if table:
        return f"http://terminology.hl7.org/CodeSystem/v2-{table.group(1)}"
    if _OID.match(name):
        return f"urn:oid:{name}"
    return _OWN + systems.slug(name)


def unit(field: Field) -> dict[str, str]:
    """OBX-6 as the unit of a Quantity; `system` and `code` only when it is UCUM for certain."""
    return unit_of(field.text(1), field.text(2), field.text(3))


def unit_of(code: str, text: str, name: str) -> dict[str, str]:
    """The same of the three parts of a CE."""
    if code == "10" and text[:1].isdigit():  # "10^9/L", its caret not escaped
        code, text, name = f"10^{text}", "", ""
    shown = text or code
    if not shown:
        return {}
    if name.upper() == "UCUM" and code:
        return {"unit": shown, "system": UCUM, "code": code}
    known = _ucum(code) or _ucum(shown)
    return {"unit": shown, "system": UCUM, "code": known} if known else {"unit": shown}


def _ucum(text: str) -> str | None:
    return _UNITS.get(text) or _UNITS.get(_tidy(text))


def _tidy(text: str) -> str:
    """One micro sign, no spaces, litre in capitals: differences without meaning."""
    plain = text.replace("\u03bc", "\u00b5").replace(" ", "")
    return _LITRE.sub("L", plain)
