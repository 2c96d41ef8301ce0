"""Which events a source is allowed, by patterns: `ADT^A01`, `ADT^*`, `CDA`, `Patient`,
`message^observation-provide`. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from hygie.fhir.definitions import r4
from hygie.hl7v2.events import KNOWN

_PATTERN: Final = re.compile(r"([A-Z][A-Z0-9]{2})(?:\^(\*|[A-Z][A-Z0-9]{2}))?")
_MESSAGE: Final = re.compile(r"message\^(\*|[!-~]{1,200})", re.ASCII)
"""A FHIR message: its code, or its URI. Those that R4 does not name are believed."""
_ANY: Final = "*"


def allows(patterns: Sequence[str], event: str) -> bool:
    """Whether an event (`ADT^A01`, `CDA`, a resource type) is among them; any is, of none."""
    if not patterns or event in patterns:
        return True
    kind, found, _ = event.partition("^")
    if kind == "message" and "Bundle" in patterns:
        return True
    return bool(found) and f"{kind}^{_ANY}" in patterns


def means_something(pattern: str) -> bool:
    """Whether there are such messages. What begins with Z is local, and believed."""
    if pattern == "CDA" or r4().is_resource(pattern) or _MESSAGE.fullmatch(pattern):
        return True
    found = _PATTERN.fullmatch(pattern)
    if found is None:
        return False
    kind, event = found.groups()
    if kind.startswith("Z") or (event or "").startswith("Z"):
        return kind.startswith("Z") or kind in KNOWN
    return kind in KNOWN and (event in (None, _ANY) or event in KNOWN[kind])
