"""The forms of a reference (R4 §2.3.0): relative, RESTful, absolute, conditional."""

import re
from functools import lru_cache
from typing import Final

ID: Final = r"[A-Za-z0-9\-.]{1,64}"
RELATIVE: Final = re.compile(rf"([A-Z][A-Za-z]+)/({ID})(?:/_history/{ID})?", re.ASCII)
RESTFUL: Final = re.compile(
    rf"(https?://\S+/)(([A-Z][A-Za-z]+)/({ID}))(?:/_history/{ID})?", re.ASCII
)
"""Root, "Type/id", type, id."""
ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+", re.ASCII)
CONDITIONAL: Final = re.compile(r"([A-Z][A-Za-z]+)\?\S+", re.ASCII)
VERSION: Final = "/_history/"
_COMMON_LENGTH: Final = 128
"""Longer ones are read each time: memory is bounded, and few come twice."""


def relative_type(text: str) -> str:
    """The type that a relative reference names; "" of any other."""
    return _known_type(text) if len(text) <= _COMMON_LENGTH else _type(text)


def _type(text: str) -> str:
    relative = RELATIVE.fullmatch(text)
    return relative[1] if relative else ""


_known_type = lru_cache(maxsize=8_192)(_type)


def without_version(text: str) -> tuple[str, str]:
    """A reference less its version, and the version or ""; a fragment is left out too."""
    url, _, version = text.partition("#")[0].partition(VERSION)
    return url, version


def root_of(full_url: str) -> str:
    """What "Type/id" is appended to, of a RESTful URL; "" of any other (R4 §2.36.4.1)."""
    restful = RESTFUL.fullmatch(full_url)
    return restful[1] if restful else ""
