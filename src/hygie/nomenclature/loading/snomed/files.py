"""The files of a release of SNOMED CT (RF2, "File Naming Conventions"), found by their names."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from hygie.nomenclature.loading.given import File, Given
from hygie.nomenclature.loading.reading import other_kind
from hygie.nomenclature.loading.tables import few_cells, lines_of

WANTED: Final = "SNOMED CT, RF2 Snapshot (.zip, dossier)"
CONCEPT: Final = ("id", "effectiveTime", "active", "moduleId", "definitionStatusId")
DESCRIPTION: Final = (
    "id", "effectiveTime", "active", "moduleId", "conceptId", "languageCode", "typeId", "term",
    "caseSignificanceId",
)  # fmt: skip
RELATIONSHIP: Final = (
    "id", "effectiveTime", "active", "moduleId", "sourceId", "destinationId", "relationshipGroup",
    "typeId", "characteristicTypeId", "modifierId",
)  # fmt: skip
CONCRETE: Final = tuple("value" if name == "destinationId" else name for name in RELATIONSHIP)
MEMBER: Final = ("id", "effectiveTime", "active", "moduleId", "refsetId", "referencedComponentId")
LANGUAGE: Final = (*MEMBER, "acceptabilityId")
DEPENDENCY: Final = (*MEMBER, "sourceEffectiveTime", "targetEffectiveTime")
_NAMED: Final = re.compile(
    r"x?(?:sct2|der2)_(?P<content>[A-Za-z_]+?)_?(?P<type>Snapshot|Full|Delta)"
    r"(?:-[a-z-]+)?_(?P<country>[A-Z0-9]+)_(?P<date>[0-9]{8})\.txt"
)
Line = list[str]


class Release:
    """The snapshot among the files given; several editions may be given together."""

    def __init__(self, given: Given) -> None:
        """Raises `Refused` when there is no snapshot of concepts."""
        self._found: dict[str, list[File]] = {}
        self.date = ""
        for file in given.files:
            named = _NAMED.fullmatch(file.name)
            if named and named["type"] == "Snapshot":
                self._found.setdefault(named["content"], []).append(file)
                self.date = max(self.date, named["date"])
        if not self._found.get("Concept"):
            raise other_kind("snomed", WANTED, given.sources[0].name if given.sources else "")
        self.place = self._found["Concept"][0].shown

    def lines(self, content: str, columns: Sequence[str]) -> Iterator[Line]:
        """The lines of all files of a content that are in use or were.

        Raises `Refused` for a file of other columns, or a line with fewer.
        """
        for file in self._found.get(content, ()):
            yield from _lines(file, columns)

    def active(self, content: str, columns: Sequence[str]) -> Iterator[Line]:
        return (line for line in self.lines(content, columns) if line[2] == "1")


def _lines(file: File, columns: Sequence[str]) -> Iterator[Line]:
    """RF2 is UTF-8, separated by tabs, without quotes; more columns than named may follow."""
    width = len(columns)
    for number, raw in enumerate(lines_of(file, "utf-8-sig"), 1):
        line = raw.rstrip("\r\n").split("\t")
        if number == 1 and tuple(line[:width]) != tuple(columns):
            raise other_kind("snomed", f"{file.name} ({', '.join(columns)})", file.shown)
        if len(line) < width:
            raise few_cells(file, number, len(line), width)
        if number > 1:
            yield line
