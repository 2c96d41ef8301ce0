"""fullUrl: absolute, there where it must be, and that of its resource (R4 §2.36.4, "fullUrl")."""

from typing import Any

from hygie.fhir.definitions import r4
from hygie.fhir.validate.bundles import phrases
from hygie.fhir.validate.reading import text_of
from hygie.fhir.validate.references.bundled import FULL_URL_OPTIONAL
from hygie.fhir.validate.references.entries import Entries
from hygie.fhir.validate.references.forms import ABSOLUTE, RESTFUL
from hygie.fhir.validate.report import Place, Report, excerpt

Json = dict[str, Any]


def check_full_urls(entries: Entries, place: Place, report: Report) -> None:
    seen: set[tuple[str, str]] = set()
    for index, url in enumerate(entries.full_urls):
        identity = (url, entries.version(index))
        if url and identity in seen and entries.bundle_type != "history":
            phrase, where = phrases.FULL_URL_TWICE, (place, "entry", index)
            report.add("invariant", "invariant.bdl-7", phrase, where, found=excerpt(url))
        seen.add(identity)
        if not url:
            _check_missing(entries.bundle_type, (place, "entry", index), report)
        elif not ABSOLUTE.fullmatch(url):
            phrase, where = phrases.FULL_URL_RELATIVE, (place, "entry", index)
            report.add("value", "bundle.full-url", phrase, where, found=excerpt(url))
        elif (resource := entries.resources[index]) is not None:
            _check_agreement(url, resource, (place, "entry", index), report)


def _check_missing(bundle_type: str, place: Place, report: Report) -> None:
    if bundle_type not in FULL_URL_OPTIONAL:
        phrase = phrases.FULL_URL_MISSING
        report.add(
            "required", "bundle.full-url-missing", phrase, place, bundle=excerpt(bundle_type)
        )


def _check_agreement(url: str, resource: Json, place: Place, report: Report) -> None:
    """A RESTful URL ends with the type and id; any other says nothing of them."""
    restful = RESTFUL.fullmatch(url)
    if not restful or not r4().is_resource(restful[3]):
        return
    expected = f"{text_of(resource, 'resourceType')}/{text_of(resource, 'id')}"
    if expected.endswith("/"):
        phrase = phrases.FULL_URL_NO_ID
        report.add("value", "bundle.full-url-id", phrase, place, found=excerpt(url))
    elif not url.endswith("/" + expected):
        details = {"found": excerpt(url), "held": excerpt(expected)}
        report.add("value", "bundle.full-url-id", phrases.FULL_URL_OTHER, place, **details)
