"""What a query goes through: values of resources, each with its type."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from hygie.fhir.definitions import Registry, TypeDefinition

ELEMENT: Final = "Element"
SIBLING: Final = "_"


class Node(NamedTuple):
    value: Any
    type_name: str
    root: Mapping[str, Any]
    """The resource that it stands in, with those that this one contains."""


class Member(NamedTuple):
    type_name: str
    repeats: bool
    primitive: bool


def named(type_name: str) -> str:
    """A type as GraphQL names it: "PatientContact" for "Patient.contact"."""
    return "".join(part[:1].upper() + part[1:] for part in type_name.split("."))


class Model:
    """The fields of the types of a registry."""

    def __init__(self, registry: Registry) -> None:
        self._types = registry.types
        self.is_resource = registry.is_resource
        self._members: dict[str, dict[str, Member]] = {}
        self._kinds: dict[str, frozenset[str]] = {}
        self._names = frozenset(map(named, registry.types))

    def is_type(self, name: str) -> bool:
        """Whether a fragment may be on it."""
        return name in self._names

    def member(self, type_name: str, name: str) -> Member | None:
        """None where the type has no such field; "_given" is that of a primitive's extensions."""
        members = self._members.get(type_name)
        if members is None:
            members = self._members[type_name] = dict(self._listed(self._types[type_name]))
        return members.get(name)

    def _listed(self, definition: TypeDefinition) -> list[tuple[str, Member]]:
        found: list[tuple[str, Member]] = []
        for element in definition.elements:
            for name, type_ in element.json_names().items():
                primitive = self.is_primitive(type_.name)
                found.append((name, Member(type_.name, element.repeats, primitive)))
                if primitive and type_.name != "xhtml":
                    found.append(
                        (SIBLING + name, Member(ELEMENT, element.repeats, primitive=False))
                    )
        return found

    def is_primitive(self, type_name: str) -> bool:
        definition = self._types.get(type_name)
        return definition is not None and definition.kind == "primitive"

    def kinds(self, type_name: str) -> frozenset[str]:
        """The type and those that it descends from: what a fragment may be on."""
        found = self._kinds.get(type_name)
        if found is None:
            names, name = [], type_name
            while name:
                names.append(named(name))
                definition = self._types.get(name)
                name = definition.base if definition else ""
            found = self._kinds[type_name] = frozenset(names)
        return found

    def nodes(self, owner: Node, name: str, member: Member) -> list[Node]:
        """The values of a field; what has no value, or no extension, is left out."""
        found = owner.value.get(name)
        values = found if isinstance(found, list) else [found]
        return [_node(one, name, member, owner) for one in values if one is not None]


def _node(value: Any, name: str, member: Member, owner: Node) -> Node:
    if member.type_name != "Resource":
        return Node(value, member.type_name, owner.root)
    return Node(value, value["resourceType"], owner.root if name == "contained" else value)


@lru_cache(maxsize=2)
def model_of(registry: Registry) -> Model:
    return Model(registry)
