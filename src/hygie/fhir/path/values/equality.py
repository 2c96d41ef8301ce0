"""`=` and `~` on two single values (FHIRPath, Equality)."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from hygie.fhir.path.values import spans
from hygie.fhir.path.values.measures import coarse
from hygie.fhir.path.values.numbers import as_decimal, places, rounded
from hygie.fhir.path.values.ordering import moments
from hygie.fhir.path.values.quantity import Quantity, as_quantities

_PLAIN: Final = frozenset({bool, str, int, Decimal})
_NUMBERS: Final = frozenset({int, Decimal})
_SPACES: Final = str.maketrans(
    dict.fromkeys(
        "\t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
        "\u2028\u2029\u202f\u205f\u3000",
        " ",
    )
)
"""The characters of Unicode's White_Space, which `~` takes for one another."""


def same(left: object, right: object) -> bool | None:
    """Whether `left = right`; None when it cannot be told.

    It cannot between dates of different precision that may be the same, or whose zone is known on
    one side only, and between quantities whose units cannot be compared. Values of types that do
    not convert to one another are not equal.
    """
    kind = type(left)
    if kind is type(right):
        if kind in _PLAIN:
            return left == right
    elif kind in _NUMBERS and type(right) in _NUMBERS:
        return left == right
    pair = moments(left, right)
    if pair is not None:
        order = spans.order(*pair)
        return None if order is None else order == 0
    quantities = as_quantities(left, right)
    return _same_quantity(*quantities) if quantities else False


def alike(left: object, right: object) -> bool:
    """Whether `left ~ right`; never unknown.

    Texts are compared without regard to case or kind of white space, numbers to the digits of the
    less precise, quantities so in the less granular unit.
    """
    if type(left) is str and type(right) is str:
        return left == right or _plain(left) == _plain(right)
    one, other = as_decimal(left), as_decimal(right)
    if one is not None and other is not None:
        return one == other or _alike(Fraction(one), Fraction(other))
    quantities = as_quantities(left, right)
    if quantities is not None:
        pair = coarse(*quantities, equivalent=True)
        return pair is not None and _alike(pair.left, pair.right)
    return same(left, right) is True


def _same_quantity(left: Quantity, right: Quantity) -> bool | None:
    if left.unit == right.unit:
        return left.value == right.value
    pair = coarse(left, right)
    return None if pair is None else pair.left == pair.right


def _plain(text: str) -> str:
    return text.casefold().translate(_SPACES)


def _alike(left: Fraction, right: Fraction) -> bool:
    """Equal once rounded to the digits after the point of the one that has fewer."""
    digits = [count for count in (places(left), places(right)) if count is not None]
    if not digits:
        return left == right
    return rounded(left, min(digits)) == rounded(right, min(digits))
