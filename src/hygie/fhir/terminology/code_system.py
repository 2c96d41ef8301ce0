"""One version of one code system, wherever its concepts are kept (R4 §4.7)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

import msgspec

from hygie.fhir.terminology.reading import Json, objects, text

PROPERTIES: Final = "http://hl7.org/fhir/concept-properties#"
"""URIs of the properties that FHIR defines (R4 §4.7.9.1)."""
RETIRED: Final = frozenset({"retired", "inactive"})
"""Values of property `status` that make a concept inactive."""


class Designation(msgspec.Struct, frozen=True):
    """Another text for a concept: in a language, for a use."""

    value: str
    language: str
    """BCP 47; "" when it is not said."""
    use: Json
    """A Coding; empty when it is not said."""
    json: Json


class Property(msgspec.Struct, frozen=True):
    """One value of a property of a concept."""

    code: str
    kind: str
    """The element that holds the value: `valueCode`, `valueCoding`, `valueBoolean`…"""
    value: Any
    json: Json


class Concept(msgspec.Struct, frozen=True):
    """One concept, and the codes directly above it. All else is read from `json` when asked for."""

    code: str
    json: Json
    """`CodeSystem.concept` as in the resource; what it may nest there is not to be relied on."""
    parents: tuple[str, ...] = ()

    @property
    def display(self) -> str:
        return text(self.json, "display")

    @property
    def definition(self) -> str:
        return text(self.json, "definition")

    @property
    def designations(self) -> Iterator[Designation]:
        for item in objects(self.json, "designation"):
            use = item.get("use")
            known = use if isinstance(use, dict) else {}
            yield Designation(text(item, "value"), text(item, "language"), known, item)

    @property
    def properties(self) -> Iterator[Property]:
        for item in objects(self.json, "property"):
            for kind in item:
                if kind.startswith("value"):
                    yield Property(text(item, "code"), kind, item[kind], item)

    def displays(self) -> Iterator[str]:
        """Its display and designations, of any language and use."""
        if self.display:
            yield self.display
        yield from filter(None, (text(d, "value") for d in objects(self.json, "designation")))

    def values(self, name: str) -> Iterator[Any]:
        """The values of a property: text, numbers, booleans; of a Coding, the object."""
        for item in objects(self.json, "property"):
            if item.get("code") == name:
                yield from (item[key] for key in item if key.startswith("value"))


class CodeSystem(Protocol):
    """What terminology asks of a code system. Never changes once made; safe between threads.

    `System` holds one in memory, `nomenclature.books.Book` in a file. A hierarchy may have several
    parents for a concept, and in bad definitions cycles: nothing here loops or repeats a code.
    A code that is not one of the system has nothing above or below it.
    """

    @property
    def url(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def experimental(self) -> bool: ...
    @property
    def language(self) -> str:
        """Of displays, BCP 47; "" when it is not said."""
        ...

    @property
    def content(self) -> str:
        """not-present, example, fragment, complete or supplement."""
        ...

    @property
    def case_sensitive(self) -> bool: ...
    @property
    def hierarchy_meaning(self) -> str: ...
    @property
    def compositional(self) -> bool: ...
    @property
    def supplements(self) -> str:
        """Canonical of the system that this one adds to; "" when it is no supplement."""
        ...

    @property
    def properties(self) -> Mapping[str, str]:
        """URI of each property -> the code it goes by here."""
        ...

    @property
    def json(self) -> Json:
        """The resource, its concepts left out."""
        ...

    @property
    def count(self) -> int: ...
    def find(self, code: str) -> Concept | None:
        """By the system's own rule of case."""
        ...

    def codes(self) -> Iterator[str]:
        """All, in the order of the definition, parents before children."""
        ...

    def children(self, code: str) -> Iterator[str]:
        """Directly below."""
        ...

    def below(self, code: str) -> Iterator[str]:
        """All below, itself left out."""
        ...

    def above(self, code: str) -> Iterator[str]:
        """All above, nearest first, itself left out."""
        ...

    def search(self, text: str, limit: int) -> list[str]:
        """Codes whose code, display or designations have every word of a text, or one that begins
        with it, without case or accents; best first, at most `limit`."""
        ...

    def having(self, name: str, operator: str, value: str) -> Iterator[str] | None:
        """The codes that pass a filter (R4 §4.9.7.1), in the order of the definition.

        None when there is no quicker way than to ask each.
        """
        ...


def is_whole(system: CodeSystem) -> bool:
    """Whether a code that it has not is none (R4 §4.7.4)."""
    return system.content == "complete" and not system.supplements


def adds_to_another(system: CodeSystem) -> bool:
    """Whether it only adds to the concepts of another system (R4 §4.7.5)."""
    return system.content == "supplement" or bool(system.supplements)


def property_code(system: CodeSystem, name: str) -> str:
    """The code by which a property that FHIR defines goes in a system."""
    return system.properties.get(PROPERTIES + name, name)


def is_inactive(system: CodeSystem, concept: Concept) -> bool:
    """Whether it is no longer for use (R4 §4.7.9.1: `inactive`, `status`, both in use)."""
    flagged = any(value is True for value in concept.values(property_code(system, "inactive")))
    return flagged or any(
        value in RETIRED for value in concept.values("status") if isinstance(value, str)
    )


def is_abstract(system: CodeSystem, concept: Concept) -> bool:
    """Whether it only groups others (`notSelectable`)."""
    return any(value is True for value in concept.values(property_code(system, "notSelectable")))


def same_code(system: CodeSystem, left: str, right: str) -> bool:
    """Whether two codes are one there."""
    return left == right or (not system.case_sensitive and left.lower() == right.lower())
