"""Observations as results: one value with its flag, and analytes with their history."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from hygie.fhir.search import normalize
from hygie.web.present.dates import NBSP, Moment, read_moment
from hygie.web.present.flags import (
    NO_RANGE,
    NONE,
    Flag,
    Range,
    read_flag,
    read_range,
)
from hygie.web.present.quantities import as_number, say_quantity, say_unit, say_value
from hygie.web.present.read import Json, child, codes, concept_text, has_code, objects, text

VITAL_SIGNS = "vital-signs"
STATES = {
    "preliminary": "provisoire", "registered": "en cours", "amended": "modifié",
    "corrected": "corrigé", "cancelled": "annulé",
}  # fmt: skip
ABSENT = {
    "unknown": "non rendu", "error": "ininterprétable", "not-performed": "non fait",
    "not-applicable": "sans objet", "masked": "masqué", "temp-unknown": "en attente",
}  # fmt: skip
"""Codes of R4 data-absent-reason -> words."""
LONG = 20
"""Characters beyond which a value is read as a sentence."""
HIDDEN = ("entered-in-error",)
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"


VITAL_ORDER = (
    "85354-9", "8867-4", "8310-5", "59408-5", "2708-6", "9279-1", "72514-3", "29463-7", "8302-2",
)  # fmt: skip
"""LOINC codes in the order nurses read them: pressure, pulse, temperature, oxygen, breath, pain."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    key: str
    """What makes two results comparable: system and code, and the unit."""
    code: str
    label: str
    at: Moment | None
    value: str
    """Ready to print, without its unit."""
    unit: str = ""
    number: Decimal | None = None
    """For drawing; None for texts, codes and « < 0,5 »."""
    range: Range = NO_RANGE
    flag: Flag = NONE
    state: str = ""
    vital: bool = False
    comment: str = ""


class Analyte(msgspec.Struct, frozen=True):
    """One analyte's results, the latest first. Never empty."""

    results: tuple[Result, ...]

    @property
    def latest(self) -> Result:
        return self.results[0]

    @property
    def previous(self) -> Result | None:
        return self.results[1] if len(self.results) > 1 else None

    @property
    def prose(self) -> bool:
        """True for an answer in words, which needs room rather than a column."""
        return self.latest.number is None and len(self.latest.value) > LONG

    @property
    def drawable(self) -> bool:
        return sum(r.number is not None and r.at is not None for r in self.results) > 1


def read_results(resources: Iterable[Json], zone: ZoneInfo) -> list[Result]:
    """Results that have a value, the latest first; those of one moment as they are read."""
    read = (read_result(r, zone) for r in resources if text(r, "status") not in HIDDEN)
    found = [result for result in read if result.value]
    found.sort(key=lambda result: (vital_rank(result), normalize(result.label)))
    found.sort(key=_when, reverse=True)
    return found


def _when(result: Result) -> float:
    return result.at.at.timestamp() if result.at else float("-inf")


