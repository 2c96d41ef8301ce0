"""Units as French readers write them: UCUM « 10*9/L » is « 10⁹/L », « m[IU]/L » is « mUI/L ».

Source: UCUM 2.1 §§6-12 (annotations, exponents, unit atoms).
"""

import re

_ATOMS = {
    "Cel": "°C", "[degF]": "°F", "deg": "°", "Ohm": "Ω", "[pH]": "", "1": "",
    "mm[Hg]": "mmHg", "cm[H2O]": "cmH₂O", "m[H2O]": "mH₂O",
    "[IU]": "UI", "k[IU]": "kUI", "m[IU]": "mUI", "u[IU]": "µUI",
    "[iU]": "UI", "k[iU]": "kUI", "m[iU]": "mUI", "u[iU]": "µUI",
    "[arb'U]": "U arb.", "[CFU]": "UFC", "[PFU]": "UFP", "[HPF]": "champ", "[LPF]": "champ",
    "[drp]": "gouttes", "[ppm]": "ppm", "[ppb]": "ppb", "[Ch]": "Ch",
    "ug": "µg", "umol": "µmol", "uL": "µL", "um": "µm", "us": "µs", "uU": "µU", "ukat": "µkat",
    "eq": "Eq", "meq": "mEq", "osm": "Osm", "mosm": "mOsm",
    "m2": "m²", "m3": "m³", "cm2": "cm²", "cm3": "cm³", "mm2": "mm²", "mm3": "mm³", "um3": "µm³",
    "d": "j", "wk": "sem.", "mo": "mois", "a": "an", "(24.h)": "24\u00a0h",
}  # fmt: skip
"""UCUM atoms that read badly -> what is printed. Others are printed as they are."""
_ANNOTATIONS = {
    "{1.73_m2}": "1,73\u00a0m²", "{FEU}": "\u00a0FEU", "{DDU}": "\u00a0DDU", "{copies}": "copies",
    "{cells}": "cellules",
}  # fmt: skip
"""Annotations that say more than the label does; « {INR} » or « {score} » only repeat it."""
_ANNOTATION = re.compile(r"\{[^}]*\}")
_POWER = re.compile(r"10[*^](-?\d+)")
_EXPONENTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PRODUCT = re.compile(r"(?<=[A-Za-z\])])\.(?=[A-Za-z\[(])")
"""The point of « mg.kg », not that of « 1.73 »."""


def readable(unit: str) -> str:
    """A UCUM expression, or what a sender wrote in its place, ready to print; empty for none."""
    known = _ANNOTATION.sub(lambda found: _ANNOTATIONS.get(found[0], ""), unit)
    ratio = ("·".join(map(_atom, _PRODUCT.split(part))) for part in known.split("/"))
    return "/".join(ratio).removesuffix("/")


def _atom(text: str) -> str:
    return _POWER.sub(lambda found: f"10{found[1].translate(_EXPONENTS)}", _ATOMS.get(text, text))
