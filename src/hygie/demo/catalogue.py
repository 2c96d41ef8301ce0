"""The demonstration's tables, read once from `data/` and checked as they are read."""

import csv
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

import msgspec

from hygie.demo.story import Chronic, Story
from hygie.fhir.french.keys import luhn_digit

UnitKind = Literal["urgences", "hospitalisation", "ambulatoire", "seance", "consultation"]


class Unit(NamedTuple):
    """A functional unit (UF) with its beds; consultations have desks, emergencies have boxes."""

    code: str
    name: str
    kind: UnitKind
    beds: tuple[tuple[str, str], ...]
    """(room, bed) pairs."""
    discipline: str


class Doctor(NamedTuple):
    rpps: str
    family: str
    given: str
    unit: str


class Range(NamedTuple):
    low: float
    high: float


class Analyte(NamedTuple):
    key: str
    loinc: str
    label: str
    unit: str
    men: Range
    women: Range
    children: Range
    decimals: int
    alarm_low: float | None
    alarm_high: float | None


class Panel(NamedTuple):
    key: str
    loinc: str
    label: str
    section: str
    analytes: tuple[str, ...]


class Drug(NamedTuple):
    key: str
    atc: str
    label: str
    dose: str
    unit: str
    route: str
    times: int
    """Administrations a day; 0 when given once."""
    directions: str


class Allergy(NamedTuple):
    atc: str
    label: str
    category: str
    criticality: str
    reaction: str
    weight: int
    since: int
    """Age in years before which nobody is known to have it."""
    avoided: tuple[str, ...]
    """Beginnings of ATC codes that are not given to who has it."""


class Examination(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A laboratory examination answered by words or codes."""

    code: str
    label: str
    section: str
    hours: int
    negative: str
    positive: str = ""


class Germ(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`antibiogram`: LOINC -> (antibiotic, letters S, I, R drawn with equal chance)."""

    code: str
    label: str
    antibiogram: dict[str, tuple[str, str]]


class Bacteriology(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    examinations: dict[str, Examination]
    germs: dict[str, Germ]
    imaging: dict[str, str]


def text_of(name: str) -> str:
    return resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")


def rows(name: str) -> Iterator[list[str]]:
    """Rows of a CSV table, comment lines left out."""
    lines = (line for line in text_of(name).splitlines() if line and not line.startswith("#"))
    return csv.reader(lines)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(text_of(name))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _beds(first: int, rooms: int, beds: int) -> tuple[tuple[str, str], ...]:
    marks = ("P", "F") if beds == 2 else ("",)
    names = {"P": "PORTE", "F": "FENETRE", "": "1"}
    return tuple((str(first + r), names[mark]) for r in range(rooms) for mark in marks)


@cache
def units() -> dict[str, Unit]:
    table = {}
    for code, name, kind, first, count, beds, discipline in rows("units.csv"):
        places = _beds(int(first), int(count), int(beds))
        table[code] = Unit(code, name, msgspec.convert(kind, UnitKind), places, discipline)
    return table


@cache
def doctors() -> dict[str, tuple[Doctor, ...]]:
    """Unit -> its practitioners. RPPS numbers lie in the range of the agency's test cards."""
    table: dict[str, list[Doctor]] = {code: [] for code in units()}
    for serial, family, given, unit in rows("doctors.csv"):
        stem = f"1099700{serial}"
        table[unit].append(Doctor(stem + luhn_digit(stem), family, given, unit))
    chief = table["2100"][0]
    return {unit: tuple(people) or (chief,) for unit, people in table.items()}


@cache
def analytes() -> dict[str, Analyte]:
    table = {}
    for key, loinc, label, unit, *figures, decimals, alarm_low, alarm_high in rows("analytes.csv"):
        low_m, high_m, low_f, high_f, low_c, high_c = map(float, figures)
        table[key] = Analyte(
            key,
            loinc,
            label,
            unit,
            Range(low_m, high_m),
            Range(low_f, high_f),
            Range(low_c, high_c),
            int(decimals),
            _number(alarm_low),
            _number(alarm_high),
        )
    return table


@cache
def panels() -> dict[str, Panel]:
    return {
        key: Panel(key, loinc, label, section, tuple(members.split()))
        for key, loinc, label, section, members in rows("panels.csv")
    }


@cache
def drugs() -> dict[str, Drug]:
    return {
        row[0]: Drug(row[0], row[1], row[2], row[3], row[4], row[5], int(row[6]), row[7])
        for row in rows("drugs.csv")
    }


@cache
def condition_labels() -> dict[str, str]:
    return dict(rows("conditions.csv"))


@cache
def allergies() -> tuple[Allergy, ...]:
    return tuple(_allergy(row) for row in rows("allergies.csv"))


def _allergy(row: list[str]) -> Allergy:
    weight, since, avoided = row[5:]
    return Allergy(
        row[0], row[1], row[2], row[3], row[4], int(weight), int(since), tuple(avoided.split())
    )


@cache
def bacteriology() -> Bacteriology:
    return msgspec.convert(_toml("cultures.toml"), Bacteriology)


@cache
def chronic() -> tuple[Chronic, ...]:
    return msgspec.convert(_toml("chronic.toml")["conditions"], tuple[Chronic, ...])


@cache
def stories() -> dict[str, Story]:
    """Every clinical story, by file name without its extension, in alphabetical order."""
    folder = resources.files(__package__).joinpath("data", "stories")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return {
        name.removesuffix(".toml"): msgspec.convert(_toml(f"stories/{name}"), Story)
        for name in names
    }
