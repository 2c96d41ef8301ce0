"""The standard's own suite: its cases, its inputs as JSON, and how an answer is held against it."""

import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hygie.fhir.definitions import r4
from hygie.fhir.path import values
from hygie.fhir.path.environment import Environment
from hygie.fhir.path.items import Element, Item, TypeInfo, system
from hygie.fhir.path.library.singleton import VALUE_TYPES

SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[3].parent / "shared"))
FOLDER = SHARED / "suites" / "fhirpath-r4"
SUITE = FOLDER / "tests-fhir-r4.xml"
NAMESPACE = "{http://hl7.org/fhir}"
XHTML = "{http://www.w3.org/1999/xhtml}div"
INTEGERS = frozenset({"integer", "positiveInt", "unsignedInt"})


@dataclass(frozen=True)
class Case:
    group: str
    name: str
    number: int
    """Names are not unique; the place in the file is."""
    text: str
    input: str
    invalid: str
    """"syntax", "semantic", "execution", or empty."""
    strict: bool
    """Whether what is allowed but can never match is to be refused."""
    predicate: bool
    ordered: bool
    outputs: tuple[tuple[str, str], ...]
    """Type, or empty when it is not said, and text."""

    def __str__(self) -> str:
        return f"{self.number}-{self.group}-{self.name}"


def cases() -> list[Case]:
    """All of them; none when the suite is not there."""
    return list(_cases()) if SUITE.is_file() else []


def _cases() -> Iterator[Case]:
    number = 0
    for group in ET.parse(SUITE).getroot().iter("group"):
        for test in group.iter("test"):
            number += 1
            expression = test.find("expression")
            assert expression is not None
            yield Case(
                group.get("name") or "",
                test.get("name") or "",
                number,
                expression.text or "",
                test.get("inputfile") or "patient-example.xml",
                expression.get("invalid") or "",
                "strict" in (test.get("mode"), expression.get("mode")),
                test.get("predicate") == "true",
                test.get("ordered") != "false",
                tuple((o.get("type") or "", o.text or "") for o in test.findall("output")),
            )


# --- inputs -------------------------------------------------------------------------------
@cache
def resource(name: str) -> dict[str, Any]:
    """An input of the suite. Shared: nobody changes it."""
    path = FOLDER / name
    if path.suffix == ".json":
        found: dict[str, Any] = json.loads(path.read_bytes(), parse_float=Decimal)
        return found
    return _resource(ET.parse(path).getroot())


def _resource(node: ET.Element) -> dict[str, Any]:
    type_name = node.tag.removeprefix(NAMESPACE)
    return {"resourceType": type_name, **_object(node, type_name)}


def _object(node: ET.Element, type_name: str) -> dict[str, Any]:
    """The elements of XML as JSON properties, by the definitions of their type (R4 §2.6.2)."""
    found: dict[str, Any] = {key: node.attrib[key] for key in ("id", "url") if key in node.attrib}
    for definition in r4().types[type_name].elements:
        for name, type_ in definition.json_names().items():
            nodes = [n for n in node if n.tag in (NAMESPACE + name, XHTML) and _named(n, name)]
            if not nodes:
                continue
            if r4().types[type_.name].kind == "primitive":
                _set(found, name, [_value(n, type_.name) for n in nodes], definition.repeats)
                _set(found, "_" + name, [_beside(n) for n in nodes], definition.repeats)
            else:
                _set(found, name, [_complex(n, type_.name) for n in nodes], definition.repeats)
    return found


def _named(node: ET.Element, name: str) -> bool:
    return node.tag != XHTML or name == "div"


def _set(found: dict[str, Any], name: str, values_: list[Any], repeats: bool) -> None:
    if any(value is not None for value in values_):
        found[name] = values_ if repeats else values_[0]


def _complex(node: ET.Element, type_name: str) -> dict[str, Any]:
    return _resource(node[0]) if type_name == "Resource" else _object(node, type_name)


def _value(node: ET.Element, type_name: str) -> Any:
    if node.tag == XHTML:
        return ET.tostring(node, encoding="unicode")
    text = node.get("value")
    if text is None:
        return None
    if type_name == "boolean":
        return text == "true"
    if type_name in INTEGERS:
        return int(text)
    return Decimal(text) if type_name == "decimal" else text


def _beside(node: ET.Element) -> dict[str, Any] | None:
    return _object(node, "Element") or None if node.tag != XHTML else None


# --- answers ------------------------------------------------------------------------------
def agrees(case: Case, items: list[Item]) -> bool:
    """Whether a collection is what a case expects."""
    if case.predicate:
        return [("boolean", "true" if items else "false")] == list(case.outputs)
    found = [written(item) for item in items]
    if not case.ordered:
        return sorted(f[1] for f in found) == sorted(text for _, text in case.outputs)
    return len(found) == len(case.outputs) and all(
        _same(one, other) for one, other in zip(found, case.outputs, strict=True)
    )


def _same(found: tuple[str, str], wanted: tuple[str, str]) -> bool:
    return found[1] == wanted[1] and wanted[0] in ("", found[0])


def written(item: Item) -> tuple[str, str]:
    """An item as the suite writes it: its type, and its text as a literal."""
    value = system(item)
    if isinstance(item, Element):
        kind = item.type
    elif isinstance(item, TypeInfo):
        kind = "TypeInfo"
    else:
        kind = VALUE_TYPES[type(item)]
        kind = kind if kind == "Quantity" else kind[0].lower() + kind[1:]
    if value is None:
        return kind, ""
    text = values.to_string(value) or ""
    if isinstance(value, values.Date | values.DateTime):
        return kind, "@" + text
    return kind, "@T" + text if isinstance(value, values.Time) else text


# --- what the cases are evaluated with ----------------------------------------------------
def conforms_to(found: dict[str, Any], url: str) -> bool | None:
    """For the profiles that R4's own types are: whether the resource says to be of that type."""
    name = url.removeprefix("http://hl7.org/fhir/StructureDefinition/")
    return found["resourceType"] == name if name in r4().types else None


def environment() -> Environment:
    now = values.DateTime.parse("2026-11-22T12:00:00.000+01:00")
    return Environment(now=now, conforms_to=conforms_to)


DIFFERENT = {
    "testPlusDate19": "the specification adds fractions of a second (Date/Time Arithmetic: the "
    "decimal portion is ignored for precisions above seconds); the case ignores them",
    "HighBoundaryDateTimeMillisecond1": "the specification's own example of highBoundary gives "
    "the last minute of @2014-01-01T08, 08:59:59.999; the case gives the first, 08:00:59.999",
    "HighBoundaryDateTimeMillisecond3": "as HighBoundaryDateTimeMillisecond1",
}
"""Cases that contradict the specification, by name, each with the reason."""
