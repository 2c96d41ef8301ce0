"""What somebody may see and change: one value, that every door of the store obeys. Pure.

`access` makes a `Sight` of roles, care team, scopes and circumstances; `store` turns it into a
condition of its statements and a check of each row. They live on two levels and meet here, in a
form that later questions (consent, masking, sensitivity) narrow further without changing it.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

Letter = Literal["c", "r", "u", "d", "s"]
"""Create, read (with its history), update, delete, search: SMART App Launch 2.2, §3.0.2."""
LETTERS: Final[tuple[Letter, ...]] = ("c", "r", "u", "d", "s")


class Reach(msgspec.Struct, frozen=True):
    """Some resources of one type. A resource is within when all of it holds."""

    patients: frozenset[int] | None = None
    """Those of these patients, by the store's keyed hash of "Patient/id"; None: of whichever."""
    house: bool = True
    """Those of no patient as well: directories, definitions, places. What names several patients is
    seen by who sees one of them, and written by who reaches them all."""
    query: str = ""
    """Those that this FHIR search finds ("category=laboratory"); empty: all."""

    def holds(self, patient: int) -> bool:
        """Whether those of this patient (0: of none) can be within, the query apart."""
        if not patient:
            return self.house
        return self.patients is None or patient in self.patients

    def meet(self, other: "Reach") -> "Reach":
        """What is within both."""
        if self.patients is None or other.patients is None:
            patients = other.patients if self.patients is None else self.patients
        else:
            patients = self.patients & other.patients
        queries = dict.fromkeys(query for query in (self.query, other.query) if query)
        return Reach(patients, self.house and other.house, "&".join(queries))


ALL: Final = Reach()
Reaches = tuple[Reach, ...]
"""What is within one of them; none: nothing."""


class Sight(msgspec.Struct, frozen=True):
    """For each type and letter, what is within sight. Whatever is not said is out of it."""

    by_type: Mapping[tuple[str, Letter], Reaches] = {}
    others: Mapping[Letter, Reaches] = {}
    """Of the types that `by_type` does not name with the letter."""
    grounds: Mapping[int, str] = {}
    """Patient -> name of the rule for which it is within ("team.unit"): kept with every trace."""

    def reach(self, type_: str, letter: Letter) -> Reaches:
        """Of one type; of "*", what holds of every type that is not named."""
        found = self.by_type.get((type_, letter))
        return self.others.get(letter, ()) if found is None else found

    def whole(self, type_: str, letter: Letter) -> bool:
        """Whether all there is of the type is in sight: nothing is to be asked of a row."""
        return ALL in self.reach(type_, letter)

    def holds(self, type_: str, letter: Letter, patient: int) -> bool:
        """Whether a resource of this patient (0: of none) may be in sight, queries apart."""
        return any(reach.holds(patient) for reach in self.reach(type_, letter))

    def holds_all(self, type_: str, letter: Letter, patient: int) -> bool:
        """Whether all that is of this patient is: what of it is there may be told of."""
        return any(reach.holds(patient) for reach in self.reach(type_, letter) if not reach.query)

    def meet(self, other: "Sight") -> "Sight":
        """What is in sight of both: an application never sees more than who uses it."""
        named = self.by_type.keys() | other.by_type.keys()
        return Sight(
            {key: _met(self.reach(*key), other.reach(*key)) for key in named},
            {one: _met(self.reach("*", one), other.reach("*", one)) for one in LETTERS},
            {**other.grounds, **self.grounds},
        )


def _met(left: Reaches, right: Reaches) -> Reaches:
    if ALL in left:
        return right
    if ALL in right:
        return left
    return tuple(dict.fromkeys(one.meet(other) for one in left for other in right))


EVERYTHING: Final = Sight(others=dict.fromkeys(LETTERS, (ALL,)))
"""For the house's own components, which answer for what they do."""
NOTHING: Final = Sight()
BROKEN: Final = "team.break-glass"
"""The ground of a record that is open by bris de glace."""
