"""The questionnaire that a response names: contained, in the bundle around, or in the library."""

from typing import Any, Final

from hygie.fhir.packages import canonical_parts
from hygie.fhir.validate.questionnaires import form, phrases
from hygie.fhir.validate.questionnaires.comparing import compare
from hygie.fhir.validate.questionnaires.form import Form
from hygie.fhir.validate.reading import Json, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt

STATES: Final = {"draft": phrases.DRAFT, "retired": phrases.RETIRED}


def find_form(response: Json, place: Place, report: Report) -> Form | None:
    """The questionnaire, compiled; None, and it is said, when it is not named or not known."""
    canonical = text(response.get("questionnaire"))
    if not canonical:
        report.say("information", "required", "questionnaire.none", phrases.NO_FORM, place)
        return None
    found = _find(canonical, response, report)
    if found is None:
        rule, details = "questionnaire.unknown", {"canonical": excerpt(canonical)}
        report.say("warning", "not-found", rule, phrases.UNKNOWN_FORM, place, **details)
    return found


def check_state(response: Json, found: Form, place: Place, report: Report) -> None:
    """A questionnaire that is not in use, or was not when the response was written."""
    state = text(found.resource.get("status"))
    if state in STATES:
        rule, where = f"questionnaire.{state}", (place, "questionnaire", -1)
        report.say("information", "business-rule", rule, STATES[state], where)
    period, authored = found.resource.get("effectivePeriod"), response.get("authored")
    if not isinstance(period, dict) or not isinstance(authored, str):
        return
    for end, side, phrase in (("start", -1, phrases.TOO_EARLY), ("end", 1, phrases.TOO_LATE)):
        limit = period.get(end)
        if compare(("dateTime", authored), ("dateTime", limit)) == side:
            details = {"found": excerpt(authored), "limit": excerpt(limit)}
            where = (place, "authored", -1)
            report.say("warning", "business-rule", "questionnaire.period", phrase, where, **details)


def _find(canonical: str, response: Json, report: Report) -> Form | None:
    if canonical.startswith("#"):
        return _within(canonical[1:], response) or _within(canonical[1:], report.root)
    if found := _beside(canonical, report):
        return found
    definition = report.context.library.find("Questionnaire", canonical)
    return form.kept(definition.resource, definition.package) if definition else None


def _within(name: str, container: Any) -> Form | None:
    if not isinstance(container, dict):
        return None
    for _, resource in objects(container.get("contained")):
        if resource.get("resourceType") == "Questionnaire" and resource.get("id") == name:
            return form.compiled(resource, "", container)
    return None


def _beside(canonical: str, report: Report) -> Form | None:
    """In the bundle that is being validated, whose questionnaires are compiled once."""
    name = "questionnaires"
    if name not in report.kept:
        report.kept[name] = _bundled(report.root)
    url, version = canonical_parts(canonical)
    known: dict[str, list[Form]] = report.kept[name]
    found = (f for f in known.get(url, []) if version in ("", f.resource.get("version")))
    return next(found, None)


def _bundled(root: object) -> dict[str, list[Form]]:
    found: dict[str, list[Form]] = {}
    if isinstance(root, dict) and root.get("resourceType") == "Bundle":
        for _, entry in objects(root.get("entry")):
            resource = entry.get("resource")
            if isinstance(resource, dict) and resource.get("resourceType") == "Questionnaire":
                found.setdefault(text(resource.get("url")), []).append(form.compiled(resource, ""))
    return found
