"""ElementDefinitions: what goes with the types of an element, and where (R4 §2.29).

Its invariants say a part of this; `eld-11`, of bindings, says it so that it is always true.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from hygie.fhir.definitions import r4
from hygie.fhir.packages.snapshots.merging import SYSTEM_TYPE, ancestors
from hygie.fhir.validate.definitions import phrases
from hygie.fhir.validate.reading import Json, chosen, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt

CORE: Final = "http://hl7.org/fhir/StructureDefinition/"
FHIR_TYPE: Final = CORE + "structuredefinition-fhir-type"
BOUND: Final = frozenset({
    "code", "Coding", "CodeableConcept", "Quantity", "string", "uri", "Range", "Extension",
})  # fmt: skip
"""What may have a binding, with what descends from it; elements of others are not coded."""
WITH_RANGE: Final = frozenset({
    "integer", "decimal", "instant", "date", "dateTime", "time", "Quantity", "Money",
})  # fmt: skip
WITH_LENGTH: Final = frozenset({
    "integer", "decimal", "instant", "date", "dateTime", "time", "string", "uri",
})  # fmt: skip
WITH_TARGET: Final = frozenset({"Reference", "canonical", "CodeableReference"})
VALUES: Final = ("defaultValue", "fixed", "pattern")


def check_elements(structure: Json, place: Place, report: Report) -> None:
    """Each element of the differential and of the snapshot."""
    for view in ("differential", "snapshot"):
        part = structure.get(view)
        for index, element in objects(part.get("element")) if isinstance(part, dict) else ():
            at = ((place, view, -1), "element", index)
            path = text(element.get("path"))
            types = _types(element) if "." in path else {path}
            _check_types(element, types, path, at, report)
            if view == "snapshot":
                _check_values(element, types, path, at, report)
            else:
                _check_in_differential(structure, element, path, at, report)


def _types(element: Json) -> set[str]:
    return {code for _, type_ in objects(element.get("type")) if (code := _code(type_))}


def _code(type_: Json) -> str:
    code = text(type_.get("code"))
    if not code.startswith(SYSTEM_TYPE):
        return code
    for _, extension in objects(type_.get("extension")):
        if extension.get("url") == FHIR_TYPE:
            return text(extension.get("valueUrl")) or text(extension.get("valueUri"))
    return code.removeprefix(SYSTEM_TYPE).lower()


def _check_types(
    element: Json, types: AbstractSet[str], path: str, place: Place, report: Report
) -> None:
    """What is said fits one of the types at least; nothing is known of types from elsewhere."""
    if types and types & r4().types.keys():
        for said, fit in _said(element):
            if not any(fit & {code, *ancestors(code)} for code in types):
                _misplaced(said, types, path, place, report)
    for _, type_ in objects(element.get("type")):
        code = _code(type_)
        if type_.get("targetProfile") and code in r4().types and code not in WITH_TARGET:
            _misplaced("targetProfile", {code}, path, place, report)


def _said(element: Json) -> Iterator[tuple[str, AbstractSet[str]]]:
    if "binding" in element:
        yield "binding", BOUND
    if "maxLength" in element:
        yield "maxLength", WITH_LENGTH
    for name in ("minValue", "maxValue"):
        if chosen(element, name):
            yield name, WITH_RANGE


def _misplaced(said: str, types: AbstractSet[str], path: str, place: Place, report: Report) -> None:
    details = {"said": said, "types": excerpt(", ".join(sorted(types))), "path": excerpt(path)}
    rule = "structure-definition.misplaced"
    report.add("business-rule", rule, phrases.MISPLACED, place, **details)


def _check_values(
    element: Json, types: AbstractSet[str], path: str, place: Place, report: Report
) -> None:
    """A value that is given is of one of the element's types."""
    if "." not in path:
        return
    if not types and not element.get("contentReference"):
        rule = "structure-definition.no-type"
        report.add("business-rule", rule, phrases.NO_TYPE, place, path=excerpt(path))
    for name in VALUES:
        value = chosen(element, name)
        if value and types and value[0] not in types:
            details = {"said": name, "found": excerpt(value[0]), "path": excerpt(path)}
            at = (place, f"{name}.ofType({value[0]})", -1)
            shown = excerpt(", ".join(sorted(types)))
            rule = "structure-definition.value-type"
            report.add("business-rule", rule, phrases.VALUE_TYPE, at, types=shown, **details)


def _check_in_differential(
    structure: Json, element: Json, path: str, place: Place, report: Report
) -> None:
    if "slicing" in element and (not path.rpartition(".")[0] or not _repeats(path)):
        rule = "structure-definition.slicing"
        report.add("business-rule", rule, phrases.NOT_SLICED, place, path=excerpt(path))
    missing = "meaningWhenMissing" in element and structure.get("derivation") == "constraint"
    if missing and path.rpartition(".")[2] not in ("extension", "Extension"):
        rule = "structure-definition.meaning"
        report.add("business-rule", rule, phrases.MEANING, place, path=excerpt(path))


def _repeats(path: str) -> bool:
    """False of what R4 says to occur once and to be of one type; True of what is not known."""
    owner, _, name = path.rpartition(".")
    type_ = r4().types.get(owner)
    found = [e for e in type_.elements if e.name == name] if type_ else []
    return not found or found[0].repeats or found[0].choice
