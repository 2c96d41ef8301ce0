"""Fields and segments as HL7 v2.5 writes them, with the usual delimiters and in UTF-8."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import unquote

from hygie.hl7v2.delimiters import STANDARD
from hygie.hl7v2.escapes import escape

DELIMITERS: Final = "^~\\&"
NAMED: Final = "urn:hygie:authority:"
"""Identifier system of an assigning authority that gave a name but no OID (`identity.systems`)."""
_MOMENT: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?)?)?"
)


def text(value: object) -> str:
    """A value as it may stand in a field."""
    return escape(str(value), STANDARD)


def components(*values: object) -> str:
    """Values of one field, escaped; empty ones at the end are left out."""
    return "^".join(text(value) for value in values).rstrip("^")


def repetitions(values: Iterable[str]) -> str:
    return "~".join(value for value in values if value)


def segment(name: str, fields: Mapping[int, str]) -> str:
    """Fields by their numbers, already escaped; what is not given is empty."""
    last = max((number for number, value in fields.items() if value), default=0)
    return "|".join([name, *(fields.get(number, "") for number in range(1, last + 1))])


def number(value: object) -> str:
    """Digits as they came, without an exponent, which NM has not; empty when it is no number."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, int | float) else ""


def moment(value: object) -> str:
    """A FHIR date, dateTime or instant as TS, as precise as it is; empty when it is none."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return ""
    *parts, zone = found.groups()
    offset = "+0000" if zone == "Z" else (zone or "").replace(":", "")
    return "".join(part for part in parts if part) + offset


def authority(system: str) -> str:
    """An identifier system as an assigning authority (HD): OID, name, or URI."""
    if system.startswith("urn:oid:"):
        return f"&{text(system[8:])}&ISO"
    if system.startswith(NAMED):
        return text(unquote(system[len(NAMED) :]))
    return f"&{text(system)}&URI" if system else ""


def identifier(value: str, system: str, kind: str) -> str:
    """A CX: number, authority, type."""
    return f"{text(value)}^^^{authority(system)}^{text(kind)}"


def entity(value: str, system: str) -> str:
    """An EI: number, and the parts of its authority as components."""
    return f"{text(value)}^{authority(system).replace('&', '^')}".rstrip("^")
