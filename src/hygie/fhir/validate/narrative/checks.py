"""What a narrative says besides its text: where its links lead, in which language it is.

A link "#x" leads to an id or an anchor of a narrative, to an element with that id, or to a
resource with that id, in what is validated as a whole (R4 §2.4.0.2 and element-id).
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from hygie.fhir.validate.narrative import phrases
from hygie.fhir.validate.narrative.reading import Read, read
from hygie.fhir.validate.reading import Json, objects
from hygie.fhir.validate.report import Place, Report, excerpt

NAME: Final = re.compile(r"""\s(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
TEXT_LINK: Final = "http://hl7.org/fhir/StructureDefinition/textLink"
KEPT: Final = "narrative.link"


def check_narrative(value: Json, place: Place, report: Report) -> None:
    """Most narratives have no link within, no language and no extension: nothing is read again."""
    text = value.get("div")
    if type(text) is not str:
        return
    language = report.resource.get("language")
    linked = '"#' in text or "'#" in text
    if not linked and type(language) is not str and "extension" not in value:
        return
    found = read(text)
    for link in found.links if linked else ():
        if link[:1] == "#" and len(link) > 1 and link[1:] not in _names(report):
            where, phrase = (place, "div", -1), phrases.LINK
            report.add("not-found", "narrative.link", phrase, where, found=excerpt(link))
    if type(language) is str and found.language and not _alike(language, found.language):
        details = {"resource": excerpt(language), "found": excerpt(found.language)}
        rule, phrase = "narrative.language", phrases.LANGUAGE
        report.say("warning", "business-rule", rule, phrase, place, **details)
    if "extension" in value:
        _check_text_links(value["extension"], found, place, report)


def _alike(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def _check_text_links(extensions: Any, found: Read, place: Place, report: Report) -> None:
    """Both ends of what links a piece of the text to the data it was made from."""
    for _, extension in objects(extensions):
        if extension.get("url") != TEXT_LINK:
            continue
        for _, part in objects(extension.get("extension")):
            html, data = part.get("valueString"), part.get("valueUri")
            if part.get("url") == "htmlid" and type(html) is str and html not in found.names:
                phrase = phrases.TEXT_LINK
                report.add("not-found", "narrative.text-link", phrase, place, found=excerpt(html))
            elif type(data) is str and data[:1] == "#" and data[1:] not in _names(report):
                phrase = phrases.DATA_LINK
                report.add("not-found", "narrative.data-link", phrase, place, found=excerpt(data))


def _names(report: Report) -> set[str]:
    """All that a link can lead to, gathered once a validation."""
    if KEPT not in report.kept:
        report.kept[KEPT] = set(_gathered(report.root))
    found: set[str] = report.kept[KEPT]
    return found


def _gathered(root: Any) -> Iterator[str]:
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if type(value) is list:
            waiting += value
        elif type(value) is dict:
            if type(value.get("id")) is str:
                yield value["id"]
            if type(text := value.get("div")) is str:
                yield from (match[1] or match[2] or "" for match in NAME.finditer(text))
            waiting += value.values()
