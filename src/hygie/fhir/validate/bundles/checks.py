"""The check of a Bundle, once its structure, its invariants and its entries have been checked."""

from typing import Any

from hygie.fhir.validate.bundles.documents import check_closure
from hygie.fhir.validate.bundles.full_urls import check_full_urls
from hygie.fhir.validate.bundles.links import check_links
from hygie.fhir.validate.bundles.reachability import check_reachable
from hygie.fhir.validate.bundles.requests import check_requests
from hygie.fhir.validate.bundles.searches import check_search
from hygie.fhir.validate.references.entries import Entries
from hygie.fhir.validate.report import Place, Report


def check_bundle(value: dict[str, Any], place: Place, report: Report) -> None:
    """Linear in the number of entries and of the references in them."""
    entries = report.surroundings.entries
    if entries is None or report.surroundings.container is not value:
        entries = Entries(value)
    check_full_urls(entries, place, report)
    check_links(value, entries, place, report)
    if entries.bundle_type in ("document", "message"):
        if check_closure(entries, place, report):
            check_reachable(value, entries, place, report)
    elif entries.bundle_type == "searchset":
        check_search(value, entries, place, report)
    elif entries.bundle_type in ("transaction", "batch", "history"):
        check_requests(value, entries, place, report)
