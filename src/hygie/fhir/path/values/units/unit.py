"""What a unit is in base units: an exact factor and a dimension, and for temperatures a zero."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from hygie.fhir.path.values.durations import CALENDAR
from hygie.fhir.path.values.units.grammar import Terms, merged, read_terms, write_terms
from hygie.fhir.path.values.units.table import Atom, table
from hygie.limits import MAX_UNIT_BITS, MAX_UNIT_CHARACTERS, MAX_UNIT_EXPONENT

ONE: Final = Fraction(1)
_DEFINITE: Final = {"second": "s", "seconds": "s", "millisecond": "ms", "milliseconds": "ms"}
ZEROS: Final = {
    # Where each scale has its zero, in steps of its own (UCUM §22, table 22): K = (x + zero) step.
    "Cel": Fraction("273.15"),
    "degF": Fraction("459.67"),
    "degRe": Fraction("218.52"),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """x of the unit is `(x + zero) * factor` in base units."""

    factor: Fraction
    dimension: Terms
    """Base units and their powers, in alphabetical order."""
    zero: Fraction = Fraction(0)
    special: bool = False
    """On no ratio scale: takes part in no product (UCUM §21)."""


def unit_of(text: str) -> Unit | None:
    """The unit an expression names; None for one UCUM does not know.

    Special units other than temperatures (pH, bel) are of a dimension of their own: what relates
    them to others is a logarithm, which is not exact.
    """
    return _unit(text) if len(text) <= MAX_UNIT_CHARACTERS else None


@lru_cache(maxsize=4_096)
def _unit(text: str) -> Unit | None:
    terms = read_terms(text)
    return None if terms is None else _product(terms)


def combined(left: str, right: str, power: int) -> str | None:
    """The unit of a product, or of a quotient for a `power` of -1: `cm` and `m2` give `cm.m2`.

    None where there is none: units UCUM does not know, special ones, and the calendar's except by a
    plain number, seconds and milliseconds, which are definite.
    """
    short = max(len(left), len(right)) <= MAX_UNIT_CHARACTERS
    return _combined(left, right, power) if short else None


@lru_cache(maxsize=4_096)
def _combined(left: str, right: str, power: int) -> str | None:
    if right in {"1", ""}:
        return left or "1" if left in CALENDAR or _multiplies(left) else None
    if power > 0 and left in {"1", ""}:
        return right if right in CALENDAR or _multiplies(right) else None
    texts = [_DEFINITE.get(unit, unit) for unit in (left, right)]
    if not all(map(_multiplies, texts)):
        return None
    terms = merged((read_terms(texts[0]) or (), 1), (read_terms(texts[1]) or (), power))
    return write_terms(terms)


def _multiplies(text: str) -> bool:
    unit = unit_of(text)
    return unit is not None and not unit.special


def _product(terms: Terms) -> Unit | None:
    factor = ONE
    parts: list[tuple[Terms, int]] = []
    for symbol, power in terms:
        unit = _symbol(symbol)
        if unit is None or abs(power) > MAX_UNIT_EXPONENT:
            return None
        if unit.special:
            return unit if terms == ((symbol, 1),) else None
        factor *= unit.factor**power
        if max(factor.numerator.bit_length(), factor.denominator.bit_length()) > MAX_UNIT_BITS:
            return None
        parts.append((unit.dimension, power))
    return Unit(factor, tuple(sorted(merged(*parts))))


def _symbol(symbol: str) -> Unit | None:
    """A number, a unit of the table, or one with a prefix. The whole symbol is tried first."""
    if symbol.isdigit():
        return Unit(Fraction(int(symbol)), ())
    known = table()
    if symbol in known.bases or symbol in known.atoms:
        return _atom_unit(symbol)
    for prefix, factor in known.prefixes.items():
        rest = symbol.removeprefix(prefix)
        atom = known.atoms.get(rest)
        if rest != symbol and (rest in known.bases or (atom is not None and atom.metric)):
            return _prefixed(_atom_unit(rest), factor)
    return None


def _prefixed(unit: Unit | None, factor: Fraction) -> Unit | None:
    if unit is None:
        return None
    return Unit(unit.factor * factor, unit.dimension, unit.zero / factor, unit.special)


@lru_cache(maxsize=512)
def _atom_unit(code: str) -> Unit | None:
    atom = table().atoms.get(code)
    if atom is None:
        return Unit(ONE, ((code, 1),))
    if atom.function:
        return _special(atom)
    if atom.arbitrary and atom.unit == "1":
        return Unit(ONE, ((code, 1),))
    unit = unit_of(atom.unit)
    return Unit(unit.factor * atom.value, unit.dimension) if unit else None


def _special(atom: Atom) -> Unit:
    unit = unit_of(atom.unit)
    if atom.function in ZEROS and unit is not None:
        zero = ZEROS[atom.function]
        return Unit(unit.factor * atom.value, unit.dimension, zero, special=True)
    return Unit(ONE, ((atom.code, 1),), special=True)
