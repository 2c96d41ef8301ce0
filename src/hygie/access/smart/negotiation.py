"""Which scopes an application is given, of those it asks for (RFC 6749 §3.3). Pure.

What is not understood, or more than an administrator approved, is left out: the answer tells the
scope that was granted.
"""

from collections.abc import Collection
from contextlib import suppress
from typing import Final, NamedTuple

from hygie.access.scopes import Grain, Level, Scopes, parse_grain
from hygie.access.smart.grants import parsed
from hygie.access.smart.model import SPECIAL, Application, SmartRefusedError
from hygie.limits import MAX_SCOPE_CHARACTERS
from hygie.refusal import Refused

PERSONAL: Final[tuple[Level, ...]] = ("patient", "user")
MACHINE: Final[tuple[Level, ...]] = ("system",)


class Settled(NamedTuple):
    scopes: str
    special: tuple[str, ...]


def settle(text: str, application: Application, levels: Collection[Level]) -> Settled:
    """Raises `SmartRefusedError` (invalid_scope) when nothing of it can be granted."""
    if len(text) > MAX_SCOPE_CHARACTERS:
        raise SmartRefusedError("invalid_scope", f"at most {MAX_SCOPE_CHARACTERS} characters")
    words = dict.fromkeys(text.split())
    special = tuple(one for one in SPECIAL if one in words) if "user" in levels else ()
    grains: list[Grain] = []
    for word in words:
        with suppress(Refused):
            grains.append(parse_grain(word, levels))
    scopes = Scopes(tuple(grains)).narrowed(parsed(application.scopes))
    if "openid" not in special:  # SMART App Launch 2.2, §3.0.6: one asks for it with the other
        special = tuple(one for one in special if one != "fhirUser")
    if not scopes.grains and "openid" not in special:
        raise SmartRefusedError("invalid_scope", "nothing of this scope can be granted")
    return Settled(str(scopes), special)


def renewed(text: str, granted: str) -> str:
    """The scopes on resources of a renewed token: those it had, or the fewer it asks for. Raises
    `SmartRefusedError` (invalid_scope) for more (RFC 6749 §6)."""
    words = [word for word in text.split() if word not in SPECIAL]
    if not words:
        return granted
    try:
        asked = Scopes(tuple(parse_grain(word, (*PERSONAL, *MACHINE)) for word in words))
    except Refused as refused:
        raise SmartRefusedError("invalid_scope", "a scope is not understood") from refused
    if not asked.within(parsed(granted)):
        raise SmartRefusedError("invalid_scope", "more than was granted")
    return str(asked.narrowed(parsed(granted)))
