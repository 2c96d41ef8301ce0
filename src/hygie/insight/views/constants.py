"""The constants of a view: values that its expressions call by name."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from hygie.fhir.definitions import Registry
from hygie.fhir.validate.primitives import (
    DATES,
    INTEGERS,
    Format,
    formats,
    in_calendar,
    is_decimal,
    is_text,
)
from hygie.insight.views import phrases
from hygie.insight.views.definition import Constant
from hygie.insight.views.findings import Findings, beyond
from hygie.insight.views.properties import Json, identifier, objects, only
from hygie.insight.views.variables import ENVIRONMENT
from hygie.limits import MAX_VIEW_CONSTANTS

TYPES: Final = (
    "base64Binary", "boolean", "canonical", "code", "date", "dateTime", "decimal", "id", "instant",
    "integer", "integer64", "oid", "string", "positiveInt", "time", "unsignedInt", "uri", "url",
    "uuid",
)  # fmt: skip
"""Of `ViewDefinition.constant.value[x]`."""
VALUES: Final = {"value" + name[0].upper() + name[1:]: name for name in TYPES}
"""JSON property -> type."""
WHOLE: Final = re.compile(r"-?[0-9]{1,19}", re.ASCII)
LONG: Final = range(-(2**63), 2**63)
"""Of an integer64, which JSON writes as text (R5 §2.1.28.0.1)."""
DAY: Final = len("2020-01-01")


def read_constants(json: Json, registry: Registry, found: Findings) -> Iterator[Constant]:
    names: set[str] = set()
    for index, (inner, place) in enumerate(objects(json, "constant", "", found)):
        if index == MAX_VIEW_CONSTANTS:
            raise beyond("constants", phrases.TOO_MANY_CONSTANTS, MAX_VIEW_CONSTANTS, place)
        name = identifier(inner, "name", place, found)
        if f"%{name}" in ENVIRONMENT:
            found.add("constant", phrases.RESERVED, f"{place}.name", name=name)
        if name in names:
            found.add("constant", phrases.CONSTANT_CLASH, f"{place}.name", name=name)
        names.add(name)
        yield from _constant(inner, name, place, registry, found)


def _constant(
    json: Json, name: str, place: str, registry: Registry, found: Findings
) -> Iterator[Constant]:
    values = [key for key in json if key.startswith("value")]
    only(json, ("name",), place, found, besides=values)
    if len(values) != 1:
        found.add("constant", phrases.CONSTANT_VALUE, place)
        return
    key = values[0]
    type_name = VALUES.get(key, "")
    at = f"{place}.{key}"
    if not type_name:
        found.add("constant", phrases.CONSTANT_TYPE, at, allowed=", ".join(TYPES))
    elif not _well_formed(type_name, json[key], registry):
        found.add("constant", phrases.CONSTANT_FORM, at, type=type_name)
    else:
        yield Constant(name, type_name, int(json[key]) if type_name == "integer64" else json[key])


def _well_formed(type_name: str, value: Any, registry: Registry) -> bool:
    """Whether JSON holds a value of that primitive type (R4 §2.24.0.1)."""
    if type_name == "boolean":
        return type(value) is bool
    if type_name in INTEGERS:
        low, high = INTEGERS[type_name]
        return type(value) is int and low <= value <= high
    if type_name == "decimal":
        return type(value) is int or is_decimal(value)
    return type(value) is str and _well_written(type_name, value, registry)


def _well_written(type_name: str, value: str, registry: Registry) -> bool:
    if type_name == "integer64":
        return WHOLE.fullmatch(value) is not None and int(value) in LONG
    if type_name in DATES and len(value) >= DAY and not in_calendar(value):
        return False
    return bool(_formats(registry)[type_name](value)) and is_text(value)


@lru_cache(maxsize=4)
def _formats(registry: Registry) -> dict[str, Format]:
    return formats(registry)
