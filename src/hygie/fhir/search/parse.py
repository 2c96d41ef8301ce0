"""Query string -> `Query`: strict by default, lenient when asked (R4 §3.1.1)."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.fhir.definitions import Registry
from hygie.fhir.search import phrases
from hygie.fhir.search.coded import refuse_coded
from hygie.fhir.search.conditions import check_type, read_condition
from hygie.fhir.search.controls import Settings, apply_control, is_control
from hygie.fhir.search.filters import NAME as FILTER
from hygie.fhir.search.filters import read_filter
from hygie.fhir.search.phrases import wrong
from hygie.fhir.search.query import Condition, Query
from hygie.limits import MAX_QUERY_CHARACTERS, MAX_SEARCH_PARAMETERS
from hygie.refusal import Issue, Refused

HANDLED_ELSEWHERE: Final = frozenset({"_format", "_pretty"})
"""Accepted and left to the HTTP room."""
_FORGIVABLE: Final = frozenset(
    f"search.{rule}"
    for rule in (
        "unknown-parameter", "unsupported-parameter", "unknown-modifier", "unsupported-modifier",
    )
)  # fmt: skip
"""What lenient handling passes over: what is not understood, never what is ill-formed."""


_SURROGATE: Final = re.compile("[\\ud800-\\udfff]")
"""Half a character: nothing that is stored has one, and no hash can be made of it."""


class ParsedQuery(msgspec.Struct, frozen=True):
    query: Query
    warnings: tuple[Issue, ...] = ()
    """What lenient handling left out, of severity "warning"."""


def parse_query(  # noqa: PLR0913 - what is asked, and what the asker can answer
    registry: Registry,
    resource_type: str,
    parameters: Sequence[tuple[str, str]],
    *,
    zone: ZoneInfo,
    lenient: bool = False,
    coded: bool = False,
    filtered: bool = False,
) -> ParsedQuery:
    """The query that decoded name-value pairs make. Dates without time zone are read in `zone`.

    `coded`: whoever asks has terminology, and turns what needs it into codes (`expanded`).
    `filtered`: whoever asks answers `_filter`, which makes conditions of conditions.
    Raises Refused (INVALID) naming the parameter, what is wrong with it, and what would be right.
    """
    check_type(registry, resource_type, resource_type)
    _check_size(parameters)
    _check_text(parameters)
    conditions: list[Condition] = []
    settings: Settings = {}
    used: list[tuple[str, str]] = []
    warnings: list[Issue] = []
    for name, value in parameters:
        if name in HANDLED_ELSEWHERE:
            continue
        try:
            if is_control(name):
                apply_control(registry, resource_type, name, value, settings)
            else:
                read = partial(read_condition, registry, zone, resource_type)
                if filtered and name == FILTER:
                    condition = read_filter(value, read)
                else:
                    condition = read(name, value)
                if not coded:
                    refuse_coded(name, condition)
                conditions.append(condition)
            used += [(name, value)] if name != "_cursor" else []
        except Refused as problem:
            warnings += _forgiven(problem, lenient=lenient)
    if settings.get("summary") == "text" and ("includes" in settings or "revincludes" in settings):
        raise wrong("text-with-includes", phrases.TEXT_WITH_INCLUDES, "_summary")
    settings.pop("seen", None)
    query = Query(type=resource_type, conditions=tuple(conditions), used=tuple(used), **settings)
    return ParsedQuery(query, tuple(warnings))


def _forgiven(problem: Refused, *, lenient: bool) -> list[Issue]:
    issues = problem.refusal.issues
    if not lenient or any(issue.rule not in _FORGIVABLE for issue in issues):
        raise problem
    return [msgspec.structs.replace(issue, severity="warning") for issue in issues]


def _check_size(parameters: Sequence[tuple[str, str]]) -> None:
    if len(parameters) > MAX_SEARCH_PARAMETERS:
        size, limit = str(len(parameters)), str(MAX_SEARCH_PARAMETERS)
        raise wrong("too-many-parameters", phrases.TOO_MANY_PARAMETERS, "", size=size, limit=limit)
    characters = 0
    for name, value in parameters:
        characters += len(name) + len(value)
    if characters > MAX_QUERY_CHARACTERS:
        size, limit = str(characters), str(MAX_QUERY_CHARACTERS)
        raise wrong("too-long", phrases.TOO_LONG, "", size=size, limit=limit)


def _check_text(parameters: Sequence[tuple[str, str]]) -> None:
    for name, value in parameters:
        if _SURROGATE.search(name + value):
            raise wrong("not-text", phrases.NOT_TEXT, _SURROGATE.sub("\ufffd", name))
