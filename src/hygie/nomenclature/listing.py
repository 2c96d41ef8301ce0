"""What there is to browse: each code system and value set, in a line."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from hygie.fhir.search.normalize import normalize
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.reading import text
from hygie.nomenclature.books import Book

Kind = Literal["CodeSystem", "ValueSet"]


class Listed(msgspec.Struct, frozen=True):
    """A definition, in the version that is meant when none is said."""

    kind: Kind
    url: str
    version: str
    title: str
    status: str
    count: int = 0
    """Concepts that are here, of a code system."""
    content: str = ""
    loaded: bool = False
    """Whether the establishment loaded it: what it works with."""


def listed(catalogue: Catalogue) -> tuple[Listed, ...]:
    """All of them, by title. Cost: each is opened once, some 0.3 s for those of R4."""
    found = [*_systems(catalogue), *_value_sets(catalogue)]
    return tuple(sorted(found, key=lambda one: (normalize(one.title), one.url)))


def matching(all_listed: tuple[Listed, ...], kind: Kind, said: str) -> list[Listed]:
    """Those whose title or URL has every word: loaded ones first, then those of most codes."""
    words = normalize(said).split()
    found = [
        one for one in all_listed
        if one.kind == kind and all(word in normalize(f"{one.title} {one.url}") for word in words)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.loaded, -one.count))


def _systems(catalogue: Catalogue) -> Iterator[Listed]:
    for url in catalogue.urls("CodeSystem"):
        found = catalogue.system(url)
        if found is not None:
            yield Listed(
                "CodeSystem", url, found.version, found.title or found.name or url, found.status,
                found.count, found.content, isinstance(found, Book),
            )  # fmt: skip


def _value_sets(catalogue: Catalogue) -> Iterator[Listed]:
    for url in catalogue.urls("ValueSet"):
        found = catalogue.value_set(url)
        if found is not None:
            resource = found.resource
            version, status = text(resource, "version"), text(resource, "status")
            yield Listed("ValueSet", url, version, found.title or url, status)
