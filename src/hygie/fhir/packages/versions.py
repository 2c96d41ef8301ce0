"""Versions in order, and versions asked for with wildcards.

By Semantic Versioning 2.0.0 §11 where a version has that form; others (`2024-05`, `20210315`,
`STU3`) are compared by their numbers first and never fail.
"""

import re
from functools import lru_cache
from typing import Final

from hygie.limits import MAX_VERSION_CHARACTERS

NUMBER: Final = re.compile(r"[0-9]+", re.ASCII)
WILDCARDS: Final = frozenset("xX*")
Key = tuple[tuple[int, ...], int, tuple[tuple[int, int, str], ...]]


@lru_cache(maxsize=1024)
def age(version: str) -> Key:
    """A key that sorts versions from oldest to newest; "", the unknown one, comes first."""
    core, dash, before = version[:MAX_VERSION_CHARACTERS].partition("+")[0].partition("-")
    if not NUMBER.match(core):
        return (), 0, (_part(version[:MAX_VERSION_CHARACTERS]),)
    numbers = [int(number) for number in NUMBER.findall(core)]
    while numbers and not numbers[-1]:
        numbers.pop()
    if dash and NUMBER.fullmatch(core) and len(core) >= 4:
        return (*numbers, *map(int, NUMBER.findall(before))), 1, ()
    return tuple(numbers), int(not dash), tuple(map(_part, before.split("."))) if dash else ()


def _part(text: str) -> tuple[int, int, str]:
    """One identifier of a pre-release: numbers come before words (Semantic Versioning §11.4)."""
    return (0, int(text), "") if NUMBER.fullmatch(text) else (1, 0, text)


def matches(wanted: str, version: str) -> bool:
    """Whether a version is one that is asked for: `1.2.3`, `1.2.x`, `1.2` (any 1.2.y), `latest`."""
    if wanted in (version, "", "latest", "dev", "current", "*", "x"):
        return True
    asked, had = wanted.split("."), version.partition("-")[0].split(".")
    if len(asked) > 3 or not all(NUMBER.fullmatch(part) or part in WILDCARDS for part in asked):
        return False
    if len(asked) == 3 and not WILDCARDS & set(asked):
        return False
    return len(had) >= len(asked) and all(
        part in WILDCARDS or part == found for part, found in zip(asked, had, strict=False)
    )
