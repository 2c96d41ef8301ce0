"""The shape of a clinical story: one TOML file under `data/stories/`.

Days count from the patient's first contact in the story, fractions allowed; `(day, value)` points
are joined by straight lines. What a story does not say stays at the person's own resting value.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

Curve = tuple[tuple[float, float], ...]
Entry = Literal[
    "urgences", "programmee", "ambulatoire", "seance", "consultation", "naissance", "nouveau-ne"
]


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit where the patient stays for a number of days drawn in `days`."""

    unit: str
    days: tuple[float, float]
    chance: float = 1.0


class Follow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A second stay, in rehabilitation, right after the first."""

    unit: str
    days: tuple[float, float]
    reason: str
    chance: float = 1.0


class Repeat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    count: tuple[int, int]
    days: int


class StoryCondition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first condition of a story is its principal diagnosis."""

    code: str
    chance: float = 1.0
    chronic: bool = False


class StoryDrug(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`home`: goes on after the stay."""

    drug: str
    day: float = 0
    chance: float = 1.0
    home: bool = False


class StoryPanel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    panel: str
    days: tuple[float, ...]


class Culture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`chance`: that it is positive."""

    culture: str
    day: float
    chance: float = 1.0
    germ: str = ""


class Imaging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    exam: str
    day: float
    finding: str
    conclusion: str
    pdf: bool = False


class LetterText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`{Patient}`, `{age}`, `{e}` (mark of the feminine) are filled in."""

    history: str
    course: str
    advice: str


class Story(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    weight: int
    ages: tuple[float, float]
    entry: Entry
    reason: str
    letter: LetterText
    sex: Literal["", "F", "M"] = ""
    unit: str = ""
    """The unit of a consultation, a session or day surgery."""
    stages: tuple[Stage, ...] = ()
    follow: Follow | None = None
    repeat: Repeat | None = None
    conditions: tuple[StoryCondition, ...] = ()
    drugs: tuple[StoryDrug, ...] = ()
    panels: tuple[StoryPanel, ...] = ()
    cultures: tuple[Culture, ...] = ()
    imaging: tuple[Imaging, ...] = ()
    curves: dict[str, Curve] = {}
    vitals: dict[str, Curve] = {}


class Chronic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A long-standing condition: `chance` within `ages` (years), treatment, resting values."""

    code: str
    ages: tuple[int, int]
    chance: float
    drugs: tuple[str, ...]
    baseline: dict[str, float] = {}


def value_at(curve: Sequence[tuple[float, float]], day: float) -> float:
    """The curve's value on a day: straight lines between points, level beyond its ends."""
    earlier = curve[0]
    for point in curve:
        if day <= point[0]:
            span = point[0] - earlier[0]
            share = (day - earlier[0]) / span if span > 0 else 1.0
            return earlier[1] + (point[1] - earlier[1]) * max(share, 0.0)
        earlier = point
    return earlier[1]
