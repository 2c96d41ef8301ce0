"""An invariant's expression as a function, more lenient than FHIRPath where R4's own rules are.

R4's dom-3 asks `descendants().as(canonical)` of many items, which FHIRPath N1 §6.3.4 refuses: `as`
selects there, as `ofType` does. Its que-7 asks whether an element `is Boolean`, FHIRPath's own
type, where every element has one of FHIR's: both names mean `boolean` there. Its que-12 counts to
two where its own words, and R4B, say one.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from hygie.fhir.definitions import Registry
from hygie.fhir.path import Path, compile_path, parse, to_text
from hygie.fhir.path.syntax import Call, Member, Node, TypeTest, children, with_children


def compile_invariant(
    expression: str, type_name: str, registry: Registry, resource_type: str = ""
) -> Path:
    """The rule as a function of a value of the type. It is broken when it yields false alone.

    Yielding nothing breaks no rule: R4's own are so written (bdl-8 of an entry without a fullUrl).
    `resource_type` is that of %resource, when the type is not itself a part of a resource. Raises
    Refused for what is no expression.
    """
    if not resource_type:
        owner = registry.types.get(type_name.partition(".")[0])
        resource_type = owner.name if owner and owner.kind == "resource" else "Resource"
    return compile_path(lenient(expression), type_name, registry, resource_type=resource_type)


FHIR_NAMES: Final = {
    "Boolean": "boolean",
    "Date": "date",
    "DateTime": "dateTime",
    "Decimal": "decimal",
    "Integer": "integer",
    "String": "string",
    "Time": "time",
}


ERRATA: Final = {
    "enableWhen.count() > 2 implies enableBehavior.exists()":
        "enableWhen.count() > 1 implies enableBehavior.exists()",
}  # fmt: skip
"""Expressions of R4 that do not say what its words do -> as R4B published them."""


@lru_cache(maxsize=1024)
def lenient(expression: str) -> str:
    """The expression as R4 means it: `as` selects among several items, types are FHIR's."""
    expression = ERRATA.get(expression, expression)
    tree = parse(expression)
    meant = _meant(tree)
    return expression if meant == tree else to_text(meant)


def needed_member(expression: str) -> str:
    """The member without which the rule is kept whatever the rest: `x` of `x.where(…).empty()`.

    "" when there is none: every rule then has to be evaluated.
    """
    match parse(expression):
        case Call(Member() | Call() as target, "empty", ()):
            return _first_member(target)
        case _:
            return ""


def _first_member(node: Node) -> str:
    """The name a path begins with, when nothing comes of its absence but absence."""
    match node:
        case Member(None, name):
            return name
        case Member(target, _) | Call(target, "where" | "select" | "trace" | "ofType", _):
            return _first_member(target) if target else ""
        case _:
            return ""


def _meant(node: Node) -> Node:
    match node:
        case Call(target, "as", (type_,)):
            return Call(_meant(target) if target else None, "ofType", (_meant(type_),))
        case TypeTest("as", operand, type_):
            return Call(_meant(operand), "ofType", (parse(FHIR_NAMES.get(type_, type_)),))
        case TypeTest("is", operand, type_):
            return replace(node, operand=_meant(operand), type=FHIR_NAMES.get(type_, type_))
        case Member(None, name):
            return replace(node, name=FHIR_NAMES.get(name, name))
        case _:
            return with_children(node, [_meant(child) for child in children(node)])
