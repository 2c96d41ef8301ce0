"""A code system in a file: `CodeSystem` as terminology asks for it, some pages read at a time."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from hygie.fhir.terminology.code_system import Concept
from hygie.fhir.terminology.heading import Heading
from hygie.fhir.terminology.hierarchy import placed
from hygie.fhir.terminology.reading import Json
from hygie.nomenclature.books.header import Header
from hygie.nomenclature.books.opening import Pages
from hygie.nomenclature.books.schema import LONGEST_VALUE
from hygie.nomenclature.books.searching import search
from hygie.nomenclature.books.texts import squeezed

_DECODER: Final = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
PAGE: Final = 4_096
"""Codes of a long list that are read at once."""
FIND: Final = "SELECT place, code, json FROM concept JOIN body USING (place) WHERE "
PARENTS: Final = (
    "SELECT concept.code FROM edge JOIN concept ON concept.place = parent WHERE child = ?"
    " ORDER BY position"
)
CHILDREN: Final = (
    "SELECT concept.code FROM edge JOIN concept ON concept.place = child WHERE parent = ?"
    " ORDER BY child"
)
BRANCH: Final = "SELECT code FROM concept WHERE walked > ? AND walked <= ? ORDER BY walked"
WALK: Final = (
    "WITH RECURSIVE down (place) AS (SELECT child FROM edge WHERE parent = ?"
    " UNION SELECT child FROM down JOIN edge ON parent = down.place)"
    " SELECT code FROM down JOIN concept USING (place) ORDER BY walked"
)
HAVING: Final = (
    "SELECT code FROM value JOIN concept USING (place) WHERE name = ? AND value = ?"
    " GROUP BY place ORDER BY place"
)


class Book(Heading):
    """One version of one system. Safe between threads; costs nothing until it is asked.

    On a warm machine: `find` 15 to 30 µs; `above` 30 µs in a classification, 0.3 ms in SNOMED CT;
    `below` 1 µs for each code in a branch without second parents, 6 µs in others; `search`: see
    `searching`.
    """

    def __init__(self, pages: Pages, url: str = "") -> None:
        """`url`: that by which it goes, when it is not its own."""
        self.header: Header = pages.header
        super().__init__({**pages.header.json, "url": url} if url else pages.header.json)
        self._pages = pages
        self._others: dict[str, Book] = {}

    def called(self, url: str) -> "Book":
        """The same one, as one that goes by another of its URLs."""
        if url == self.url:
            return self
        return self._others.setdefault(url, Book(self._pages, url))

    @property
    def is_whole(self) -> bool:
        """Whether its file is as it was made; read to its end the first time, 0.7 s a GB."""
        return self._pages.is_whole

    @property
    def count(self) -> int:
        return self.header.concepts

    def find(self, code: str) -> Concept | None:
        found = self._pages.rows(FIND + "code = ?", (code,))
        if not found and not self.case_sensitive:
            alike = self._pages.rows(FIND + "squeezed = ?", (squeezed(code),))
            found = [row for row in alike if row[1].lower() == code.lower()]
        return self._concept(found[0]) if found else None

    def codes(self) -> Iterator[str]:
        place, page = 0, self._page(0)
        while page:
            yield from (code for _, code in page)
            place = page[-1][0]
            page = self._page(place)

    def children(self, code: str) -> Iterator[str]:
        return (found for place in self._places(code) for found in self._list(CHILDREN, (place,)))

    def parents(self, code: str) -> Iterator[str]:
        """Directly above."""
        return (found for place in self._places(code) for found in self._list(PARENTS, (place,)))

    def below(self, code: str) -> Iterator[str]:
        for place in self._places(code):
            ((walked, last),) = self._pages.rows(
                "SELECT walked, last FROM concept WHERE place = ?", (place,)
            )
            query, parameters = (WALK, (place,)) if last is None else (BRANCH, (walked, last))
            yield from self._list(query, parameters)

    def above(self, code: str) -> Iterator[str]:
        seen: set[str] = set()
        level = list(self.parents(code))
        while level:
            new = [each for each in dict.fromkeys(level) if each not in seen]
            seen.update(new)
            yield from new
            level = [parent for each in new for parent in self.parents(each)]

    def search(self, text: str, limit: int) -> list[str]:
        return search(self._pages, text, limit)

    def having(self, name: str, operator: str, value: str) -> Iterator[str] | None:
        if name in ("concept", "code"):
            return placed(self, operator, value)
        if name == "display" or len(value) > LONGEST_VALUE:
            return None
        if name in ("parent", "child"):
            return self._neighbours(name, value) if operator == "=" else None
        return iter(self._list(HAVING, (name, value))) if operator == "=" else None

    def _neighbours(self, name: str, value: str) -> Iterator[str]:
        return self.children(value) if name == "parent" else self.parents(value)

    def _concept(self, row: Sequence[Any]) -> Concept:
        place, code, raw = row
        body: Json = _DECODER.decode(raw)
        return Concept(code, body, tuple(self._list(PARENTS, (place,))))

    def _places(self, code: str) -> list[int]:
        """Where a code is, by the system's own rule of case: one place, or none."""
        found = self._list("SELECT place FROM concept WHERE code = ?", (code,))
        if found or self.case_sensitive:
            return found
        known = self.find(code)
        return self._places(known.code) if known else []

    def _page(self, after: int) -> list[Any]:
        ahead = "SELECT place, code FROM concept WHERE place > ? ORDER BY place LIMIT ?"
        return self._pages.rows(ahead, (after, PAGE))

    def _list(self, query: str, parameters: Sequence[Any]) -> list[Any]:
        return [row[0] for row in self._pages.rows(query, parameters)]
