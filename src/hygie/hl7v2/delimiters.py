"""The characters that cut a message into fields, repetitions, components and subcomponents.

HL7 v2.5 §2.5.4: the fourth character of MSH is the field separator, MSH-2 holds the others.
"""

import msgspec

from hygie.hl7v2 import phrases
from hygie.refusal import Category, refuse


class Delimiters(msgspec.Struct, frozen=True):
    """All different; `truncation` is empty before version 2.7."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""

    @property
    def encoding_characters(self) -> str:
        """MSH-2, as it is written."""
        return "".join(
            (self.component, self.repetition, self.escape, self.subcomponent, self.truncation)
        )


STANDARD = Delimiters()


def read_delimiters(header: str) -> Delimiters:
    """The delimiters that an MSH (or FHS, BHS) segment declares; refuses those that cannot cut."""
    separator = header[3:4]
    declared = header[4:].split(separator, 1)[0] if separator else ""
    if not _usable(separator, declared):
        raise refuse(
            Category.INVALID,
            "hl7.encoding-characters",
            phrases.WRONG_DELIMITERS,
            code="structure",
            location="MSH-2",
            found=declared[:8],
        )
    return Delimiters(separator, *declared)


def _usable(separator: str, declared: str) -> bool:
    characters = separator + declared
    return (
        len(declared) in (4, 5)
        and len(set(characters)) == len(characters)
        and all(c.isprintable() and not c.isalnum() and c != " " for c in characters)
    )
