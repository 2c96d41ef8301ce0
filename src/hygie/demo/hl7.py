"""HL7 v2.5 written by the book: escaped fields, carriage returns, UTF-8.

Source: HL7 v2.5 chapter 2; IHE PAM national extension for France 2.11 (MSH-12, 17, 18, 21).
"""

from datetime import datetime
from typing import Final

from hygie.demo.clock import hl7

ROOT: Final = "1.3.6.1.4.1.32473.1"
"""Object identifiers of the demonstration: under the arc kept for examples (RFC 5612)."""
IPP_OID: Final = f"{ROOT}.1"
IEP_OID: Final = f"{ROOT}.2"
MOVEMENT_OID: Final = f"{ROOT}.3"
ORDER_OID: Final = f"{ROOT}.4"
UNIT_OID: Final = f"{ROOT}.6"
INS_OID: Final = "1.2.250.1.213.1.4.10"
FACILITY: Final = "CLINIQUE-DEMO"
_ESCAPES = str.maketrans(
    {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\n": "\\.br\\"}
)
_PAM = ("2.5^FRA^2.11", "2.11^IHE_FRANCE-2.11-PAM")
_PLAIN = ("2.5", "")


def escape(text: str) -> str:
    return text.translate(_ESCAPES)


def components(*parts: str) -> str:
    """Components, each escaped, trailing empty ones left out."""
    return "^".join(map(escape, parts)).rstrip("^")


def authority(oid: str, name: str = FACILITY) -> str:
    """An assigning authority (HD) as a component: already delimited, not to be escaped."""
    return f"{name}&{oid}&ISO"


def identifier(value: str, oid: str, kind: str, name: str = FACILITY) -> str:
    """CX: value, assigning authority, type."""
    return f"{escape(value)}^^^{authority(oid, name)}^{kind}"


def segment(name: str, fields: dict[int, str]) -> str:
    """A segment from its fields by number (MSH aside, see `header`)."""
    values = [fields.get(number, "") for number in range(1, max(fields) + 1)]
    return "|".join([name, *values])


def header(application: str, moment: datetime, kind: str, control: str, *, pam: bool) -> str:
    """MSH. `kind` is MSH-9 whole: `ADT^A01^ADT_A01`."""
    version, profile = _PAM if pam else _PLAIN
    fields = [
        "MSH", "^~\\&", application, FACILITY, "HYGIE", FACILITY, hl7(moment), "", kind, control,
        "P", version, "", "", "", "", "FRA", "UNICODE UTF-8", "", "", profile,
    ]  # fmt: skip
    return "|".join(fields).rstrip("|")


def message(*segments: str) -> bytes:
    return ("\r".join(segments) + "\r").encode()
