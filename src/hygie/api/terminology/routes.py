"""Their rows in the table of routes: R4 CodeSystem, ValueSet and ConceptMap operations."""

from collections.abc import Iterator
from typing import Final

from hygie.api.routing import ID, TYPE, Route
from hygie.api.terminology.handlers import Handler, expansion, handler, keep_closure
from hygie.fhir.terminology.checking import validate_code, validate_code_of_system, validate_codes
from hygie.fhir.terminology.looking import lookup
from hygie.fhir.terminology.subsumption import subsumes
from hygie.fhir.terminology.translation import translate


def _routes(type_: str, name: str, serve: Handler, *, of_one: bool = True) -> Iterator[Route]:
    """GET and POST, of the type and, unless it makes no sense, of one resource of it."""
    for method in ("GET", "POST"):
        yield Route(method, (TYPE, name), serve, "type", (name,), only=type_)
        if of_one:
            yield Route(method, (TYPE, ID, name), serve, "instance", (name,), only=type_)


ROUTES: Final[tuple[Route, ...]] = (
    *_routes("ValueSet", "$expand", handler(expansion)),
    *_routes("ValueSet", "$validate-code", handler(validate_code)),
    *_routes("CodeSystem", "$validate-code", handler(validate_code_of_system)),
    *_routes("ValueSet", "$batch-validate-code", handler(validate_codes), of_one=False),
    *_routes("CodeSystem", "$lookup", handler(lookup), of_one=False),
    *_routes("CodeSystem", "$subsumes", handler(subsumes)),
    *_routes("ConceptMap", "$translate", handler(translate)),
    Route("POST", ("$closure",), keep_closure, "system", ("$closure",)),
)
