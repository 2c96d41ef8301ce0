"""The tree of elements (§5.9), and what FHIR adds on elements (R4 fhirpath.html)."""

from typing import Final

from hygie.fhir.path.environment import Evaluation
from hygie.fhir.path.items import SYSTEM_TYPES, Element, Item, Value, member, system
from hygie.fhir.path.items import children as children_of
from hygie.fhir.path.library import phrases
from hygie.fhir.path.library.signature import Argument, Signature, argument
from hygie.fhir.path.phrases import wrong


def children(evaluation: Evaluation, items: list[Item]) -> list[Item]:
    """The elements of every item, in the order of the definitions."""
    found = [child for item in items for child in children_of(item, evaluation.registry)]
    evaluation.spend(len(found))
    return found


def descendants(evaluation: Evaluation, items: list[Item]) -> list[Item]:
    """All elements below the items, those nearest first.

    Every node is there, also one that is equal to another: §5.9.2 asks for all descendant nodes.
    """
    found: list[Item] = []
    level = children(evaluation, items)
    while level:
        found += level
        level = children(evaluation, level)
    return found


def extension(evaluation: Evaluation, items: list[Item], url: str) -> list[Item]:
    """Short for `extension.where(url = …)`."""
    return [
        found
        for item in items
        for found in member(item, "extension", evaluation.registry)
        if isinstance(found, Element) and found.value.get("url") == url
    ]


def has_extension(evaluation: Evaluation, items: list[Item], url: str) -> bool:
    """Short for `extension(url).exists()`: an expression of R4's search parameters calls it."""
    return bool(extension(evaluation, items, url))


def has_value(items: list[Item]) -> bool:
    """Whether there is a single item, and it is a primitive with a value."""
    return get_value(items) is not None


def get_value(items: list[Item]) -> Value | None:
    """The value of the language of a single primitive; empty for anything else."""
    if len(items) != 1:
        return None
    item = items[0]
    if isinstance(item, Element) and item.type not in SYSTEM_TYPES:
        return None
    return system(item)


def check_modifiers(evaluation: Evaluation, items: list[Item], *admitted: str) -> list[Item]:
    """The input. Refused if an item has a modifier extension whose URL is not admitted."""
    for item in items:
        for found in member(item, "modifierExtension", evaluation.registry):
            if isinstance(found, Element) and found.value.get("url") not in admitted:
                raise wrong("modifier", phrases.MODIFIER, -1)
    return items


def html_checks(items: list[Item]) -> bool | None:
    """Whether a narrative keeps to the rules of HTML (R4 §2.4.0); empty for another element."""
    from hygie.fhir.validate.narrative import is_narrative  # noqa: PLC0415 - validators use FHIRPath

    item = items[0] if len(items) == 1 else None
    if not isinstance(item, Element) or item.type != "xhtml" or item.value is None:
        return None
    return is_narrative(item.value)


_URL: Final = (argument("String"),)
FUNCTIONS: Final = (
    Signature("children", "collection", "items", children, many=True, evaluation=True),
    Signature("descendants", "collection", "items", descendants, many=True, evaluation=True),
    Signature("extension", "collection", "Extension", extension, _URL, many=True, evaluation=True),
    Signature("hasExtension", "collection", "Boolean", has_extension, _URL, evaluation=True),
    Signature("hasValue", "collection", "Boolean", has_value),
    Signature("getValue", "collection", "value", get_value),
    Signature(
        "checkModifiers",
        "collection",
        "input",
        check_modifiers,
        (Argument("value", "String", optional=True, repeats=True),),
        many=True,
        evaluation=True,
    ),
    Signature("htmlChecks", "collection", "Boolean", html_checks),
)
