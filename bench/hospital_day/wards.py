"""The hospital: 36 wards of 28 beds, and an emergency unit. Fictitious codes and names."""

from collections.abc import Iterator
from typing import Final, NamedTuple

EMERGENCY: Final = "1001"
WARDS: Final = tuple(f"{3000 + rank}" for rank in range(1, 37))
BEDS: Final = 28


class Bed(NamedTuple):
    """Where somebody lies; `room` and `bed` are empty in the emergency unit."""

    unit: str
    room: str = ""
    bed: str = ""


class Beds:
    """Free beds, by ward."""

    def __init__(self) -> None:
        self._free = {ward: list(_beds(ward)) for ward in WARDS}

    def take(self, ward: str) -> Bed:
        """One of that ward, or of the next that has one."""
        start = WARDS.index(ward)
        for offset in range(len(WARDS)):
            free = self._free[WARDS[(start + offset) % len(WARDS)]]
            if free:
                return free.pop(0)
        raise RuntimeError("the hospital is full")

    def give_back(self, bed: Bed) -> None:
        if bed.room:
            self._free[bed.unit].append(bed)


def _beds(ward: str) -> Iterator[Bed]:
    for number in range(BEDS):
        yield Bed(ward, f"{ward[1:]}{number // 2:02d}", "PF"[number % 2])
