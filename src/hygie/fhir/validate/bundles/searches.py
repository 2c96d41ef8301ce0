"""Search results: modes, ids and types of what was found (R4 §3.1.1.4)."""

from collections.abc import Iterable
from typing import Any, Final

from hygie.fhir.definitions import r4
from hygie.fhir.validate.bundles import phrases
from hygie.fhir.validate.reading import objects, text_of
from hygie.fhir.validate.references.entries import Entries
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Severity

Json = dict[str, Any]

OUTCOME: Final = "OperationOutcome"


def check_search(bundle: Json, entries: Entries, place: Place, report: Report) -> None:
    links = [link for _, link in objects(bundle.get("link"))]
    self_url = next((text_of(k, "url") for k in links if text_of(k, "relation") == "self"), None)
    if self_url is None and entries.resources:
        report.say("warning", "value", "bundle.no-self", phrases.NO_SELF, place)
    searched = searched_types(self_url or "")
    found = list(objects(bundle.get("entry")))
    modes = {index: _mode(entry) for index, entry in found}
    if found and not all(modes.values()):
        report.say("warning", "value", "bundle.no-mode", phrases.NO_MODE, place)
    for index, _ in found:
        _check_result(
            entries.resources[index], modes[index], searched, (place, "entry", index), report
        )


def searched_types(url: str) -> frozenset[str]:
    """The types that a search is about: of its path, or of `_type`; empty when it does not say."""
    path, _, query = url.partition("?")
    name = path.rpartition("/")[2]
    if r4().is_resource(name):
        return frozenset({name})
    listed = (p.removeprefix("_type=") for p in query.split("&") if p.startswith("_type="))
    return frozenset(name for names in listed for name in names.split(","))


def _mode(entry: Json) -> str:
    search = entry.get("search")
    return text_of(search, "mode") if type(search) is dict else ""


def _check_result(
    resource: Json | None, mode: str, searched: frozenset[str], place: Place, report: Report
) -> None:
    """What the mode announces; where there is none, faults are warnings."""
    if resource is None:
        report.add("required", "bundle.result", phrases.NO_RESOURCE, place)
        return
    found, where = text_of(resource, "resourceType"), (place, "resource", -1)
    if mode == "outcome":
        if found != OUTCOME:
            details = {"found": excerpt(found)}
            report.add("value", "bundle.result-outcome", phrases.NOT_AN_OUTCOME, where, **details)
        return
    severity: Severity = "error" if mode else "warning"
    if "id" not in resource and (mode or found != OUTCOME):
        report.say(severity, "required", "bundle.result-id", phrases.RESULT_ID, where)
    if mode != "include" and searched and found not in searched and (mode or found != OUTCOME):
        details = {"found": excerpt(found), "expected": _shown(searched)}
        report.say(severity, "value", "bundle.result-type", phrases.NOT_SEARCHED, where, **details)


def _shown(names: Iterable[str]) -> str:
    return excerpt(", ".join(sorted(names)))