def group_analytes(results: Sequence[Result]) -> tuple[Analyte, ...]:
    """By analyte, in alphabetical order. `results` come the latest first."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.key, []).append(result)
    analytes = (Analyte(tuple(group)) for group in groups.values())
    return tuple(sorted(analytes, key=lambda a: normalize(a.latest.label)))


def abnormal_first(analytes: Iterable[Analyte]) -> tuple[Analyte, ...]:
    """Critical, then abnormal, then the others; the latest first within each."""
    ordered = sorted(analytes, key=lambda a: _when(a.latest), reverse=True)
    return tuple(sorted(ordered, key=_urgency))


def in_vital_order(analytes: Iterable[Analyte]) -> tuple[Analyte, ...]:
    """Vital signs as they are usually read; the others after them."""
    return tuple(sorted(analytes, key=lambda analyte: vital_rank(analyte.latest)))


def vital_rank(result: Result) -> int:
    """Place in `VITAL_ORDER`, or after it."""
    return VITAL_ORDER.index(result.code) if result.code in VITAL_ORDER else len(VITAL_ORDER)


def _urgency(analyte: Analyte) -> int:
    kind = analyte.latest.flag.kind
    return 0 if kind == "critical" else 1 if kind else 2


def read_result(observation: Json, zone: ZoneInfo) -> Result:
    concept = child(observation, "code")
    label = concept_text(concept) or "Résultat non nommé"
    quantity = child(observation, "valueQuantity")
    number = as_number(quantity.get("value")) if "comparator" not in quantity else None
    expected = read_range(observation)
    value, unit = _value(observation, zone)
    system, code = next(iter(codes(concept)), ("", label))
    return Result(
        id=text(observation, "id"),
        key=f"{system}|{code}|{unit}",
        code=code,
        label=label,
        at=_effective(observation, zone),
        value=value,
        unit=unit,
        number=number,
        range=expected,
        flag=read_flag(observation, number, expected),
        state=STATES.get(text(observation, "status"), ""),
        vital=any(has_code(c, VITAL_SIGNS) for c in objects(observation.get("category"))),
        comment=" ".join(text(note, "text") for note in objects(observation.get("note"))).strip(),
    )


def _effective(observation: Json, zone: ZoneInfo) -> Moment | None:
    said = (
        text(observation, "effectiveDateTime")
        or text(observation, "effectiveInstant")
        or text(child(observation, "effectivePeriod"), "start")
        or text(observation, "issued")
    )
    return read_moment(said, zone)


def _value(holder: Json, zone: ZoneInfo) -> tuple[str, str]:
    """(what is printed, unit) of any `value[x]`, of components, or of an absent value's reason."""
    if quantity := child(holder, "valueQuantity"):
        return say_value(quantity), say_unit(quantity)
    if components := list(objects(holder.get("component"))):
        return _components(components, zone)
    said = (
        concept_text(child(holder, "valueCodeableConcept"))
        or text(holder, "valueString")
        or _plain(holder, zone)
        or _absence(child(holder, "dataAbsentReason"))
    )
    return said, ""


def _absence(reason: Json) -> str:
    """Why there is no value: that too is an answer."""
    if not reason:
        return ""
    known = (words for code, words in ABSENT.items() if has_code(reason, code))
    return next(known, "") or text(reason, "text") or ABSENT["unknown"]


def _plain(holder: Json, zone: ZoneInfo) -> str:
    boolean, integer = holder.get("valueBoolean"), holder.get("valueInteger")
    if isinstance(boolean, bool):
        return "oui" if boolean else "non"
    if isinstance(integer, int):
        return str(integer)
    if ratio := child(holder, "valueRatio"):
        parts = (say_quantity(child(ratio, side)) for side in ("numerator", "denominator"))
        return f"{NBSP}/{NBSP}".join(parts)
    if span := child(holder, "valueRange"):
        return f"{NBSP}–{NBSP}".join(say_quantity(child(span, side)) for side in ("low", "high"))
    at = read_moment(holder.get("valueDateTime"), zone)
    return f"{at.day:%d/%m/%Y}" if at else text(holder, "valueTime")


def _components(components: Sequence[Json], zone: ZoneInfo) -> tuple[str, str]:
    """A blood pressure reads « 128/76 mmHg »; anything else lists its parts by name."""
    by_code = {code: part for part in components for _, code in codes(child(part, "code"))}
    if SYSTOLIC in by_code and DIASTOLIC in by_code:
        pair = [_value(by_code[code], zone) for code in (SYSTOLIC, DIASTOLIC)]
        return "/".join(value or "?" for value, _ in pair), pair[0][1]
    said = []
    for part in components:
        value, unit = _value(part, zone)
        if value:
            said.append(f"{concept_text(child(part, 'code'))} {value}{NBSP if unit else ''}{unit}")
    return " · ".join(said), ""
