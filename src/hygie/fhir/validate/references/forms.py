"""The forms of a reference (R4 §2.3.0): relative, RESTful, absolute, conditional."""

import re
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


def without_version(text: str) -> tuple[str, str]:
    """A reference less its version, and the version or ""; a fragment is left out too."""
    url, _, version = text.partition("#")[0].partition(VERSION)
    return url, version


def root_of(full_url: str) -> str:
    """What "Type/id" is appended to, of a RESTful URL; "" of any other (R4 §2.36.4.1)."""
    restful = RESTFUL.fullmatch(full_url)
    return restful[1] if restful else ""
