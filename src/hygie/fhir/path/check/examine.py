"""The door of the checker."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from hygie.fhir.definitions import Registry
from hygie.fhir.path import phrases
from hygie.fhir.path.check.checker import Checker, Scope
from hygie.fhir.path.check.findings import refused
from hygie.fhir.path.check.shape import Shape
from hygie.fhir.path.check.types import Types
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.syntax import Node
from hygie.refusal import Issue


@dataclass(frozen=True, slots=True)
class Examined:
    """`issues`: what is wrong, in the order of the text, each with its position."""

    shape: Shape
    issues: tuple[Issue, ...]
    shapes: Mapping[int, Shape]
    """What each node of the tree may yield, by `id(node)`."""


Context = str | frozenset[str]
"""A type, a profile by its URL; or all the types that a choice may have."""


def check(
    node: Node,
    context: Context,
    registry: Registry,
    *,
    strict: bool = False,
    resource_type: str = "",
) -> Shape:
    """What an expression may yield of a value of a type, in a resource of `resource_type`.

    Raises Refused with all that can never be right: elements, functions and types that do not
    exist, arguments and operands that are never of the type they must have. `strict` adds what is
    allowed but never matches: casts to other types, comparisons that are never true, an order that
    is none. Of what is known at run time only (`resolve()`, `children()`, variables), nothing is
    said.
    """
    found = examine(node, context, registry, strict=strict, resource_type=resource_type)
    if found.issues:
        raise refused(found.issues)
    return found.shape


def examine(
    node: Node,
    context: Context,
    registry: Registry,
    *,
    strict: bool = False,
    resource_type: str = "",
) -> Examined:
    """The same, told instead of refused; an unknown context is refused."""
    names = frozenset({context}) if isinstance(context, str) else context
    if unknown := [name for name in names if name not in registry.types]:
        raise wrong("unknown-type", phrases.UNKNOWN_TYPE, 0, name=unknown[0][:80])
    checker = Checker(_types(registry), strict=strict)
    here = Shape(names, least=1)
    resources = [resource_type or _resource_of(name, registry) for name in names]
    resource = frozenset(filter(None, resources)) if all(resources) else None
    shape = checker.visit(node, Scope(here, here, Shape(resource)))
    return Examined(shape, checker.findings.issues(), checker.shapes)


_types = lru_cache(maxsize=8)(Types)


def _resource_of(type_name: str, registry: Registry) -> str:
    """`%resource`: of a part of a resource ("Patient.contact"), that resource; of others, ""."""
    for name in (type_name, (registry.types[type_name].constrains or type_name).partition(".")[0]):
        definition = registry.types.get(name)
        if definition is not None and definition.kind == "resource":
            return name
    return ""
