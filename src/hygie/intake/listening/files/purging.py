"""The end of what was put away: after the days that a source declares, its files are removed.

Never a file that we did not put there, as far as that can be told: only plain ones, in a folder
named for a day, below the two that are ours, and none that changed after that day.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import Final, Protocol

from hygie.intake.listening.files.depot import REFUSED, TAKEN, OutOfReachError, Today, today
from hygie.intake.sources.declaration import Folder, Sftp
from hygie.limits.gateway import MAX_PURGED_TOGETHER

PURGE_SECONDS: Final = 3_600.0
_logger = logging.getLogger(__name__)


class Purged(Protocol):
    """A depot, as what was put away there is removed."""

    async def purge(self, where: str, before: date, most: int) -> int:
        """Removes what was put away in `where` before that day, `most` files at once, and the days
        that are empty then. How many files. What cannot be removed is passed over. Raises
        OutOfReachError and OSError of the place as a whole."""
        ...


class Purging:
    """For one source, and one task."""

    def __init__(
        self,
        way: Folder | Sftp,
        depot: Purged,
        today: Today = today,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._way = way
        self._depot = depot
        self._today = today
        self._clock = clock
        self._due = clock()

    async def step(self) -> int:
        """Once an hour; as long as there is more, each time it is called. How many files went."""
        if self._clock() < self._due:
            return 0
        removed, most = 0, 0
        try:
            for where, before in self._ends():
                count = await self._depot.purge(where, before, MAX_PURGED_TOGETHER)
                removed, most = removed + count, max(most, count)
        except (OutOfReachError, OSError) as error:  # who takes files tells of it
            _logger.warning("files put away were not removed: %s", type(error).__name__)
        if most < MAX_PURGED_TOGETHER:
            self._due = self._clock() + PURGE_SECONDS
        return removed

    def _ends(self) -> Iterator[tuple[str, date]]:
        days = (TAKEN, self._way.keep_days), (REFUSED, self._way.keep_refused_days)
        for where, kept in days:
            if kept:
                yield where, self._today() - timedelta(days=kept)


def day_of(name: str, before: date) -> date | None:
    """The day that a folder is named for, if it is before that one."""
    try:
        found = date.fromisoformat(name)
    except ValueError:
        return None
    return found if name == str(found) and found < before else None


def is_of(day: date, changed: float) -> bool:
    """Whether what last changed then (seconds since 1970) may have been put away that day; at its
    end, midnight may come between."""
    try:
        return datetime.fromtimestamp(changed, UTC).astimezone().date() <= day + timedelta(days=1)
    except (OverflowError, ValueError, OSError):
        return False
