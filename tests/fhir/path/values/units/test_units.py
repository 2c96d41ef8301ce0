"""Guards against a dose converted wrong: UCUM codes misread, or arithmetic that is not exact."""

import re
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.path.values.samples import rows

from hygie.fhir.path.values import Quantity, same, to_quantity, units
from hygie.fhir.path.values.durations import CALENDAR, DURATIONS
from hygie.fhir.path.values.units import combined, unit_of
from hygie.fhir.path.values.units.grammar import merged, read_terms, write_terms
from hygie.fhir.path.values.units.table import ESSENCE, table
from hygie.fhir.path.values.units.unit import ZEROS
from hygie.limits import MAX_UNIT_CHARACTERS, MAX_UNIT_DEPTH

PUBLISHED = "6022a1f4a77d93efa23b941ae50055cb9d3fdcb8bb5db6b85deda004467bb380"
"""UCUM 2.2 of 2024-06-17."""
SI = """
cm                | 1/100          | m
[in_i]            | 127/5000       | m
[lb_av]           | 45359237/100000 | g
dag               | 10             | g
kg.m/s2           | 1000           | g m s-2
kg/(m.s2)         | 1000           | g m-1 s-2
kg/m.s2           | 1000           | g m-1 s2
mm[Hg]            | 133322         | g m-1 s-2
10*3/uL           | 1000000000000  | m-3
10^3/uL           | 1000000000000  | m-3
10*-6             | 1/1000000      |
%                 | 1/100          |
mL/min/{1.73_m2}  | 1/60000000     | m3 s-1
{score}           | 1              |
mg{total}/dL      | 10             | g m-3
/100{WBC}         | 1/100          |
10.L/min          | 1/6000         | m3 s-1
/s                | 1              | s-1
m+2               | 1              | m2
mol               | 602214076000000000000000 |
[IU]/L            | 1000           | [iU] m-3
a                 | 31557600       | s
mo                | 2629800        | s
dB                | 1/10           | B
1                 | 1              |
                  | 1              |
"""
NOT_UNITS = """
foo [s] m( (m m2( m..s m// . / ( {a {a}{b} m{a}{b} 0 m.0 µg é m-100 m/s^2 (m)2 +m m+ [in_i [unknown]
kin kkg day minutes Cel/min Cel2 kCel.m Ym99.Ym99 Ym99/ym99 10*10*
"""


@pytest.mark.parametrize(("text", "factor", "dimension"), rows(SI))
def test_units_in_base_units(text: str, factor: str, dimension: str) -> None:
    """Danger: a prefix read as another unit, a division taken too far."""
    unit = unit_of(text)
    assert unit is not None
    assert unit.factor == Fraction(factor)
    assert unit.dimension == tuple(
        (base, int(power or 1)) for base, power in re.findall(r"([a-zA-Z[\]]+)(\S*)", dimension)
    )


@pytest.mark.parametrize("text", [*NOT_UNITS.split(), "m s", "10 m", "\x00"])
def test_what_is_no_unit(text: str) -> None:
    """Danger: a unit that UCUM does not know is taken for one it does."""
    assert unit_of(text) is None


def test_the_table_is_the_published_one() -> None:
    """Danger: a table altered on the way: wrong doses, and a breach of its licence."""
    folder = resources.files(units)
    assert sha256(folder.joinpath(ESSENCE).read_bytes()).hexdigest() == PUBLISHED
    assert "https://ucum.org/license" in folder.joinpath("NOTICE.md").read_text()


def test_every_unit_of_the_table_is_known() -> None:
    """Danger: a definition that leads nowhere, or round in a circle."""
    atoms = table().atoms
    assert len(atoms) > 300
    assert [code for code in atoms if unit_of(code) is None] == []
    assert set(ZEROS) <= {atom.function for atom in atoms.values()}
    assert not [word for word in CALENDAR if unit_of(word)]
    assert all(unit_of(duration.definite) for duration in DURATIONS)


def test_every_metric_unit_takes_every_prefix() -> None:
    """Danger: `mmol` or `kat` is not found, or a prefix is ignored."""
    known = table()
    metric = [*known.bases, *(atom.code for atom in known.atoms.values() if atom.metric)]
    for code in metric:
        for prefix, factor in known.prefixes.items():
            text = prefix + code
            if text in known.bases or text in known.atoms:
                continue  # a unit of its own: `cd`, `Pa`
            unit, base = unit_of(text), unit_of(code)
            assert unit is not None, text
            assert base is not None, text
            assert (unit.factor, unit.dimension) == (base.factor * factor, base.dimension), text


