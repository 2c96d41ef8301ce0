"""The text of a primitive -> the value that the JSON of the same resource has.

A text that is no value of its type stays a text: the check of the structure says what is wrong.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from hygie.fhir.codec.numbers import read_decimal, read_integer
from hygie.refusal import Refused

INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
SIGNED: Final = re.compile(r"\+(?=[1-9][0-9]*\Z)", re.ASCII)
"""A sign that R4's integers may have, and JSON's may not."""
DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
BOOLEANS: Final = {"true": True, "false": False}


def boolean(text: str) -> bool | str:
    return BOOLEANS.get(text, text)


def integer(text: str) -> int | Decimal | str:
    unsigned = SIGNED.sub("", text)
    return decimal(unsigned) if INTEGER.fullmatch(unsigned) else text


def decimal(text: str) -> int | Decimal | str:
    """As the codec reads JSON's numbers, every digit kept."""
    if not DECIMAL.fullmatch(text):
        return text
    try:
        return read_integer(text) if INTEGER.fullmatch(text) else read_decimal(text)
    except Refused:  # beyond what a number may be
        return text


READERS: Final[dict[str, Callable[[str], Any]]] = {
    "boolean": boolean,
    "integer": integer,
    "unsignedInt": integer,
    "positiveInt": integer,
    "decimal": decimal,
}
"""Type -> what reads its text; the value of any other is the text."""
