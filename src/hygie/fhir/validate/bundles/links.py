"""Bundle.link: which relations, how many times, and the style sheet of a document."""

from typing import Any, Final

from hygie.fhir.validate.bundles import phrases
from hygie.fhir.validate.reading import objects, text_of
from hygie.fhir.validate.references.entries import Entries, name_of
from hygie.fhir.validate.references.forms import ABSOLUTE
from hygie.fhir.validate.report import Place, Report, excerpt

Json = dict[str, Any]

PAGES: Final = frozenset({"first", "previous", "next", "last"})
"""Relations that search results and histories have (R4 §3.1.1.4); "self" is for all bundles."""
PAGED: Final = frozenset({"searchset", "history"})
STYLE: Final = "stylesheet"
STANDARD_STYLE: Final = "https://hl7.org/fhir/fhir.css"


def check_links(bundle: Json, entries: Entries, place: Place, report: Report) -> None:
    seen: set[str] = set()
    for index, link in objects(bundle.get("link")):
        relation, where = text_of(link, "relation"), (place, "link", index)
        if relation in seen:
            phrase = phrases.LINK_TWICE
            report.add("duplicate", "bundle.link-twice", phrase, where, found=relation)
        if relation == "self" or relation in PAGES:
            seen.add(relation)
        if relation in PAGES and entries.bundle_type not in PAGED:
            details = {"found": relation, "bundle": excerpt(entries.bundle_type)}
            there = (where, "relation", -1)
            report.add("value", "bundle.link", phrases.LINK_FORBIDDEN, there, **details)
        if relation == STYLE and entries.bundle_type == "document":
            _check_style(text_of(link, "url"), entries, (where, "url", -1), report)


def style_sheets(bundle: Json, entries: Entries) -> list[int]:
    """Entries that a "stylesheet" link of the bundle names."""
    links = [link for _, link in objects(bundle.get("link"))]
    urls = {text_of(link, "url") for link in links if text_of(link, "relation") == STYLE}
    return [i for i, r in enumerate(entries.resources) if urls and r and name_of(r) in urls]


def _check_style(url: str, entries: Entries, place: Place, report: Report) -> None:
    if not url or url == STANDARD_STYLE:
        return
    if ABSOLUTE.fullmatch(url):
        phrase = phrases.STYLE_OUTSIDE
        rule = "bundle.style-outside"
        report.say("warning", "business-rule", rule, phrase, place, standard=STANDARD_STYLE)
    elif not any(r and name_of(r) == url for r in entries.resources):
        phrase = phrases.STYLE_NOT_FOUND
        report.add("not-found", "bundle.style", phrase, place, found=excerpt(url))
