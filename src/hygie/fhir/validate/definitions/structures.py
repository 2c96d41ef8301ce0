"""StructureDefinition: the type it defines, its base, and the paths of its elements (R4 §5.3)."""

from typing import Final

from hygie.fhir.definitions import r4
from hygie.fhir.packages import Definition
from hygie.fhir.packages.snapshots import regenerated
from hygie.fhir.validate.definitions import phrases
from hygie.fhir.validate.reading import Json, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Refused

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
        _check_differential(structure, place, report)


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


def _check_differential(structure: Json, place: Place, report: Report) -> None:
    """What a profile says can be applied to what it starts from, when that is known."""
    if report.context.library.find(KIND, text(structure.get("baseDefinition"))) is None:
        return
    try:
        # In a copy, which forgets: what is validated may be anything, and is not to be kept.
        regenerated(Definition(structure), report.context.library.copy())
    except Refused as refused:
        for issue in refused.refusal.issues:
            rule = "structure-definition.differential"
            report.add("business-rule", rule, issue.phrase, place, **issue.details)


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
