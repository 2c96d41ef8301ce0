"""The invariants that a StructureDefinition declares: one meaning a key, readable (R4 §2.29)."""

from collections.abc import Iterator

from hygie.fhir.packages import Library
from hygie.fhir.packages.snapshots import with_snapshot
from hygie.fhir.path import parse
from hygie.fhir.validate.definitions import phrases
from hygie.fhir.validate.reading import Json, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Refused

SAID_BY_ALL = frozenset({"ele-1"})
"""R4's own files write it in two ways."""
Found = tuple[Json, Place]


def check_constraints(structure: Json, place: Place, report: Report) -> None:
    """In the differential what is new, in the snapshot all of them."""
    url = text(structure.get("url"))
    own = {url, f"{url}|{text(structure.get('version'))}"}
    known = _of_base(structure, report.context.library) if "differential" in structure else {}
    for view in ("differential", "snapshot"):
        meanings = dict(known) if view == "differential" else {}
        for constraint, at in _constraints(structure, view, place):
            key, expression = text(constraint.get("key")), text(constraint.get("expression"))
            if not key or not expression or key in SAID_BY_ALL:
                continue
            if meanings.setdefault(key, expression) != expression:
                rule = "structure-definition.invariant-key"
                report.add("business-rule", rule, phrases.KEY_TWICE, at, key=excerpt(key))
            source = text(constraint.get("source"))
            if view == "differential" and source and source not in own:
                rule = "structure-definition.invariant-source"
                details = {"key": excerpt(key), "found": excerpt(source)}
                report.add("business-rule", rule, phrases.SOURCE_ELSEWHERE, at, **details)
            if not source or source in own:
                _check_readable(key, expression, at, report)


def _constraints(structure: Json, view: str, place: Place) -> Iterator[Found]:
    part = structure.get(view)
    for index, element in objects(part.get("element")) if isinstance(part, dict) else ():
        at = ((place, view, -1), "element", index)
        for number, constraint in objects(element.get("constraint")):
            yield constraint, (at, "constraint", number)


def _of_base(structure: Json, library: Library) -> dict[str, str]:
    """Key -> expression, of what the definition starts from."""
    base = library.find("StructureDefinition", text(structure.get("baseDefinition")))
    if base is None:
        return {}
    try:
        complete = with_snapshot(base, library)
    except Refused:
        return {}
    found = _constraints(complete.resource, "snapshot", (None, "", -1))
    return {text(one.get("key")): text(one.get("expression")) for one, _ in found}


def _check_readable(key: str, expression: str, place: Place, report: Report) -> None:
    try:
        parse(expression)
    except Refused as refused:
        issue = refused.refusal.issues[0]
        rule = "structure-definition.invariant-expression"
        details = {"key": excerpt(key), "fr": issue.text("fr"), "en": issue.text("en")}
        report.add("invalid", rule, phrases.INVARIANT_EXPRESSION, place, **details)
