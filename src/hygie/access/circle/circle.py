"""The values: a relation of care, and all those that somebody has. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

Basis = Literal[
    "attending", "unit", "appointment", "order", "team", "episode", "general-practitioner",
    "break-glass",
]  # fmt: skip
"""Why it is believed that somebody cares for a patient."""


class Relation(msgspec.Struct, frozen=True):
    """Somebody, or a unit, cares for a patient: from `start` until `end`, excluded; None: for good,
    or not known."""

    who: str
    """"Practitioner/…", "PractitionerRole/…", "Location/…", "Organization/…"; or "system|value"."""
    patient: str
    """Id of the Patient."""
    basis: Basis
    start: datetime | None = None
    end: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)


class Circle(msgspec.Struct, frozen=True):
    """The patients somebody cares for at an instant, with one reason for each."""

    patients: Mapping[int, Relation] = {}
    """The store's keyed hash of "Patient/id" -> the relation."""
    complete: bool = True
    """False when there were more than may be held."""
    units: frozenset[str] = frozenset()
    """Those named by rights that they are attached to, or to a part of."""

    @property
    def keys(self) -> frozenset[int]:
        return frozenset(self.patients)


NOBODY = Circle()


def holding(relations: Iterable[Relation], now: datetime) -> dict[str, Relation]:
    """Of each patient one relation that holds now: the one that began last."""
    found: dict[str, Relation] = {}
    for one in relations:
        if one.holds(now):
            known = found.get(one.patient)
            if known is None or _since(known) < _since(one):
                found[one.patient] = one
    return found


def _since(relation: Relation) -> float:
    return relation.start.timestamp() if relation.start else float("-inf")
