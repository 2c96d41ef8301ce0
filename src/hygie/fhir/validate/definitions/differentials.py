"""The differential of a StructureDefinition: can it be applied, is it in order (R4 §5.3.3)."""

from typing import Any, Final

from hygie.fhir.packages import Definition
from hygie.fhir.packages.snapshots import regenerated
from hygie.fhir.validate.definitions import phrases
from hygie.fhir.validate.reading import Json, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Refused

KIND: Final = "StructureDefinition"


def check_differential(structure: Json, place: Place, report: Report) -> None:
    """What a profile says can be applied to what it starts from, when that is known, and is said
    in the order of the elements of its type."""
    if report.context.library.find(KIND, text(structure.get("baseDefinition"))) is None:
        return
    try:
        # In a copy, which forgets: what is validated may be anything, and is not to be kept.
        made = regenerated(Definition(structure), report.context.library.copy())
    except Refused as refused:
        for issue in refused.refusal.issues:
            rule = "structure-definition.differential"
            report.add("business-rule", rule, issue.phrase, place, **issue.details)
        return
    _check_order(structure["differential"], made.resource, (place, "differential", -1), report)


def _check_order(differential: Any, made: Json, place: Place, report: Report) -> None:
    """Who reads a differential in one pass does not find what comes too late."""
    ranks: dict[str, int] = {}
    for rank, element in enumerate(made["snapshot"]["element"]):
        ranks.setdefault(element["path"], rank)
    earliest: dict[str, int] = {}
    """By the id of the parent: the first place among those that come after."""
    for index, element in reversed(list(objects(differential.get("element")))):
        identifier, path = text(element.get("id")), text(element.get("path"))
        parent, rank = identifier.rpartition(".")[0], ranks.get(path, -1)
        if not parent or rank < 0:
            continue
        if rank > earliest.get(parent, rank):
            rule = "structure-definition.order"
            at, shown = (place, "element", index), excerpt(path)
            report.add("business-rule", rule, phrases.ORDER, at, path=shown)
        earliest[parent] = min(rank, earliest.get(parent, rank))
