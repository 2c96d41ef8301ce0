"""What a reference's URL says: a resource of ours, or something elsewhere."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

_LOCAL: Final = re.compile(
    r"([A-Z][A-Za-z]{1,63})/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?", re.ASCII
)


_COMMON_LENGTH: Final = 128
"""Longer ones are read each time: memory is bounded, and few come twice."""


class Link(NamedTuple):
    """`type` and `id` of a relative reference, or the `url` of another."""

    type: str = ""
    id: str = ""
    url: str = ""


def read_link(text: str) -> Link:
    """`Patient/123` and `Patient/123/_history/2` are local; all else is kept as a URL."""
    return _cached(text) if len(text) <= _COMMON_LENGTH else _read(text)


def _read(text: str) -> Link:
    found = _LOCAL.fullmatch(text)
    return Link(found[1], found[2]) if found else Link(url=text)


_cached = lru_cache(maxsize=8_192)(_read)
