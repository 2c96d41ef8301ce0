"""The form of an answer: `_format`, `_pretty`, and for reads `_summary` and `_elements`."""

from collections.abc import Sequence
from typing import Final

import msgspec

from hygie.api import messages
from hygie.api.headers import FORMATS, accepts_json, media_type
from hygie.api.request import Request
from hygie.api.services import Services
from hygie.fhir.definitions import Registry
from hygie.fhir.search import HANDLED_ELSEWHERE, parse_query
from hygie.fhir.search.query import Summary
from hygie.refusal import Category, Refused, refuse
from hygie.store.interactions.excerpts import excerpt
from hygie.store.interactions.searching import unknown_parameter

BOOLEANS: Final = ("true", "false")
SUMMARIES: Final = ("true", "text", "data", "false")
PARTS: Final = frozenset({"_summary", "_elements"})


class Form(msgspec.Struct, frozen=True):
    """Which parts of one resource are asked for (R4 §3.1.1.5.8, §3.1.1.5.9)."""

    summary: Summary = ""
    elements: tuple[str, ...] = ()

    def part(self, registry: Registry, body: bytes) -> bytes:
        """The body, or the excerpt asked for."""
        if not self.summary and not self.elements:
            return body
        extract = excerpt(registry, self.summary, self.elements)
        return extract(body) if extract else body


WHOLE: Final = Form()


def form_of(request: Request, services: Services) -> Form:
    """The parameters of a request that is no search. Raises `Refused` for others."""
    if not request.query:
        return WHOLE
    about: list[tuple[str, str]] = []
    for name, value in request.parameters:
        if name in PARTS and request.segments:
            about.append((name, value))
        elif name not in HANDLED_ELSEWHERE and not request.preferences.lenient:
            raise unknown_parameter(name)
    if not about:
        return WHOLE
    query = parse_query(services.registry, request.type, about, zone=services.store.zone).query
    if query.summary == "count":
        raise _bad_value("_summary", SUMMARIES)
    return Form(query.summary, query.elements)


def require_format(request: Request, parameters: Sequence[tuple[str, str]]) -> None:
    """Raises `Refused` (NOT_ACCEPTABLE) unless JSON will do; `_format` wins over Accept."""
    formats = [value for name, value in parameters if name == "_format"]
    for value in formats:
        if media_type(value.replace(" ", "+"))[0] not in FORMATS:
            raise _not_acceptable()
    if not formats and not accepts_json(request.header(b"accept")):
        raise _not_acceptable()


def is_pretty(request: Request) -> bool:
    """Raises `Refused` for a value that is no boolean."""
    if "_pretty" not in request.query:
        return False
    values = [value for name, value in request.parameters if name == "_pretty"]
    if any(value not in BOOLEANS for value in values):
        raise _bad_value("_pretty", BOOLEANS)
    return "true" in values


def _not_acceptable() -> Refused:
    return refuse(
        Category.NOT_ACCEPTABLE,
        "request.format",
        messages.NOT_ACCEPTABLE,
        code="not-supported",
    )


def _bad_value(name: str, allowed: Sequence[str]) -> Refused:
    return refuse(
        Category.INVALID,
        "parameter.value",
        messages.BAD_PARAMETER,
        code="value",
        name=name,
        allowed=", ".join(allowed),
    )
