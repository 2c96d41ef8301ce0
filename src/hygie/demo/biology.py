"""What the blood says: values that follow the story, the person and the day.

A story's curve wins, then a long-standing condition, then the person's own resting value within
the reference range. Figures that hang together are computed from each other (red cells from
haemoglobin, white cells from their total, filtration from creatinine).
"""

from datetime import date, datetime
from typing import NamedTuple

from hygie.demo.catalogue import Analyte, Range, analytes
from hygie.demo.chance import Chance
from hygie.demo.clock import age_in_years
from hygie.demo.plan import Course
from hygie.demo.story import value_at

_SEVERE = ("crp", "procalcitonine", "leucocytes", "ntprobnp", "troponine")
"""What varies most with how ill somebody is."""
_LEAST = {"crp": 1.0, "troponine": 3.0, "procalcitonine": 0.05}
"""Limits of quantification: below, the laboratory answers "less than"."""


class Result(NamedTuple):
    analyte: Analyte
    value: str
    below: bool
    """True when the answer is "less than `value`"."""
    flag: str
    """HL7 table 0078: LL, L, N, H, HH."""
    range: str


class Biology:
    """One patient's values. The same day asked twice gives the same person, other noise."""

    def __init__(self, course: Course, chance: Chance) -> None:
        self._course = course
        self._chance = chance
        self._severity = chance.between(0.75, 1.3)
        self._own = {key: chance.around(0.0, 0.16) for key in analytes()}
        self._chronic = {k: v for c in course.chronic for k, v in c.baseline.items()}

    def panel(self, keys: tuple[str, ...], moment: datetime) -> list[Result]:
        day = (moment - self._course.begin).total_seconds() / 86_400
        values = {key: self._value(key, day) for key in keys}
        _red_cells(values)
        _white_cells(values, self._age(moment.date()), "neutrophiles" in self._course.story.curves)
        if "dfg" in values:
            creatinine = values.get("creatinine", 80.0)
            values["dfg"] = _filtration(creatinine, self._age(moment.date()), self._sex)
        return [self._result(analytes()[key], values[key], moment.date()) for key in keys]

    @property
    def _sex(self) -> str:
        return self._course.person.sex

    def _age(self, day: date) -> int:
        return max(age_in_years(self._course.person.birth, day), 0)

    def _value(self, key: str, day: float) -> float:
        low, high = self._range(analytes()[key], self._course.begin.date())
        middle, width = (low + high) / 2, high - low
        rest = self._chronic.get(key, middle) + self._own[key] * width
        curve = self._course.story.curves.get(key)
        if curve is not None:
            target = value_at(curve, day)
            rest = target * self._severity if key in _SEVERE else target + self._own[key] * width
            rest = max(rest, low if low and target >= low else min(target, low))
        noise = min(0.025 * rest, 0.1 * width)  # what is tightly held in the body moves little
        return max(rest + self._chance.around(0.0, 1.0) * noise, 0.0)

    def _range(self, analyte: Analyte, day: date) -> Range:
        if self._age(day) < 15:
            return analyte.children
        return analyte.men if self._sex == "M" else analyte.women

    def _result(self, analyte: Analyte, value: float, day: date) -> Result:
        bounds = self._range(analyte, day)
        least = _LEAST.get(analyte.key, 0.0)
        below = value < least
        shown = f"{max(value, least):.{analyte.decimals}f}"
        flag = "N" if below else _flag(float(shown), bounds, analyte)
        return Result(analyte, shown, below, flag, _written(bounds, analyte))


def _flag(value: float, bounds: Range, analyte: Analyte) -> str:
    if analyte.alarm_low is not None and value <= analyte.alarm_low:
        return "LL"
    if analyte.alarm_high is not None and value >= analyte.alarm_high:
        return "HH"
    if value < bounds.low:
        return "L"
    return "H" if value > bounds.high and analyte.key != "dfg" else "N"


def _written(bounds: Range, analyte: Analyte) -> str:
    low, high = (f"{bound:.{analyte.decimals}f}" for bound in bounds)
    if analyte.key == "dfg":
        return f">{low}"
    return f"<{high}" if bounds.low == 0 else f"{low}-{high}"


def _red_cells(values: dict[str, float]) -> None:
    """Hematocrit, count and content follow from haemoglobin (g/dL), volume and concentration."""
    if "hematocrite" not in values:
        return
    values["hematocrite"] = values["hemoglobine"] / values["ccmh"] * 100
    values["erythrocytes"] = values["hematocrite"] * 10 / values["vgm"]
    values["tcmh"] = values["hemoglobine"] * 10 / values["erythrocytes"]


def _white_cells(values: dict[str, float], age: int, told: bool) -> None:  # noqa: FBT001
    """The formula adds up to the total; infection raises neutrophils, infancy lymphocytes."""
    if "neutrophiles" not in values:
        return
    total = values["leucocytes"]
    share = 0.34 if age < 4 else min(max(0.55 + 0.03 * (total - 7), 0.42), 0.88)
    values["neutrophiles"] = min(values["neutrophiles"], total * 0.8) if told else total * share
    values["eosinophiles"], values["basophiles"] = total * 0.02, total * 0.005
    values["monocytes"] = total * 0.07
    rest = total - values["neutrophiles"] - 0.095 * total
    values["lymphocytes"] = max(rest, 0.0)


def _filtration(creatinine: float, age: int, sex: str) -> float:
    """CKD-EPI 2009 without ethnicity, mL/min/1.73 m2, from creatinine in umol/L."""
    kappa, alpha, factor = (0.7, -0.329, 1.018) if sex == "F" else (0.9, -0.411, 1.0)
    ratio = creatinine / 88.4 / kappa
    result: float = 141 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.209 * 0.993**age * factor
    return result
