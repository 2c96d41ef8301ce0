"""Where one stands in the rows of a type, in the order of their keys."""

from typing import Final, NamedTuple

from hygie.store.database import Record


class Place(NamedTuple):
    """After the row of this key and patient: a key has one row, unless something went wrong."""

    key: int
    patient: int


FIRST: Final = Place(-(2**63), -(2**63))
"""Before all."""


def place_of(row: Record) -> Place:
    return Place(row["key"], row["patient"])
