"""A concept map (R4 §4.10): its groups, and which of their elements have a code."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from hygie.fhir.terminology.reading import Json, objects, text

REVERSED: Final[Mapping[str, str]] = {
    "wider": "narrower",
    "narrower": "wider",
    "subsumes": "specializes",
    "specializes": "subsumes",
}
"""An equivalence told from the other side; the others are the same from both."""


class Group:
    """The part of a map that goes from one system to one other."""

    def __init__(self, group: Json) -> None:
        self.source = text(group, "source")
        self.source_version = text(group, "sourceVersion")
        self.target = text(group, "target")
        self.unmapped = next(objects({"all": [group.get("unmapped")]}, "all"), {})
        self._elements = tuple(objects(group, "element"))

    def elements(self, code: str) -> list[Json]:
        return self._by_source.get(code, [])

    def reversed(self, code: str) -> list[tuple[Json, Json]]:
        """Elements and those of their targets that have a code."""
        return self._by_target.get(code, [])

    @cached_property
    def _by_source(self) -> dict[str, list[Json]]:
        found: dict[str, list[Json]] = {}
        for element in self._elements:
            found.setdefault(text(element, "code"), []).append(element)
        return found

    @cached_property
    def _by_target(self) -> dict[str, list[tuple[Json, Json]]]:
        found: dict[str, list[tuple[Json, Json]]] = {}
        for element in self._elements:
            for target in objects(element, "target"):
                found.setdefault(text(target, "code"), []).append((element, target))
        return found


class ConceptMap:
    """Of any shape: what cannot be read is passed over. Never changed once made."""

    def __init__(self, resource: Json) -> None:
        self.resource = resource
        self.url = text(resource, "url")
        self.version = text(resource, "version")
        self.canonical = f"{self.url}|{self.version}" if self.version else self.url
        self.is_retired = text(resource, "status") == "retired"
        self.source = text(resource, "sourceUri") or text(resource, "sourceCanonical")
        """The value set whose codes it maps; "" when it does not say."""
        self.target = text(resource, "targetUri") or text(resource, "targetCanonical")

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        return tuple(map(Group, objects(self.resource, "group")))


def products_of(target: Json) -> Iterator[tuple[str, Json]]:
    """What else a mapping gives: property -> Coding."""
    for product in objects(target, "product"):
        coding = {"system": text(product, "system"), "code": text(product, "value")}
        display = text(product, "display")
        filled = {**coding, **({"display": display} if display else {})}
        yield text(product, "property"), {name: value for name, value in filled.items() if value}
