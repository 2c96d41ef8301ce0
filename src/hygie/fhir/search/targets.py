"""Which types a reference parameter may lead to, from a given type of resource."""

from functools import lru_cache

from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.path.generate.code import Item, Lines, Scope
from hygie.fhir.path.generate.generator import Generator
from hygie.fhir.path.parser import parse
from hygie.fhir.path.syntax import Call, Node, TypeTest, operands


def possible_targets(
    registry: Registry, parameter: SearchParameter, type_name: str
) -> tuple[str, ...]:
    """Concrete types, from the elements its expression reads in that type of resource.

    `patient`, filtered by `where(resolve() is Patient)`, leads to Patient alone, whatever its
    definition lists for other resources. Where elements leave it open, its definition decides.
    """
    return _possible(registry.base, parameter, type_name)


@lru_cache(maxsize=4096)
def _possible(registry: Registry, parameter: SearchParameter, type_name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for branch in operands(parse(parameter.expression)):
        for item in _items(registry, branch, type_name):
            kept, _path = without_filter(branch)
            targets = (kept,) if kept else item.targets or parameter.target
            found |= dict.fromkeys(targets)
    return tuple(filter(registry.is_resource, found)) or registry.resource_types


def _items(registry: Registry, branch: Node, type_name: str) -> list[Item]:
    """What a path yields in a resource of that type; none when it is about another."""
    items: list[Item] = []

    def keep(item: Item) -> Lines:
        items.append(item)
        return ["pass"]

    root = Item("resource", type_name)
    Generator(registry, loose=True).each(branch, Scope(root, root), keep)
    return items


@lru_cache(maxsize=4096)
def is_canonical(registry: Registry, parameter: SearchParameter, type_name: str) -> bool:
    """Whether a reference parameter leads to resources by their canonical URLs, and only so."""
    branches = operands(parse(parameter.expression)) if parameter.type == "reference" else ()
    kinds = {item.type for branch in branches for item in _items(registry, branch, type_name)}
    return "canonical" in kinds and "Reference" not in kinds


def without_filter(node: Node) -> tuple[str, Node]:
    """The type a path keeps at its end by `where(resolve() is …)`, or "", and the path before."""
    match node:
        case Call(path, "where", (TypeTest("is", Call(None, "resolve"), type_name),)) if path:
            return type_name, path
        case _:
            return "", node
