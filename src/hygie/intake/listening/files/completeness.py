"""Which files of a folder are whole. Pure.

A sender writes while we look. A file is whole when it was the same (size, time, identity) in two
looks and has no name of what is being written; or, of a pattern that ends with `.ok`
(`*.hl7.ok`), when the empty companion NAME`.ok` stands beside it, which its sender makes last. An
empty file is waited for: it was opened, and nothing was written yet.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

COMPANION: Final = ".ok"
TEMPORARY: Final = (
    ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", ".writing", ".lock",
    "~",
)  # fmt: skip
"""Endings that programs give to what they are writing."""


class Found(NamedTuple):
    """A plain file, as it was seen."""

    name: str
    size: int
    modified: int
    """Since 1970; in the unit of its file system."""
    identity: int = 0
    """Of the file behind the name: another one has another. 0 where nobody tells."""


class Completeness:
    """For one folder, from look to look."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._companions = pattern.endswith(COMPANION)
        self._seen: frozenset[Found] = frozenset()

    def whole(self, present: Iterable[Found]) -> list[Found]:
        """Those to be taken, the oldest first, by name where they are as old."""
        every = list(present)
        found = self._accompanied(every) if self._companions else self._unchanged(every)
        return sorted(found, key=lambda one: (one.modified, one.name))

    def companion(self, name: str) -> str:
        """The name of the file that says that this one is whole, or empty."""
        return name + COMPANION if self._companions else ""

    def _accompanied(self, every: list[Found]) -> list[Found]:
        names = {one.name for one in every if fnmatchcase(one.name, self._pattern)}
        return [one for one in every if one.name + COMPANION in names]

    def _unchanged(self, every: list[Found]) -> list[Found]:
        meant = frozenset(one for one in every if one.size and self._is_meant(one.name))
        before, self._seen = self._seen, meant
        return [one for one in meant if one in before]

    def _is_meant(self, name: str) -> bool:
        being_written = name.startswith((".", "~$")) or name.lower().endswith(TEMPORARY)
        return not being_written and fnmatchcase(name, self._pattern)
