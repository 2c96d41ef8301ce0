"""Measure: are the criteria that it names in CQL in the libraries that it names (R4 §9.8)."""

import base64
import binascii
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from hygie.fhir.validate.definitions import phrases
from hygie.fhir.validate.reading import Json, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt

CQL: Final = frozenset({"text/cql", "text/cql.identifier", "text/cql-identifier"})
ELM: Final = "application/elm+xml"
NAMESPACE: Final = "urn:hl7-org:elm:r1"
RULE: Final = "measure.criteria"


def check_measure(measure: Json, place: Place, report: Report) -> None:
    """The criteria of stratifiers, by the compiled form (ELM) of the libraries that are known."""
    libraries = _libraries(measure, report)
    for criteria, at in _criteria(measure, place):
        if criteria.get("language") in CQL and (expression := text(criteria.get("expression"))):
            _check_criteria(expression, libraries, at, report)


def _libraries(measure: Json, report: Report) -> list[Json]:
    named = measure.get("library")
    found = [
        report.context.library.find("Library", text(canonical))
        for canonical in (named if isinstance(named, list) else ())
    ]
    return [definition.resource for definition in found if definition]


def _criteria(measure: Json, place: Place) -> Iterator[tuple[Json, Place]]:
    for index, group in objects(measure.get("group")):
        in_group = (place, "group", index)
        for number, stratifier in objects(group.get("stratifier")):
            at = (in_group, "stratifier", number)
            parts = [
                (part, (at, "component", i)) for i, part in objects(stratifier.get("component"))
            ]
            for holder, where in [(stratifier, at), *parts]:
                if isinstance(criteria := holder.get("criteria"), dict):
                    yield criteria, (where, "criteria", -1)


def _check_criteria(expression: str, libraries: list[Json], place: Place, report: Report) -> None:
    if not libraries:
        report.add("invalid", RULE, phrases.NO_LIBRARY, place)
        return
    name, dot, statement = expression.rpartition(".")
    named = [library for library in libraries if not dot or library.get("name") == name]
    if len(named) != 1:
        phrase = phrases.LIBRARY_UNKNOWN if dot else phrases.ONE_LIBRARY
        report.add("invalid", RULE, phrase, place, library=excerpt(name))
        return
    statements = _statements(named[0])
    details = {"library": excerpt(text(named[0].get("url"))), "found": excerpt(statement)}
    if statements is None:
        report.say("warning", "incomplete", RULE, phrases.NO_ELM, place, **details)
    elif statement not in statements:
        report.add("invalid", RULE, phrases.STATEMENT_UNKNOWN, place, **details)


def _statements(library: Json) -> frozenset[str] | None:
    """The names that a library defines, by its ELM; None when it has none that can be read."""
    for _, content in objects(library.get("content")):
        if content.get("contentType") == ELM:
            try:
                raw = base64.b64decode(text(content.get("data")))
                return _Definitions().read(raw)
            except (ValueError, binascii.Error, expat.ExpatError):
                return None
    return None


class _Definitions:
    """Reads the `def` elements of the `statements` of an ELM library; a DTD is refused."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._way: list[str] = []

    def read(self, raw: bytes) -> frozenset[str]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse
        parser.Parse(raw, True)  # noqa: FBT003 - expat's own, positional only
        return frozenset(self._names)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._way.append(name)
        if self._way == [f"{NAMESPACE} {step}" for step in ("library", "statements", "def")]:
            self._names.add(attributes.get("name", ""))

    def _end(self, _name: str) -> None:
        self._way.pop()

    def _refuse(self, *_: object) -> None:
        raise ValueError("a document type")
