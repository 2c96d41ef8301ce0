"""What whoever settles messages is given, in this process and in others."""

from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from hygie.intake.inbox import Admission
from hygie.intake.values import Kind, Receipt

AT_ONCE: Final = 2
"""Batches of one process: one is made ready while the database works for the other."""


class Settles(Protocol):
    """Receipts in the order given, of what is committed once they are there. For batches that come
    together: no two of them share a lane, unless somebody else has a hand in it; then the database
    keeps one waiting for the other."""

    @property
    def at_once(self) -> int:
        """Batches that are not kept waiting for each other."""

    async def settle(self, admissions: Sequence[Admission]) -> Sequence[Receipt]: ...


class Handed(msgspec.Struct, frozen=True, array_like=True):
    """A message that is `received`, as it is kept in the inbox; it is read again where it is
    settled, which costs less than to send it read."""

    id: int
    source: str
    name: str
    raw: bytes
    kind: Kind
    corrects: int

    @classmethod
    def of(cls, admission: Admission) -> "Handed":
        arrival = admission.arrival
        return cls(
            admission.id, arrival.source, arrival.name, arrival.raw, arrival.kind, arrival.corrects
        )
