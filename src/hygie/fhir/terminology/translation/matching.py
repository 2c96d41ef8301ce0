"""The codes that maps give for one code, and how they are related to it."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.concept_map import REVERSED, ConceptMap, Group
from hygie.fhir.terminology.patience import go_on
from hygie.fhir.terminology.reading import Json, objects, text
from hygie.fhir.terminology.subject import Coded
from hygie.fhir.terminology.translation.scope import Scopes
from hygie.fhir.terminology.translation.wanted import Dependency, Wanted
from hygie.fhir.terminology.versions import fits
from hygie.limits import MAX_MAPS_FOLLOWED

NO_MATCH: Final = ("unmatched", "disjoint")
"""Equivalences by which a code is said to have no translation."""
BEST_FIRST: Final = (
    "equal", "equivalent", "subsumes", "wider", "specializes", "narrower", "inexact", "relatedto",
    "", "unmatched", "disjoint",
)  # fmt: skip
"""From the surest to the least; "" is one that a map does not tell."""


class Match(NamedTuple):
    """One code that is given for another."""

    source: Json
    """Coding in the system that the map goes from."""
    target: Json
    """Coding in the system that it goes to; empty where there is none."""
    equivalence: str
    """Of the code found, as seen from the code asked; "" when it is not told."""
    detail: Json
    """`ConceptMap.group.element.target`: its products, its comment."""
    origin: str
    """Canonical of the map."""

    @property
    def is_one(self) -> bool:
        return self.equivalence not in NO_MATCH

    @property
    def rank(self) -> int:
        known = self.equivalence in BEST_FIRST
        return BEST_FIRST.index(self.equivalence) if known else len(BEST_FIRST)


class Matcher:
    """Of one request."""

    def __init__(self, catalogue: Catalogue, wanted: Wanted, scopes: Scopes) -> None:
        self._catalogue = catalogue
        self._scopes = scopes
        self._wanted = wanted

    def matches(self, candidates: Sequence[ConceptMap]) -> list[Match]:
        """Best first; what several maps say alike is said once."""
        found = (
            match
            for code in self._wanted.codes
            for each in candidates
            for match in self._of_map(each, code)
        )
        unique: dict[object, Match] = {}
        for match in found:
            key = tuple(map(_pair, (match.source, match.target))), match.equivalence
            unique.setdefault(key, match)
        return sorted(unique.values(), key=lambda match: match.rank)

    def _of_map(self, each: ConceptMap, code: Coded) -> Iterator[Match]:
        for group in each.groups:
            go_on()
            if self._wanted.is_reverse:
                yield from self._reversed(each, group, code)
            else:
                yield from self._forward(each, group, code, followed=0)

    def _forward(
        self, each: ConceptMap, group: Group, code: Coded, followed: int
    ) -> Iterator[Match]:
        is_version = not code.version or not group.source_version
        if group.source != code.system or self._wanted.system not in ("", group.target):
            return
        if not is_version and not fits(group.source_version, code.version):
            return
        elements = group.elements(code.code)
        for element in elements:
            for target in objects(element, "target"):
                if self._holds(target):
                    yield _match(each, group, element, target, text(target, "equivalence"))
        if not elements:
            yield from self._unmapped(each, group, code, followed)

    def _reversed(self, each: ConceptMap, group: Group, code: Coded) -> Iterator[Match]:
        if group.target != code.system or self._wanted.system not in ("", group.source):
            return
        for element, target in group.reversed(code.code):
            equivalence = text(target, "equivalence")
            if not self._wanted.is_r5:
                equivalence = REVERSED.get(equivalence, equivalence)
            yield _match(each, group, element, target, equivalence)

    def _unmapped(
        self, each: ConceptMap, group: Group, code: Coded, followed: int
    ) -> Iterator[Match]:
        """What a group says of codes that it has not (R4 ConceptMap.group.unmapped), of those that
        the map is made for."""
        mode = text(group.unmapped, "mode")
        if not mode or not self._scopes.may_have(each.source, code):
            return
        element = {"code": code.code}
        if mode == "provided":
            yield _match(each, group, element, element, "")
        elif mode == "fixed" and text(group.unmapped, "code"):
            yield _match(each, group, element, group.unmapped, "")
        elif mode == "other-map" and followed < MAX_MAPS_FOLLOWED:
            other = self._catalogue.concept_map(text(group.unmapped, "url"))
            for inner in other.groups if other else ():
                yield from self._forward(other or each, inner, code, followed + 1)

    def _holds(self, target: Json) -> bool:
        """Whether every element that a mapping depends on has the value that it must have."""
        go_on()
        return all(
            any(_is_met(needed, given) for given in self._wanted.dependencies)
            for needed in objects(target, "dependsOn")
        )


def _match(each: ConceptMap, group: Group, element: Json, target: Json, equivalence: str) -> Match:
    source = _coding(group.source, element)
    found = _coding(group.target, target) if text(target, "code") else {}
    return Match(source, found, equivalence, target, each.canonical)


def _coding(system: str, holder: Json) -> Json:
    coding = {"system": system, "code": text(holder, "code"), "display": text(holder, "display")}
    return {name: value for name, value in coding.items() if value}


def _pair(coding: Json) -> tuple[str, str]:
    return text(coding, "system"), text(coding, "code")


def _is_met(needed: Json, given: Dependency) -> bool:
    system = text(needed, "system")
    same = (text(needed, "property"), text(needed, "value")) == (given.element, given.code)
    return same and system in ("", given.system)
