"""The elements that an element has by its type, when a profile says something of them."""

from typing import Final, Protocol

from hygie.fhir.packages.definition import Definition
from hygie.fhir.packages.snapshots.faults import fault
from hygie.fhir.packages.snapshots.phrases import NO_PATH, SEVERAL_TYPES, UNKNOWN_TYPE
from hygie.fhir.packages.snapshots.tree import Node

CORE: Final = "http://hl7.org/fhir/StructureDefinition/"
FHIR_TYPE: Final = CORE + "structuredefinition-fhir-type"
SYSTEM_TYPE: Final = "http://hl7.org/fhirpath/System."
OF_EVERY_TYPE: Final = frozenset({"id", "extension"})


class Trees(Protocol):
    """Finds the tree of another definition, not to be changed; None when it is not known."""

    def tree(self, canonical: str, near: str) -> Node | None: ...


def unfolded(
    node: Node, wanted: str, base: Node, path: str, profile: Definition, trees: Trees
) -> list[Node]:
    """The elements that an element has by its type, its one profile, or what it refers to.

    `wanted` is the name of the one that is looked for. Raises `Refused` when they are not known.
    What refers to other content has, once it is written out, the type of that content.
    """
    pattern = node.pattern
    if pattern is not None and pattern.children is not None and not _own_type(node, pattern):
        source: Node | None = pattern
    elif reference := node.element.get("contentReference"):
        source = _referred(base, reference.partition("#")[2], trees)
        if source is not None:
            kept = {k: v for k, v in node.element.items() if k != "contentReference"}
            node.element = {**kept, "type": source.element.get("type") or []}
    else:
        source = _of_type(node, wanted, path, profile, trees)
    if source is None:
        raise fault(profile, "path", NO_PATH, f"{path}.{wanted}")
    return [child.copy() for child in source.children or ()]


def _referred(base: Node, identifier: str, trees: Trees) -> Node | None:
    """The element that a content reference names, `Questionnaire.item`, here or in its type."""
    type_, *steps = identifier.split(".")
    node = base if type_ == base.name else trees.tree(CORE + type_, "")
    for step in steps:
        name, _, slice_name = step.partition(":")
        node = node.child(name, slice_name) if node else None
    return node


def _own_type(node: Node, pattern: Node) -> bool:
    """Whether a slice has a type, or a profile of it, that what it is a slice of has not."""
    return node.element.get("type") != pattern.element.get("type")


def _of_type(node: Node, wanted: str, path: str, profile: Definition, trees: Trees) -> Node | None:
    types = node.element.get("type") or []
    codes = list(dict.fromkeys(type_["code"] for type_ in types))
    if len(codes) != 1:
        if wanted in OF_EVERY_TYPE:
            return trees.tree(CORE + "Element", "")
        shown = ", ".join(codes)
        raise fault(profile, "types", SEVERAL_TYPES, f"{path}.{wanted}", types=shown)
    profiles = [url for type_ in types for url in type_.get("profile") or ()]
    found = trees.tree(profiles[0], profile.package) if len(profiles) == 1 else None
    found = found or trees.tree(_canonical(codes[0], types[0].get("extension") or []), "")
    if found is None:
        raise fault(profile, "unknown-type", UNKNOWN_TYPE, f"{path}.{wanted}", type=codes[0])
    return found


def _canonical(code: str, extensions: list[dict[str, object]]) -> str:
    """That of a type; the file of 4.0.1 says in an extension what is behind a type of FHIRPath."""
    if not code.startswith(SYSTEM_TYPE):
        return code if "/" in code else CORE + code
    for extension in extensions:
        if extension.get("url") == FHIR_TYPE:
            return f"{CORE}{extension.get('valueUrl', extension.get('valueUri', 'string'))}"
    return CORE + "string"
