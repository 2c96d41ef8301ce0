"""The official table of UCUM: prefixes, base units, and what every other unit is made of.

`ucum-essence.xml` is shipped as it is published, whole and unchanged (see NOTICE.md beside it), and
read on first use, in milliseconds.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Final
from xml.etree import ElementTree as ET

ESSENCE: Final = "ucum-essence.xml"
_NAMES: Final = {"ucum": "http://unitsofmeasure.org/ucum-essence"}


@dataclass(frozen=True, slots=True)
class Atom:
    """One unit of the table: `value` times `unit`."""

    code: str
    metric: bool
    """Takes prefixes."""
    arbitrary: bool
    """Measured by a procedure of its own: commensurable with nothing else (UCUM §24)."""
    value: Fraction
    unit: str
    function: str
    """For a special unit, on no ratio scale, the name of its function (UCUM §21); else empty."""


@dataclass(frozen=True, slots=True)
class Table:
    prefixes: dict[str, Fraction]
    bases: frozenset[str]
    atoms: dict[str, Atom]


@cache
def table() -> Table:
    """The case-sensitive codes."""
    root = ET.fromstring(  # noqa: S314 - our own file, its checksum pinned
        resources.files(__package__).joinpath(ESSENCE).read_bytes()
    )
    atoms = [_atom(unit) for unit in root.findall("ucum:unit", _NAMES)]
    return Table(
        {p.attrib["Code"]: _value(p) for p in root.findall("ucum:prefix", _NAMES)},
        frozenset(base.attrib["Code"] for base in root.findall("ucum:base-unit", _NAMES)),
        {atom.code: atom for atom in atoms},
    )


def _value(parent: ET.Element) -> Fraction:
    value = parent.find("ucum:value", _NAMES)
    return Fraction(Decimal(value.attrib["value"])) if value is not None else Fraction(1)


def _atom(unit: ET.Element) -> Atom:
    value = unit.find("ucum:value", _NAMES)
    function = unit.find("ucum:value/ucum:function", _NAMES)
    source = function if function is not None else value
    attributes = source.attrib if source is not None else {}
    return Atom(
        unit.attrib["Code"],
        unit.attrib["isMetric"] == "yes",
        unit.attrib.get("isArbitrary") == "yes",
        Fraction(Decimal(attributes["value"])),
        attributes["Unit"],
        attributes["name"] if function is not None else "",
    )
