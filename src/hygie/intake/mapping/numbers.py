"""Numbers of HL7 v2 (NM, CQ, CP, MO). They keep the digits they came with."""

import re
from decimal import Decimal
from typing import Any

from hygie.hl7v2.message import Field
from hygie.intake.mapping import concepts, phrases
from hygie.limits import MAX_DECIMAL_DIGITS
from hygie.refusal import Category, Refused, refuse

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)\Z", re.ASCII)


def decimal(text: str, place: str) -> Decimal:
    """The number, or a refusal at its place."""
    text = text.strip()
    if not _NUMBER.match(text) or len(text) > MAX_DECIMAL_DIGITS:
        raise not_a_number(text, place)
    return Decimal(text)


def not_a_number(text: str, place: str) -> Refused:
    return refuse(
        Category.INVALID, "result.number", phrases.NOT_A_NUMBER, code="value", location=place,
        found=text[:30],
    )  # fmt: skip


def quantity(field: Field) -> dict[str, Any] | None:
    """CQ: quantity ^ units, whose parts are subcomponents."""
    text = field.text(1)
    if not text:
        return None
    unit = concepts.unit_of(*(field.text(2, number) for number in (1, 2, 3)))
    return {"value": decimal(text, field.place(1)), **unit}


def money(field: Field) -> dict[str, Any] | None:
    """MO: quantity ^ denomination; CP has it in its first component."""
    amount = field.text(1, 1)
    if not amount:
        return None
    currency = field.text(1, 2) or field.text(2) or "EUR"
    return {"value": decimal(amount, field.place(1)), "currency": currency.upper()}
