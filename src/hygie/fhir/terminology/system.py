"""A code system in memory: of a CodeSystem resource (R4 §4.7)."""

from collections.abc import Iterator
from functools import cached_property
from itertools import chain, islice

from hygie.fhir.terminology.code_system import (
    Concept,
    is_abstract,
    is_inactive,
    is_whole,
    property_code,
    same_code,
)
from hygie.fhir.terminology.heading import Heading
from hygie.fhir.terminology.hierarchy import Hierarchy, concepts_of, placed
from hygie.fhir.terminology.word_index import WordIndex


class System(Heading):
    """A `CodeSystem`. Its concepts are read the first time that one is asked for."""

    @property
    def supplement(self) -> bool:
        """Whether it only adds to the concepts of another system."""
        return self.content == "supplement" or bool(self.supplements)

    @property
    def whole(self) -> bool:
        return is_whole(self) and not self.supplement

    @cached_property
    def concepts(self) -> dict[str, Concept]:
        """By code, in the order of the definition."""
        names = property_code(self, "parent"), property_code(self, "child")
        return concepts_of(self._resource, *names)

    @property
    def count(self) -> int:
        return len(self.concepts)

    def find(self, code: str) -> Concept | None:
        found = self.concepts.get(code)
        if found is None and not self.case_sensitive:
            found = self.concepts.get(self._folded.get(code.lower(), ""))
        return found

    def codes(self) -> Iterator[str]:
        return self._hierarchy.codes()

    def children(self, code: str) -> Iterator[str]:
        return self._hierarchy.children(self._own(code))

    def below(self, code: str) -> Iterator[str]:
        return self._hierarchy.below(self._own(code))

    def above(self, code: str) -> Iterator[str]:
        return self._hierarchy.above(self._own(code))

    def search(self, text: str, limit: int) -> list[str]:
        written = text.strip()
        if written not in self.concepts:
            return list(islice(self._words.search(text), limit))
        others = (code for code in self._words.search(text) if code != written)
        return list(islice(chain([written], others), limit))

    def having(self, name: str, operator: str, value: str) -> Iterator[str] | None:
        if name not in ("concept", "code"):
            return None
        return placed(self, operator, value)

    def same(self, left: str, right: str) -> bool:
        """Whether two codes are one here."""
        return same_code(self, left, right)

    def inactive(self, concept: Concept) -> bool:
        return is_inactive(self, concept)

    def abstract(self, concept: Concept) -> bool:
        return is_abstract(self, concept)

    def _own(self, code: str) -> str:
        """The code as the system writes it."""
        found = None if self.case_sensitive else self.find(code)
        return found.code if found else code

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {code.lower(): code for code in self.concepts}

    @cached_property
    def _hierarchy(self) -> Hierarchy:
        return Hierarchy(self.concepts)

    @cached_property
    def _words(self) -> WordIndex:
        return WordIndex(self.concepts.values())
