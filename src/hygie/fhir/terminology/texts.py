"""The text that narrows an expansion (`filter`), held against codes that a set lists itself."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from hygie.fhir.terminology.code_system import Concept
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.word_index import rank_among, texts_of


class Named(Protocol):
    """A code with what it is called: by its system, and by who lists it."""

    @property
    def concept(self) -> Concept: ...

    listed: Json
    code: str


Some = TypeVar("Some", bound=Named)


class Texts:
    """One text as a person types it; false when there is none."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def best(self, named: Iterable[Some]) -> Iterator[Some]:
        """Those that have every word of the text, or one that begins with it; best first."""
        if not self:
            return iter(named)
        ranked = []
        for place, each in enumerate(named):
            own = Concept(each.code, each.listed)
            rank = rank_among(self.text, (*texts_of(each.concept), *texts_of(own)))
            if each.code == self.text.strip():
                rank = (-1, 0)
            if rank is not None:
                ranked.append((rank, place, each))
        return (each for _, _, each in sorted(ranked, key=lambda item: item[:2]))
