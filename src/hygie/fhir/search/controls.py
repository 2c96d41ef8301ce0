"""Parameters about the answer: `_sort`, `_count`, `_include`… (R4 §3.1.1.5)."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, get_args

from hygie.fhir.definitions import Registry
from hygie.fhir.search import phrases
from hygie.fhir.search.conditions import (
    check_type,
    parameter_named,
    reference_parameter,
    target_type,
)
from hygie.fhir.search.phrases import choices, malformed, wrong
from hygie.fhir.search.plans import WORDS
from hygie.fhir.search.query import Include, Sort, Summary, Total
from hygie.limits import MAX_PAGE, MAX_SORTS

Settings = dict[str, Any]
"""Fields of `Query`, gathered parameter by parameter."""

_REPEATING: Final = frozenset({"_include", "_revinclude"})
_TOTALS: Final = get_args(Total)
_SUMMARIES: Final = tuple(kind for kind in get_args(Summary) if kind)
_SORTABLE: Final = frozenset({"date", "string", "token", "number", "quantity", "uri", "reference"})


def is_control(name: str) -> bool:
    return name.partition(":")[0] in _READERS


def apply_control(
    registry: Registry, type_name: str, name: str, value: str, settings: Settings
) -> None:
    """Reads one parameter into `settings`. Raises Refused when it cannot be read."""
    code, _, modifier = name.partition(":")
    if modifier and not (code in _REPEATING and modifier == "iterate"):
        allowed = ":iterate" if code in _REPEATING else "–"
        shown = {"modifier": phrases.excerpt(modifier), "kind": "result", "allowed": allowed}
        raise wrong("unknown-modifier", phrases.UNKNOWN_MODIFIER, code, **shown)
    if not value:
        raise wrong("empty-value", phrases.EMPTY_VALUE, name)
    seen = settings.setdefault("seen", set())
    if code in seen and code not in _REPEATING:
        raise wrong("given-twice", phrases.GIVEN_TWICE, code)
    seen.add(code)
    _READERS[code](registry, type_name, name, value, settings)


def _sort(registry: Registry, type_name: str, _name: str, value: str, settings: Settings) -> None:
    orders: list[Sort] = []
    asked = list(dict.fromkeys(value.split(",")))
    if len(asked) > MAX_SORTS:
        size, limit = str(len(asked)), str(MAX_SORTS)
        raise wrong("too-many-values", phrases.TOO_MANY_VALUES, "_sort", size=size, limit=limit)
    for written in asked:
        parameter = parameter_named(registry, type_name, written.removeprefix("-"))
        if parameter.type not in _SORTABLE or parameter.code in WORDS:
            raise wrong("not-sortable", phrases.NOT_SORTABLE, parameter.code)
        orders.append(Sort(parameter, written.startswith("-")))
    settings["sort"] = tuple(orders)


def _count(_registry: Registry, _type: str, name: str, value: str, settings: Settings) -> None:
    """More than `MAX_PAGE` is served as `MAX_PAGE`; zero asks for the total alone."""
    if not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise malformed(name, value, phrases.COUNT_FORM)
    settings["count"] = min(int(value), MAX_PAGE)
    if settings["count"] == 0:
        settings["summary"] = "count"


def _total(_registry: Registry, _type: str, name: str, value: str, settings: Settings) -> None:
    settings["total"] = _one_of(name, value, _TOTALS)


def _summary(_registry: Registry, _type: str, name: str, value: str, settings: Settings) -> None:
    asked = _one_of(name, value, _SUMMARIES)
    settings.setdefault("summary", asked)  # `_count=0` has the last word


def _one_of(name: str, value: str, allowed: Any) -> str:
    if value not in allowed:
        raise choices(name, value, allowed)
    return value


def _elements(
    registry: Registry, type_name: str, name: str, value: str, settings: Settings
) -> None:
    """Top-level elements; a choice under its stem (`value`) or in full (`valueQuantity`)."""
    known = _element_names(registry, type_name)
    asked = value.split(",")
    for element_name in asked:
        if element_name not in known:
            raise malformed(name, element_name, phrases.ELEMENT_FORM, type=type_name)
    settings["elements"] = tuple(dict.fromkeys(asked))


@lru_cache(maxsize=256)
def _element_names(registry: Registry, type_name: str) -> frozenset[str]:
    elements = registry.types[type_name].elements
    names = {name for e in elements for name in (e.name, *e.json_names())}
    return frozenset(names | {"resourceType"})


def _cursor(_registry: Registry, _type: str, _name: str, value: str, settings: Settings) -> None:
    settings["cursor"] = value


# --- includes -----------------------------------------------------------------------------
def _include(registry: Registry, type_name: str, name: str, value: str, settings: Settings) -> None:
    iterate = name.endswith(":iterate")
    source, code, target = _include_parts(registry, name, value)
    source = source or type_name
    if source != type_name and not iterate:
        raise wrong(
            "wrong-source", phrases.WRONG_SOURCE, name,
            value=phrases.excerpt(value), source=source, type=type_name,
        )  # fmt: skip
    parameter = reference_parameter(registry, source, code) if code else None
    if parameter and target:
        target_type(registry, parameter, source, target)
    include = Include(source, parameter, target, iterate)
    settings["includes"] = (*settings.get("includes", ()), include)


def _revinclude(
    registry: Registry, type_name: str, name: str, value: str, settings: Settings
) -> None:
    iterate = name.endswith(":iterate")
    source, code, target = _include_parts(registry, name, value)
    parameter = reference_parameter(registry, source, code) if code else None
    if parameter and not iterate:
        target_type(registry, parameter, source, target or type_name)
    include = Include(source, parameter, target, iterate)
    settings["revincludes"] = (*settings.get("revincludes", ()), include)


def _include_parts(registry: Registry, name: str, value: str) -> tuple[str, str, str]:
    """Source, parameter and target of `Type:parameter[:Target]`; empty where `*` stands."""
    if value == "*":
        return "", "", ""
    parts = value.split(":")
    if len(parts) not in (2, 3) or not all(parts):
        raise malformed(name, value, phrases.INCLUDE_FORM)
    source, code, target = (*parts, "")[:3]
    for type_name in filter(None, (source, target)):
        check_type(registry, type_name, name)
    return source, "" if code == "*" else code, target


_READERS: Final[dict[str, Callable[[Registry, str, str, str, Settings], None]]] = {
    "_sort": _sort,
    "_count": _count,
    "_total": _total,
    "_summary": _summary,
    "_elements": _elements,
    "_cursor": _cursor,
    "_include": _include,
    "_revinclude": _revinclude,
}
