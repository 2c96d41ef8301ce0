"""Definitions that are not, or no longer, for ordinary use: said once to who refers to them."""

from collections.abc import Mapping
from typing import Final

from hygie.fhir.terminology.checking import said_of_requests
from hygie.fhir.terminology.checking.findings import Findings
from hygie.fhir.terminology.checking.sentence import Sentence
from hygie.fhir.terminology.notes import standards_status
from hygie.fhir.terminology.reading import Json, text

ENDED: Final[Mapping[str, Sentence]] = {
    "deprecated": said_of_requests.REFERENCE_DEPRECATED,
    "withdrawn": said_of_requests.REFERENCE_WITHDRAWN,
}


def say_standing(findings: Findings, definition: Json, source: Json) -> None:
    """`source`: the value set that refers to it; what is true of both is no news.

    A supplement's or system's resource may come without its concepts.
    """
    sentence = ENDED.get(standards_status(definition))
    if sentence is None and text(definition, "status") == "retired":
        sentence = said_of_requests.REFERENCE_RETIRED
    if sentence is None and definition is not source:
        sentence = _not_ready(definition, source)
    if sentence is not None:
        url, version = text(definition, "url"), text(definition, "version")
        canonical = f"{url}|{version}" if version else url
        kind = text(definition, "resourceType")
        findings.say("information", sentence, kind=kind, url=canonical)


def _not_ready(definition: Json, source: Json) -> Sentence | None:
    if definition.get("experimental") is True and source.get("experimental") is not True:
        return said_of_requests.REFERENCE_EXPERIMENTAL
    is_draft, was_draft = (
        "draft" in (text(each, "status"), standards_status(each)) for each in (definition, source)
    )
    return said_of_requests.REFERENCE_DRAFT if is_draft and not was_draft else None
