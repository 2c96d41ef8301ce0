"""The codes that stored resources bear, with how often: what there is to map, and what is used."""

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import msgspec

from hygie.fhir.terminology.reading import Json, text
from hygie.limits import MAX_CODES_IN_USE
from hygie.nomenclature.mapping.concepts import MARK, codings, concepts
from hygie.store.database import Pool
from hygie.store.keys.keyring import Keyring

PURPOSE: Final = "nomenclature.usage"
_KEEP: Final = """
INSERT INTO hygie.code_usage (counted, resources, sealed) VALUES (now(), $1, $2)
ON CONFLICT (one) DO UPDATE SET counted = now(), resources = $1, sealed = $2
"""


class CodeInUse(msgspec.Struct, frozen=True, array_like=True):
    """A code, as it is displayed most often, and the concepts that bear it."""

    system: str
    code: str
    display: str
    uses: int
    together: tuple[str, ...] = ()
    """Systems of the codes that stand beside it in a concept."""


class Usage(msgspec.Struct, frozen=True):
    """Every code in use, the most frequent first, as of a moment."""

    counted: datetime
    resources: int
    codes: tuple[CodeInUse, ...]


class Tally:
    """Counts the codes of resources, bounded: the first `MAX_CODES_IN_USE` that are met."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[dict[str, int], set[str]]] = {}
        self._uses: dict[tuple[str, str], int] = {}

    def add(self, resource: Json) -> None:
        for concept in concepts(resource):
            said = [one for one in codings(concept) if text(one, "system") and text(one, "code")]
            systems = {text(one, "system") for one in said if not _mapped(one)}
            for one in said:
                self._count(one, text(concept, "text"), systems)

    def codes(self) -> Iterator[CodeInUse]:
        for key, uses in sorted(self._uses.items(), key=lambda item: (-item[1], item[0])):
            displays, systems = self._found[key]
            shown = max(displays, key=lambda name: displays[name], default="")
            yield CodeInUse(*key, shown, uses, tuple(sorted(systems - {key[0]})))

    def _count(self, coding: Json, said: str, systems: set[str]) -> None:
        key = text(coding, "system"), text(coding, "code")
        if key not in self._found:
            if len(self._found) >= MAX_CODES_IN_USE:
                return
            self._found[key] = ({}, set())
        displays, together = self._found[key]
        if display := text(coding, "display") or said:
            displays[display] = displays.get(display, 0) + 1
        together |= systems
        self._uses[key] = self._uses.get(key, 0) + 1


async def keep_usage(
    pool: Pool, keyring: Keyring, resources: int, codes: Iterable[CodeInUse]
) -> None:
    """Replaces what was counted before."""
    plain = zlib.compress(msgspec.msgpack.encode(tuple(codes)))
    await pool.execute(_KEEP, resources, keyring.seal(plain, PURPOSE))


async def read_usage(pool: Pool, keyring: Keyring) -> Usage | None:
    """None before the first count."""
    row = await pool.fetchrow("SELECT counted, resources, sealed FROM hygie.code_usage")
    if row is None:
        return None
    plain = zlib.decompress(keyring.open(row["sealed"], PURPOSE))
    codes = msgspec.msgpack.decode(plain, type=tuple[CodeInUse, ...])
    return Usage(row["counted"], row["resources"], codes)


def _mapped(coding: Json) -> bool:
    return text(coding, "id").startswith(MARK)
