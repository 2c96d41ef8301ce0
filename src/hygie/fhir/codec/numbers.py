"""JSON numbers as exact values, within bounds.

An integer becomes `int`, anything with a fraction or an exponent becomes `Decimal`, digits kept:
72.50 stays 72.50 (R4 §2.24.0.1, decimal: "the precision of the decimal value has significance").
"-0" becomes `Decimal("-0")`, because `int` has no negative zero.
"""

from decimal import Decimal, InvalidOperation

from hygie.fhir.codec.phrases import NOT_A_NUMBER, NUMBER_TOO_LARGE, NUMBER_TOO_LONG
from hygie.limits import MAX_DECIMAL_DIGITS, MAX_DECIMAL_EXPONENT
from hygie.refusal import Category, Phrase, Refused, refuse

RULE = "json.number"
EXCERPT_CHARACTERS = 24
LONGEST = 2 * (MAX_DECIMAL_DIGITS + MAX_DECIMAL_EXPONENT)
"""Characters of the longest number worth reading: sign, zeros, digits and exponent."""


def read_integer(text: str) -> int | Decimal:
    """`text` matches JSON's grammar of an integer."""
    if len(text) > MAX_DECIMAL_DIGITS and len(text.lstrip("-")) > MAX_DECIMAL_DIGITS:
        raise _out_of_bounds(NUMBER_TOO_LONG, text, MAX_DECIMAL_DIGITS)
    return int(text) if text != "-0" else Decimal(text)


def read_decimal(text: str) -> Decimal:
    """`text` matches JSON's grammar of a number with a fraction or an exponent."""
    if len(text) > LONGEST:
        raise _out_of_bounds(NUMBER_TOO_LONG, text, MAX_DECIMAL_DIGITS)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _out_of_bounds(NUMBER_TOO_LARGE, text, MAX_DECIMAL_EXPONENT) from None
    if len(text) > MAX_DECIMAL_DIGITS or "e" in text or "E" in text:
        _check_bounds(number, text)
    return number


def read_constant(text: str) -> Decimal:
    """NaN, Infinity and -Infinity: JavaScript, not JSON (RFC 8259 §6)."""
    raise refuse(Category.INVALID, RULE, NOT_A_NUMBER, code="structure", found=text)


def _check_bounds(number: Decimal, text: str) -> None:
    _, digits, exponent = number.as_tuple()
    if len(digits) > MAX_DECIMAL_DIGITS:
        raise _out_of_bounds(NUMBER_TOO_LONG, text, MAX_DECIMAL_DIGITS)
    lowest = int(exponent)
    if max(abs(lowest), abs(lowest + len(digits) - 1)) > MAX_DECIMAL_EXPONENT:
        raise _out_of_bounds(NUMBER_TOO_LARGE, text, MAX_DECIMAL_EXPONENT)


def _out_of_bounds(phrase: Phrase, text: str, limit: int) -> Refused:
    found = text if len(text) <= EXCERPT_CHARACTERS else text[:EXCERPT_CHARACTERS] + "…"
    return refuse(Category.INVALID, RULE, phrase, code="value", found=found, limit=str(limit))
