"""References from the entries of a bundle, when they do not name exactly one other entry."""

from collections.abc import Sequence
from typing import Final

from hygie.fhir.validate.references import phrases
from hygie.fhir.validate.references.entries import Entries
from hygie.fhir.validate.references.forms import RELATIVE
from hygie.fhir.validate.references.surroundings import Surroundings
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Severity

FULL_URL_OPTIONAL: Final = frozenset(
    {"transaction", "transaction-response", "batch", "batch-response"}
)
"""Their entries may be without fullUrl (R4 §2.36.4, "fullUrl")."""
WHOLE: Final = frozenset({"document", "message"})
"""Bundles that hold what they refer to: what resembles an entry was meant to be it."""
SHOWN: Final = 5


def several(
    text: str, found: Sequence[int], entries: Entries, place: Place, report: Report
) -> None:
    """The versions of one resource in a history are no ambiguity."""
    if entries.bundle_type != "history":
        shown = listed_entries(found)
        phrase = phrases.AMBIGUOUS
        report.add(
            "multiple-matches", "reference.ambiguous", phrase, place,
            found=excerpt(text), entries=shown,
        )  # fmt: skip


def check_unmatched(text: str, surroundings: Surroundings, place: Place, report: Report) -> None:
    """A reference of good form that no entry answers to: to elsewhere, or a mistake?"""
    entries, index = surroundings.entries, surroundings.entry
    if entries is None or index < 0:
        return
    found = excerpt(text)
    if not entries.full_urls[index] and RELATIVE.fullmatch(text):
        if entries.bundle_type not in FULL_URL_OPTIONAL:
            rule, phrase = "reference.no-full-url", phrases.NO_FULL_URL
            report.add("required", rule, phrase, place, found=found)
        return
    alike = entries.alike(text)
    if alike:
        details = {
            "found": found,
            "entries": listed_entries(alike),
            "full_url": excerpt(entries.full_urls[alike[0]]),
        }
        severity: Severity = "error" if entries.bundle_type in WHOLE else "warning"
        report.say(severity, "value", "reference.alike", phrases.ALIKE, place, **details)
    elif text.startswith("urn:"):
        rule, phrase = "reference.unresolved", phrases.NOT_IN_BUNDLE
        report.say("warning", "not-found", rule, phrase, place, found=found)


def listed_entries(found: Sequence[int]) -> str:
    """Their indices, the first few."""
    shown = ", ".join(map(str, found[:SHOWN]))
    return shown + ", …" if len(found) > SHOWN else shown
