"""What the element that has an extension may be called in a context of use (R4 §2.5.0.1).

`Patient.contact[0].name.family` is `Patient.contact.name.family`, `HumanName.family`, a `string`
and an `Element`: a context names any of these.
"""

from collections.abc import Iterable
from typing import Final

from hygie.fhir.definitions import Registry
from hygie.fhir.path.model import element_of

CHOICE: Final = ".ofType("
CANONICAL: Final = "CanonicalResource"
METADATA: Final = "MetadataResource"
"""What later definitions call resources with a canonical URL (R5 §5.1)."""


def names_at(registry: Registry, resource_type: str, steps: Iterable[str]) -> frozenset[str]:
    """All names of an element, from its resource down: `steps` as places have them.

    `resource_type` is a type of the registry. A resource counts as an `Element` too: R4's own
    definitions mean it so (`structuredefinition-wg`). Empty where a step leads nowhere.
    """
    type_name = resource_type
    names = {*_types(registry, type_name), "Element"}
    for step in steps:
        stem, _, chosen = step.partition(CHOICE)
        element = element_of(registry, type_name, stem)
        if element is None:
            return frozenset()
        type_name = chosen[:-1] if chosen else element.types[0].name
        if type_name not in registry.types:
            return frozenset()
        below = {f"{name}.{spelt}" for name in names for spelt in _spelt(stem, type_name, chosen)}
        names = below | {*_types(registry, type_name)}
    return frozenset(names)


def type_at(registry: Registry, resource_type: str, steps: Iterable[str]) -> str:
    """The type of an element; empty where a step leads nowhere."""
    type_name = resource_type
    for step in steps:
        stem, _, chosen = step.partition(CHOICE)
        element = element_of(registry, type_name, stem)
        if element is None:
            return ""
        type_name = chosen[:-1] if chosen else element.types[0].name
    return type_name


def _spelt(stem: str, type_name: str, chosen: str) -> tuple[str, ...]:
    """A choice has three spellings in definitions: value[x], value, valueQuantity."""
    if not chosen:
        return (stem,)
    return (stem, f"{stem}[x]", stem + type_name[0].upper() + type_name[1:])


def _types(registry: Registry, type_name: str) -> Iterable[str]:
    """The type and those it descends from."""
    yield type_name
    name = registry.types[type_name].base
    while name and name in registry.types:
        yield name
        name = registry.types[name].base
    definition = registry.types[type_name]
    if definition.kind == "resource" and element_of(registry, type_name, "url"):
        yield from (CANONICAL, METADATA)