@pytest.mark.parametrize(
    ("text", "kelvin"),
    [("Cel", "300.15"), ("[degF]", "270.3722222"), ("[degRe]", "306.9"), ("mCel", "273.177")],
)
def test_temperatures_have_their_zero(text: str, kelvin: str) -> None:
    """Danger: 37 °C compared as 37 K, a fever as deep cold."""
    warm = to_quantity(Quantity(Decimal(27), text), "K")
    assert warm is not None
    assert round(warm.value, 7) == Decimal(kelvin)


def test_scales_with_a_logarithm_meet_only_themselves() -> None:
    """Danger: a pH divided as if it were a length."""
    assert same(Quantity(Decimal(10), "dB"), Quantity(Decimal(1), "B")) is True
    assert same(Quantity(Decimal(7), "[pH]"), Quantity(Decimal(7), "mol/L")) is None
    assert combined("[pH]", "m", 1) is None


@pytest.mark.parametrize(
    ("left", "right", "power", "product"),
    [
        ("cm", "cm", 1, "cm2"),
        ("cm", "cm2", 1, "cm3"),
        ("cm", "m", 1, "cm.m"),
        ("m", "m", -1, "1"),
        ("g", "m", -1, "g/m"),
        ("m/s", "s", 1, "m"),
        ("1", "s", -1, "/s"),
        ("", "kg", 1, "kg"),
        ("10*3/uL", "uL", 1, "10*3"),
        ("10.L", "10.L", 1, "100.L2"),
        ("mg{total}", "1", 1, "mg{total}"),
        ("second", "ms", 1, "s.ms"),
        ("year", "1", 1, "year"),
        ("1", "days", 1, "days"),
        ("year", "m", 1, None),
        ("foo", "m", 1, None),
        ("Cel", "1", 1, None),
    ],
)
def test_units_of_products(left: str, right: str, power: int, product: str | None) -> None:
    """Danger: a rate whose unit no longer says what it is a rate of."""
    assert combined(left, right, power) == product


def test_a_unit_from_outside_is_bounded() -> None:
    """Danger: a code of a megabyte, a tower of parentheses or of exponents stops a server."""
    assert unit_of("(" * MAX_UNIT_DEPTH + "m" + ")" * MAX_UNIT_DEPTH) is not None
    assert unit_of("(" * (MAX_UNIT_DEPTH + 1) + "m" + ")" * (MAX_UNIT_DEPTH + 1)) is None
    assert unit_of("{" + "a" * MAX_UNIT_CHARACTERS + "}") is None
    long = Quantity(Decimal(1), "x" * (MAX_UNIT_CHARACTERS + 1))
    assert same(long, Quantity(Decimal("1.0"), long.unit)) is True
    assert same(long, Quantity(Decimal(1), long.unit + "x")) is None


TERMS = st.dictionaries(
    st.sampled_from(["m", "kg", "mmol", "[in_i]", "10*", "mm[Hg]", "s"]),
    st.integers(-9, 9).filter(bool),
    max_size=4,
).map(lambda powers: tuple(powers.items()))


@given(TERMS, TERMS)
def test_expressions_are_written_as_they_are_read(left: object, right: object) -> None:
    """Danger: the unit of a product, read again, is another."""
    terms = merged((left, 1), (right, 1))  # type: ignore[arg-type]
    assert dict(read_terms(write_terms(terms)) or ()) == dict(terms)


@given(st.text(alphabet="mgkLs10*^./(){}[]-+' %dauin_", max_size=16))
def test_any_text_is_a_unit_or_is_not(text: str) -> None:
    """Danger: a code of a resource makes the reader fall over."""
    unit = unit_of(text)
    assert unit is None or unit.factor > 0


@given(
    st.decimals(-(10**9), 10**9, places=4),
    st.sampled_from([("g", "mg"), ("m", "[in_i]"), ("Cel", "K"), ("wk", "s"), ("week", "d")]),
)
def test_there_and_back_is_the_same(value: Decimal, units: tuple[str, str]) -> None:
    """Danger: a conversion that rounds."""
    there = to_quantity(Quantity(value, units[0]), units[1])
    assert there is not None
    if units != ("m", "[in_i]"):  # whose quotient does not end
        assert same(there, Quantity(value, units[0])) is True
        back = to_quantity(there, units[0])
        assert back == Quantity(value, units[0])
