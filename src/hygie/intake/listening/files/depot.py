"""A place where others put files: what its listener asks of it."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import count
from typing import Final, Protocol

from hygie.intake.listening.files.completeness import Found
from hygie.refusal import Issue

TAKEN: Final = "traites"
"""Folder, in the one that is watched, of what was taken; below it, one a day."""
REFUSED: Final = "refuses"
"""The same of what the inbox did not take, or not all of: each with a `.txt` that says why."""
WHY: Final = ".txt"


_LONGEST_BYTES: Final = 255 - len(".txt") - len("~1000000")
"""Of the name of a file, so that what is added to it has room."""


def names_like(name: str) -> Iterator[str]:
    """The name, then `labo~2.hl7`, `labo~3.hl7` …: the first that nobody has is taken. A name that
    leaves no room for what is added to it loses its last characters, before its ending."""
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    kept = _shortened(stem, _LONGEST_BYTES - len(os.fsencode(dot + ending)))
    if not kept:
        kept, dot, ending = _shortened(name, _LONGEST_BYTES), "", ""
    yield f"{kept}{dot}{ending}"
    for number in count(2):
        yield f"{kept}~{number}{dot}{ending}"


def _shortened(text: str, octets: int) -> str:
    while text and len(os.fsencode(text)) > octets:
        text = text[:-1]
    return text


def today() -> date:
    """By the clock and the zone of the machine."""
    return datetime.now(UTC).astimezone().date()


Today = Callable[[], date]


class OutOfReachError(Exception):
    """The place as a whole, for now."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.rule)
        self.issue = issue


class ChangedError(Exception):
    """The file is not, or not any more, what was seen: it is looked at again."""


class Depot(Protocol):
    """Files of one folder; its subfolders are left alone, and links are no files.

    Each method raises OutOfReachError, and the last two OSError when it is about the file alone:
    nothing that matters was changed then, and it can be asked again.
    """

    async def look(self) -> list[Found]:
        """The plain files that there are."""
        ...

    async def read(self, found: Found) -> bytes:
        """The whole of the file, exactly as it was seen. Raises ChangedError; `Refused`
        (TOO_LARGE) without reading it."""
        ...

    async def put_away(self, found: Found, faults: str) -> None:
        """Out of the folder: deleted, or among what was taken; with `faults` among what was
        refused. Another file that took its name meanwhile stays. Raises ChangedError when it is
        not there any more."""
        ...
