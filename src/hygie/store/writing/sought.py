"""What whoever writes may see and change of a type: what is out of sight is as if it never was.

Who does not see all there is of a type cannot make a resource under an id of his choice: that it is
taken would be told by the refusal. It is then "not found" whether or not there is one.
"""

from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple

from hygie.refusal import Category, Refused, refuse
from hygie.sight import Letter, Sight
from hygie.store import phrases
from hygie.store.contract import StoredResource
from hygie.store.search.bounds import Bounds
from hygie.store.search.sights import Sights
from hygie.store.vault import Opened

TOLD: Final[tuple[Letter, ...]] = ("r", "s", "u", "d")
"""By each of these one learns that a resource is there."""
Act = Literal["c", "u", "d"]
"""What is made under an id of the asker's choice is an update (SMART App Launch 2.2, §3.0.2)."""


class Sought(NamedTuple):
    """Of one type, for one act of somebody who may not do it to all there is."""

    kind: str
    act: Act
    bounds: Callable[[Letter], Bounds]

    @property
    def makes(self) -> bool:
        """Whether it is no secret which ids there are."""
        return any(self.bounds(letter).whole for letter in TOLD)

    def shown(self, present: Opened | Refused | None) -> Opened | Refused | None:
        """What is there, as far as one may know. Refused (FORBIDDEN) for what may not be changed.

        A row that does not open is told of to who sees them all.
        """
        if present is None:
            return None
        if isinstance(present, Refused):
            return present if self.makes else None
        if self.bounds(self.act).has(present):
            return present
        if any(self.bounds(letter).has(present) for letter in TOLD):
            raise _out_of_reach(self.kind)
        return None

    def require(self, patient: int, resource: Any, stored: StoredResource) -> None:
        """Refused (FORBIDDEN), whatever there is, when it is of somebody out of reach."""
        if not self.bounds(self.act).names(patient, resource, stored):
            raise _out_of_reach(self.kind)


Seeking = Callable[[str, Act], Sought | None]


def everywhere(_kind: str, _act: Act) -> None:
    """For the house's own components."""


def seeking(sights: Sights, sight: Sight) -> Seeking:
    def sought(kind: str, act: Act) -> Sought | None:
        def bounds(letter: Letter) -> Bounds:
            return sights.of(sight, kind, letter)

        return None if bounds(act).whole else Sought(kind, act, bounds)

    return sought


def not_found(kind: str) -> Refused:
    return refuse(
        Category.NOT_FOUND, "store.not-found", phrases.NOT_FOUND, code="not-found", type=kind
    )


def _out_of_reach(kind: str) -> Refused:
    return refuse(
        Category.FORBIDDEN, "access.out-of-reach", phrases.OUT_OF_REACH, code="forbidden",
        type=kind,
    )  # fmt: skip
