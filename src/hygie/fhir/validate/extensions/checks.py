"""One extension, with those in it: its URL, its definition, its place, its content.

Called for every extension of a resource, most of which are well known and well placed: these cost
a look-up, and what their definition asks of their content.
"""

import re
from typing import Any, Final

from hygie.fhir.validate.extensions import phrases
from hygie.fhir.validate.extensions.conditions import is_allowed, keep_invariants
from hygie.fhir.validate.extensions.definitions import ELSEWHERE, Entry, Use, extensions_of
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Phrase, Severity

EXTENSION: Final = "extension"
MODIFIER: Final = "modifierExtension"
ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:.")
"""RFC 3986 §4.3."""


def check_extension_use(value: Any, place: Place, report: Report) -> None:
    """An extension of an element (R4 §2.5); those within another are checked with that one."""
    holder = place[0]
    if holder is not None and holder[1] not in (EXTENSION, MODIFIER):
        url = value.get("url")
        if type(url) is str and url:
            _check_outer(value, url, place, report)


def _check_outer(value: dict[str, Any], url: str, place: Place, report: Report) -> None:
    if not ABSOLUTE.match(url):
        report.add("invalid", "extension.url", phrases.URL, place, found=excerpt(url))
        return
    known = extensions_of(report.context.library)
    if not known.any:
        return
    steps: list[str] = []
    step, home = place[0], report.home
    while step is not None and step is not home:
        steps.append(step[1])
        step = step[0]
    holder = report.resource.get("resourceType")
    if type(holder) is str:
        _check(value, known.use(url, holder, tuple(reversed(steps))), place, report)


def _check(value: dict[str, Any], use: Use, place: Place, report: Report) -> None:
    url = value["url"]
    entry = use.entry
    if entry is None:
        _say_unknown(url, use, place, report)
    elif entry.type != EXTENSION.capitalize():
        details = {"url": excerpt(url), "type": excerpt(entry.type)}
        _say(entry, "extension.definition", phrases.NO_EXTENSION, place, report, details)
        return
    else:
        _check_known(value, entry, use, place, report)
    if EXTENSION in value:
        _check_inner(value, url, entry, 1, place, report)


def _check_known(
    value: dict[str, Any], entry: Entry, use: Use, place: Place, report: Report
) -> None:
    if entry.modifier is not (place[1] == MODIFIER):
        phrase = phrases.MODIFIER if entry.modifier else phrases.NO_MODIFIER
        details = {"url": excerpt(entry.url)}
        _say(entry, "extension.modifier", phrase, place, report, details)
    if "|" in entry.url:
        version = excerpt(entry.url.partition("|")[2])
        _say(entry, "extension.url", phrases.VERSION, place, report, {"found": version})
    if not (use.allowed or is_allowed(use.paths, place, report)):
        details = {
            "url": excerpt(entry.url), "allowed": entry.allowed(), "here": _shown(place, report)
        }  # fmt: skip
        _say(entry, "extension.context", phrases.CONTEXT, place, report, details)
    if entry.invariants:
        keep_invariants(entry, value, place, report)
    if report.context.profiles is not None and entry.canonical:
        report.context.profiles.check(entry.canonical, value, place, report)


def _check_inner(
    value: dict[str, Any], outer: str, entry: Entry | None, depth: int, place: Place, report: Report
) -> None:
    """Parts have relative URLs, which their definition names; others stand for themselves."""
    inner = value[EXTENSION]
    parts = entry.parts.get(depth, ()) if entry else ()
    for index, item in enumerate(inner if type(inner) is list else ()):
        url = item.get("url") if type(item) is dict else None
        if type(url) is not str or not url:
            continue
        here = (place, EXTENSION, index)
        if ABSOLUTE.match(url) and url not in parts:
            known = extensions_of(report.context.library)
            _check(item, known.use(url, outer, ()), here, report)
            continue
        if entry and parts and url not in parts:
            details = {"found": excerpt(url), "url": excerpt(outer), "parts": ", ".join(parts[:12])}
            _say(entry, "extension.part", phrases.PART, here, report, details)
        if EXTENSION in item:
            _check_inner(item, outer, entry, depth + 1, here, report)


def _say_unknown(url: str, use: Use, place: Place, report: Report) -> None:
    severity: Severity | None = report.context.unknown_extensions
    rule, phrase = "extension.unknown", phrases.UNKNOWN
    if ELSEWHERE.fullmatch(url):
        severity, rule, phrase = "information", "extension.elsewhere", phrases.OTHER_VERSION
    elif use.example:
        severity = severity and "warning"
    elif place[1] == MODIFIER:
        severity, phrase = "error", phrases.UNKNOWN_MODIFIER
    elif use.lenient and severity == "error":
        severity = "warning"
    if severity:
        details = {"url": excerpt(url), "publisher": excerpt(use.package)}
        report.say(severity, "not-found", rule, phrase, place, **details)


def _say(
    entry: Entry,
    rule: str,
    phrase: Phrase,
    place: Place,
    report: Report,
    details: dict[str, str],
) -> None:
    """An error that the definition of the extension makes."""
    source, report.source = report.source, entry.canonical
    report.add("structure", rule, phrase, place, **details)
    report.source = source


def _shown(place: Place, report: Report) -> str:
    """What has the extension, for a sentence: its place from its resource, without indices."""
    steps: list[str] = []
    step = place[0]
    while step is not None and step is not report.home:
        steps.append(step[1])
        step = step[0]
    return ".".join([str(report.resource.get("resourceType", "")), *reversed(steps)])
