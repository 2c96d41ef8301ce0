"""What concepts that are new to a client's closure table are to those that it has ($closure).

R4 §4.6.6, "Maintaining a closure table": the client keeps, for every pair of concepts that it
uses, whether one is a kind of the other; the server tells it the pairs that each new concept adds.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.reading import Json, text
from hygie.fhir.terminology.refusals import refuse_as
from hygie.fhir.terminology.subject import Coded
from hygie.limits import MAX_CLOSURE_CONCEPTS
from hygie.refusal import Category

SUBSUMES: Final = "subsumes"
"""The target is a more general concept: all that is the source is the target too."""
EQUAL: Final = "equal"
UNMATCHED: Final = "unmatched"
"""The source is no known concept: nothing is a kind of it."""


class ClosureAsked(NamedTuple):
    """One request: to begin a table, to add concepts to it, or to tell again what was added."""

    name: str
    """Of the table, as its client calls it."""
    concepts: tuple[Coded, ...]
    since: str
    """Version after which all is to be told again; "" for none."""


class Relation(NamedTuple):
    source: Coded
    target: Coded | None
    equivalence: str


def read_closure(asked: Asked) -> ClosureAsked:
    """Refused: no name, or concepts and a version at once (R4 $closure)."""
    concepts = tuple(_coded(item) for item in asked.structures("concept"))
    since = asked.text("version")
    if not asked.text("name") or (concepts and since) or not all(map(_is_whole, concepts)):
        raise refuse_as(
            "invalid-data",
            phrases.NOTHING_ASKED,
            code="required",
            category=Category.INVALID,
            expected="name, concept | version",
        )
    return ClosureAsked(asked.text("name"), concepts, since)


def closure(catalogue: Catalogue, held: Iterable[Coded], added: Iterable[Coded]) -> list[Relation]:
    """All that the new concepts add: pairs among themselves, and with those that were held.

    A concept that is held already adds nothing. Refused: a table of more than
    MAX_CLOSURE_CONCEPTS. Cost: a walk up from each concept of a system that new ones are of.
    """
    known = dict.fromkeys(held)
    new = [each for each in dict.fromkeys(added) if each not in known]
    if len(known) + len(new) > MAX_CLOSURE_CONCEPTS:
        raise refuse_as(
            "too-costly",
            phrases.CLOSURE_TOO_LARGE,
            code="too-costly",
            category=Category.TOO_LARGE,
            limit=str(MAX_CLOSURE_CONCEPTS),
        )
    urls = {each.system for each in new}
    others = [each for each in known if each.system in urls]
    return list(_relations(_Ups(catalogue), others, new))


def concept_map(name: str, version: str, date: str, relations: Iterable[Relation]) -> Json:
    """The answer to $closure: `version` is that of the table once they are added."""
    groups: dict[tuple[str, str], dict[str, list[Json]]] = {}
    for source, target, equivalence in relations:
        key = source.system, target.system if target else source.system
        shown = {"code": target.code} if target else {}
        elements = groups.setdefault(key, {})
        elements.setdefault(source.code, []).append({**shown, "equivalence": equivalence})
    listed = [
        {
            "source": source,
            "target": target,
            "element": [{"code": code, "target": found} for code, found in elements.items()],
        }
        for (source, target), elements in groups.items()
    ]
    answer: Json = {
        "resourceType": "ConceptMap",
        "version": version,
        "name": name,
        "status": "active",
        "experimental": True,
        "date": date,
    }
    return {**answer, "group": listed} if listed else answer


class _Ups:
    """What is above each concept, walked once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._systems: dict[tuple[str, str], CodeSystem | None] = {}
        self._above: dict[Coded, tuple[str, frozenset[str]] | None] = {}

    def of(self, coded: Coded) -> tuple[str, frozenset[str]] | None:
        """The code as its system writes it, and all above it; None of no known concept."""
        if coded not in self._above:
            system = self._system(coded)
            concept = system.find(coded.code) if system else None
            above = frozenset(system.above(concept.code)) if system and concept else frozenset()
            self._above[coded] = (concept.code, above) if concept else None
        return self._above[coded]

    def _system(self, coded: Coded) -> CodeSystem | None:
        key = coded.system, coded.version
        if key not in self._systems:
            self._systems[key] = self._catalogue.system(*key)
        return self._systems[key]


def _relations(ups: _Ups, held: list[Coded], new: list[Coded]) -> Iterator[Relation]:
    before = list(held)
    for each in new:
        if ups.of(each) is None:
            yield Relation(each, None, UNMATCHED)
        for other in before:
            if each.system == other.system:
                yield from _between(ups, each, other)
        before.append(each)


def _between(ups: _Ups, each: Coded, other: Coded) -> Iterator[Relation]:
    """The more general of two concepts is always the target."""
    mine, its = ups.of(each), ups.of(other)
    if mine is None or its is None:
        return
    if mine[0] == its[0]:
        yield Relation(each, other, EQUAL)
    elif its[0] in mine[1]:
        yield Relation(each, other, SUBSUMES)
    elif mine[0] in its[1]:
        yield Relation(other, each, SUBSUMES)


def _coded(item: Json) -> Coded:
    return Coded(text(item, "system"), text(item, "version"), text(item, "code"))


def _is_whole(coded: Coded) -> bool:
    return bool(coded.system and coded.code)
