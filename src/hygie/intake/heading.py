"""The header of a message, as far as it can be read: what its answer is made from. Pure."""

import re
from typing import Final, NamedTuple

from hygie.hl7v2.charsets import decode
from hygie.hl7v2.delimiters import STANDARD, Delimiters, read_delimiters
from hygie.hl7v2.message import Dialect, Segment
from hygie.hl7v2.parse import strip_frame
from hygie.limits.gateway import MAX_HEADER_BYTES
from hygie.refusal import Refused

_READ_WHOLE_BYTES: Final = 64 * 1024
"""Up to this size the whole message is looked at for a character set that it does not declare."""
_VERSION: Final = re.compile(r"2\.\d(\.\d)?")
_ACKNOWLEDGEMENTS: Final = ("ACK", "MCF")
_ALWAYS, _NEVER = "AL", "NE"


class Heading(NamedTuple):
    header: Segment
    encoding: str
    """Python's name of the character set to answer in."""

    @property
    def delimiters(self) -> Delimiters:
        return self.header.dialect.delimiters

    @property
    def version(self) -> tuple[int, ...]:
        """(2, 5), (2, 3, 1); 2.5 where none can be read."""
        found = _VERSION.match(self.header.text(12))
        return tuple(int(part) for part in found[0].split(".")) if found else (2, 5)

    @property
    def is_acknowledgement(self) -> bool:
        """Acknowledgements are not acknowledged: two systems would never end."""
        return self.header.text(9).upper() in _ACKNOWLEDGEMENTS

    @property
    def is_enhanced(self) -> bool:
        """Whether MSH-15 or MSH-16 ask for the enhanced mode (v2.5 §2.9.2)."""
        return bool(self.header.text(15) or self.header.text(16))

    def wants_accept(self, code: str) -> bool:
        """Whether MSH-15 asks to be told at once that a message is safe, or is not taken."""
        return _wanted(self.header.text(15), code)

    def wants_application(self, code: str) -> bool:
        """Whether the sender asks to be told what became of the message."""
        return not self.is_enhanced or _wanted(self.header.text(16), code)


def _wanted(condition: str, code: str) -> bool:
    """HL7 table 0155; a condition that is not in it is no reason to stay silent."""
    condition = condition.upper() or _NEVER
    if condition == "SU":
        return code.endswith("A")
    if condition == "ER":
        return not code.endswith("A")
    return condition != _NEVER


def read_heading(raw: bytes, charset: str = "") -> Heading:
    """`charset`: what the source is declared to write in, in place of MSH-18."""
    line, encoding = _line(strip_frame(raw), charset)
    try:
        delimiters = read_delimiters(line) if line.startswith("MSH") else None
    except Refused:
        delimiters = None
    if delimiters is None:
        return Heading(Segment("MSH", ("MSH",), "MSH", Dialect(STANDARD)), "utf-8")
    cut = line.split(delimiters.field)
    fields = ("MSH", delimiters.field, *cut[1:])
    return Heading(Segment("MSH", fields, "MSH", Dialect(delimiters, encoding)), encoding)


def _line(raw: bytes, charset: str) -> tuple[str, str]:
    ends = [end for end in (raw.find(b"\r"), raw.find(b"\n")) if end >= 0]
    line = raw[: min([*ends, MAX_HEADER_BYTES])]
    try:
        decoded = decode(raw if len(raw) <= _READ_WHOLE_BYTES else line, charset)
    except Refused:
        return line.decode("latin-1"), "utf-8"
    return line.decode(decoded.encoding, errors="replace"), decoded.encoding
