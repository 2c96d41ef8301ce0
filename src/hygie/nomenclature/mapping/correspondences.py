"""Which code stands for which: read from the ConceptMaps in which people's decisions are kept."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from hygie.fhir.terminology.reading import Json, objects, text

PREFIX: Final = "urn:hygie:correspondance:"
"""Canonicals of the ConceptMaps that are ours to apply. Others are for `$translate` alone."""
TRUE_OF_SOURCE: Final = frozenset({"equal", "equivalent", "wider", "subsumes"})
"""Equivalences by which what is true of the source code is told rightly by the target, perhaps less
finely (R4 §7.5.4). One that is narrower would say more than its author did."""


class Target(NamedTuple):
    system: str
    code: str
    display: str = ""

    def coding(self) -> dict[str, Any]:
        found = {"system": self.system, "code": self.code}
        return found | ({"display": self.display} if self.display else {})


class Correspondences:
    """Code of a system -> the codes it stands for. Never changes."""

    def __init__(self, table: Mapping[tuple[str, str], tuple[Target, ...]]) -> None:
        self._table = table

    def of(self, system: object, code: object) -> tuple[Target, ...]:
        """None of what is no text."""
        if not isinstance(system, str) or not isinstance(code, str):
            return ()
        return self._table.get((system, code), ())

    def only(self, system: str, code: str) -> "Correspondences":
        """Those of one code."""
        found = self.of(system, code)
        return Correspondences({(system, code): found} if found else {})

    def __len__(self) -> int:
        return len(self._table)


NONE: Final = Correspondences({})
Current = Callable[[], Awaitable[Correspondences]]
"""Those that hold now."""


async def nothing() -> Correspondences:
    """Where local codes are not mapped."""
    return NONE


def read(maps: Iterable[Json]) -> Correspondences:
    """Those that ConceptMaps of ours, in use, say can be added."""
    table: dict[tuple[str, str], tuple[Target, ...]] = {}
    for one in maps:
        if text(one, "status") == "active" and text(one, "url").startswith(PREFIX):
            for key, target in _rows(one):
                table[key] = (*table.get(key, ()), target)
    return Correspondences(table)


def _rows(concept_map: Json) -> Iterable[tuple[tuple[str, str], Target]]:
    for group in objects(concept_map, "group"):
        system, source = text(group, "target"), text(group, "source")
        for element in objects(group, "element"):
            for target in objects(element, "target"):
                code = text(target, "code")
                if code and text(target, "equivalence") in TRUE_OF_SOURCE:
                    key = source, text(element, "code")
                    yield key, Target(system, code, text(target, "display"))
