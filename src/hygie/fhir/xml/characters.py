"""Values of primitives as the text of an XML attribute (XML 1.0 §2.2, §2.10, §3.3.3).

A reader of XML makes a space of each tab and end of line in an attribute, and one end of line of a
carriage return with what follows it: they are written as references, and so survive.
"""

import re
from decimal import Decimal
from typing import Any, Final

from hygie.fhir.xml import phrases
from hygie.fhir.xml.plans import unwritable
from hygie.refusal import Category, refuse

SPECIAL: Final = re.compile('[\x00-\x1f&<>"\ufffe\uffff]')
REFERENCES: Final = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;",
    "\t": "&#9;", "\n": "&#10;", "\r": "&#13;",
}  # fmt: skip
BOOLEANS: Final = {True: "true", False: "false"}
find_special: Final = SPECIAL.search


def text_of(value: Any) -> str:
    """The text of any value that JSON has for a primitive. Raises `Refused` for others, and for
    characters that XML has not."""
    if type(value) is str:
        return escaped(value) if find_special(value) else value
    if type(value) is bool:
        return BOOLEANS[value]
    if type(value) is int or type(value) is Decimal:
        return str(value)  # every digit, and none more
    raise unwritable(type(value).__name__)


def escaped(text: str) -> str:
    return SPECIAL.sub(_reference, text)


def _reference(found: re.Match[str]) -> str:
    reference = REFERENCES.get(found[0])
    if reference is None:
        raise refuse(
            Category.NOT_ACCEPTABLE, "xml.character", phrases.CHARACTER, code="not-supported",
            character=f"U+{ord(found[0]):04X}",
        )  # fmt: skip
    return reference
