"""StructureDefinition: the type it defines, its base, and the paths of its elements (R4 §5.3)."""

from typing import Final

from hygie.fhir.definitions import r4
from hygie.fhir.validate.definitions import phrases
from hygie.fhir.validate.definitions.constraints import check_constraints
from hygie.fhir.validate.definitions.differentials import check_differential
from hygie.fhir.validate.definitions.elements import check_elements
from hygie.fhir.validate.definitions.extension_definitions import check_extension_definition
from hygie.fhir.validate.definitions.obligations import check_obligations
from hygie.fhir.validate.reading import Json, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt

KIND: Final = "StructureDefinition"
CORE: Final = "http://hl7.org/fhir/StructureDefinition/"


def check_structure_definition(structure: Json, place: Place, report: Report) -> None:
    """The type is one of FHIR's or has a URI; it fits the base; paths begin with it."""
    type_ = text(structure.get("type"))
    if not type_:
        return
    if ":" not in type_ and type_ not in r4().types and structure.get("kind") == "logical":
        where, details = (place, "type", -1), {"found": excerpt(type_)}
        report.add("invalid", "structure-definition.type", phrases.TYPE_UNKNOWN, where, **details)
    _check_base(structure, type_, place, report)
    if ":" in type_ or type_ in r4().types:
        _check_paths(structure, type_.rpartition("/")[2], place, report)
    if structure.get("derivation") == "constraint" and "differential" in structure:
        check_differential(structure, place, report)
    check_elements(structure, place, report)
    check_constraints(structure, place, report)
    check_extension_definition(structure, place, report)
    check_obligations(structure, place, report)


def _check_base(structure: Json, type_: str, place: Place, report: Report) -> None:
    base = report.context.library.find(KIND, text(structure.get("baseDefinition")))
    of_base = text(base.resource.get("type")) if base else ""
    if not of_base:
        return
    if structure.get("derivation") == "specialization" and _same(of_base, type_):
        details = {"found": excerpt(type_)}
        rule = "structure-definition.base-type"
        report.add("business-rule", rule, phrases.TYPE_OF_BASE, place, **details)
    elif structure.get("derivation") == "constraint" and not _same(of_base, type_):
        details = {"found": excerpt(type_), "expected": excerpt(of_base)}
        rule = "structure-definition.base-type"
        report.add("business-rule", rule, phrases.TYPE_DIFFERS, place, **details)
    of_kind, kind = text(base.resource.get("kind")) if base else "", text(structure.get("kind"))
    if base and kind and of_kind != kind and base.resource.get("abstract") is not True:
        details = {"found": excerpt(kind), "expected": excerpt(of_kind)}
        rule = "structure-definition.kind"
        report.add("business-rule", rule, phrases.KIND_DIFFERS, place, **details)


def _same(one: str, other: str) -> bool:
    return one.removeprefix(CORE) == other.removeprefix(CORE)


def _check_paths(structure: Json, root: str, place: Place, report: Report) -> None:
    for view in ("snapshot", "differential"):
        part = structure.get(view)
        for index, element in objects(part.get("element")) if isinstance(part, dict) else ():
            path = text(element.get("path"))
            if path and path.partition(".")[0] != root:
                at = ((place, view, -1), "element", index)
                details = {"found": excerpt(path), "expected": excerpt(root)}
                rule = "structure-definition.path"
                report.add("value", rule, phrases.PATH_ROOT, at, **details)
