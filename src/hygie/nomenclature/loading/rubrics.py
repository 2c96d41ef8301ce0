"""Texts of ClaML: a label, whose fragments and references stand among its words."""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from hygie.fhir.terminology.reading import Json

PREFERRED: Final = "preferred"
PROPERTIES: Final = {
    "exclusion": "exclusionNote", "note": "note", "text": "note", "introduction": "note",
    "footnote": "note", "coding-hint": "codingHint", "modifierlink": "note",
}  # fmt: skip
"""Kind of rubric -> the property that it becomes."""
SYNONYM: Final = {"system": "http://snomed.info/sct", "code": "900000000000013009"}
"""Use of a designation by which a concept is found as well."""


def preferred(record: Element) -> str:
    """The label of a class."""
    return next((text for kind, text in _texts(record) if kind == PREFERRED), "")


def said(record: Element) -> Json:
    """What else the rubrics of a class say: inclusions are names, the others are notes."""
    names: list[Json] = []
    properties: list[Json] = []
    body: Json = {}
    for kind, text in _texts(record):
        if kind in ("inclusion", "preferredLong"):
            names.append({"language": "fr", "use": SYNONYM, "value": text})
        elif kind == "definition":
            body.setdefault("definition", text)
        elif kind in PROPERTIES:
            properties.append({"code": PROPERTIES[kind], "valueString": text})
    return {**body, "designation": names, "property": properties}


def _texts(record: Element) -> Iterator[tuple[str, str]]:
    """Kind and text of each label."""
    for rubric in record.iter("Rubric"):
        for label in rubric.iter("Label"):
            if text := " ".join(" ".join(_words(label)).split()):
                yield rubric.get("kind", ""), text.replace("( ", "(").replace(" )", ")")


def _words(element: Element) -> Iterator[str]:
    if element.tag == "Reference":
        mark = {"aster": "*", "dagger": "†"}.get(element.get("usage", ""), "")
        yield f"({(element.text or '').strip()}{mark})"
    else:
        yield element.text or ""
        for child in element:
            yield from _words(child)
    yield element.tail or ""
