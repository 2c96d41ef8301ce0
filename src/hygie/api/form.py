"""Which parts of one resource are asked for: `_summary` and `_elements`."""

from collections.abc import Sequence
from typing import Final

import msgspec

from hygie.api import messages
from hygie.api.request import Request
from hygie.api.services import Services
from hygie.fhir.definitions import Registry
from hygie.fhir.search import HANDLED_ELSEWHERE, parse_query
from hygie.fhir.search.query import Summary
from hygie.refusal import Category, Refused, refuse
from hygie.store.interactions.excerpts import excerpt
from hygie.store.interactions.searching import unknown_parameter

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
        raise bad_value("_summary", SUMMARIES)
    return Form(query.summary, query.elements)


def bad_value(name: str, allowed: Sequence[str]) -> Refused:
    return refuse(
        Category.INVALID,
        "parameter.value",
        messages.BAD_PARAMETER,
        code="value",
        name=name,
        allowed=", ".join(allowed),
    )
