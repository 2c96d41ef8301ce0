"""What validation never reads of a definition, taken out before it is kept.

Of the 30 MB of R4's definitions, validation and its sentences use a quarter: the rest is prose for
readers of the specification. Of definitions that are only looked up by their URL (operations,
maps, statements…) what names them is kept.
"""

from typing import Any, Final

from hygie.fhir.packages.definition import Json

EVERYWHERE: Final = frozenset({
    "text", "meta", "publisher", "contact", "useContext", "jurisdiction", "purpose", "copyright",
    "mapping", "implicitRules",
})  # fmt: skip
IN_AN_ELEMENT: Final = frozenset({
    "definition", "comment", "requirements", "alias", "mapping", "example",
    "isModifierReason", "meaningWhenMissing", "orderMeaning", "isSummary", "label", "code",
})  # fmt: skip
IN_A_CONSTRAINT: Final = frozenset({"xpath", "requirements"})
IN_A_CONCEPT: Final = frozenset({"definition", "extension", "modifierExtension"})
EDITORIAL: Final = tuple(
    "http://hl7.org/fhir/StructureDefinition/" + name
    for name in (
        "structuredefinition-wg", "structuredefinition-fmm", "structuredefinition-category",
        "structuredefinition-ballot-status", "structuredefinition-normative-version",
        "structuredefinition-summary", "structuredefinition-security-category",
        "structuredefinition-display-hint", "resource-history", "replaces",
    )
)  # fmt: skip
"""Extensions about how a definition is written and balloted."""
DESCRIBED: Final = frozenset({
    "StructureDefinition", "ValueSet", "CodeSystem", "Questionnaire", "SearchParameter",
    "CompartmentDefinition", "NamingSystem", "ConceptMap", "Library", "Measure",
})  # fmt: skip
"""Definitions of which more than the name is read."""
NAMING: Final = ("resourceType", "id", "url", "version", "name", "title", "status", "experimental")


def pruned(resource: Json) -> Json:
    """A copy without what is never read; members of any form are tolerated, the wrong ones kept."""
    if resource.get("resourceType") not in DESCRIBED:
        return {name: resource[name] for name in NAMING if name in resource}
    kept = {name: value for name, value in resource.items() if name not in EVERYWHERE}
    if resource["resourceType"] != "Questionnaire":
        kept.pop("description", None)
    if extensions := _list(kept.pop("extension", None)):
        kept["extension"] = extensions
    if resource["resourceType"] == "StructureDefinition":
        _prune_structure(kept)
    if resource["resourceType"] == "CodeSystem" and "concept" in kept:
        kept["concept"] = _concepts(kept["concept"])
    return kept


def _prune_structure(kept: Json) -> None:
    for view in ("snapshot", "differential"):
        if isinstance(whole := kept.get(view), dict) and isinstance(whole.get("element"), list):
            kept[view] = {**whole, "element": [_element(element) for element in whole["element"]]}
    if kept.get("derivation") == "specialization" and "snapshot" in kept:
        # Of a type, what it adds to its ancestors is nearly the whole of it.
        kept.pop("differential", None)


def _element(element: Any) -> Any:
    if not isinstance(element, dict):
        return element
    kept = {name: value for name, value in element.items() if name not in IN_AN_ELEMENT}
    if isinstance(constraints := kept.get("constraint"), list):
        kept["constraint"] = [_without(constraint, IN_A_CONSTRAINT) for constraint in constraints]
    if extensions := _list(kept.pop("extension", None)):
        kept["extension"] = extensions
    return kept


def _list(extensions: Any) -> Any:
    if not isinstance(extensions, list):
        return extensions
    return [
        one for one in extensions if not (isinstance(one, dict) and one.get("url") in EDITORIAL)
    ]


def _concepts(concepts: Any) -> Any:
    """Nesting is bounded by that of the JSON read."""
    if not isinstance(concepts, list):
        return concepts
    found = []
    for concept in concepts:
        kept = _without(concept, IN_A_CONCEPT)
        if isinstance(kept, dict) and "concept" in kept:
            kept["concept"] = _concepts(kept["concept"])
        found.append(kept)
    return found


def _without(value: Any, names: frozenset[str]) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: member for name, member in value.items() if name not in names}
