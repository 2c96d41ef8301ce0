"""`$graphql`: parts of resources, and of those that they are linked with, in one answer
(R4 graphql.html)."""

from collections.abc import Awaitable, Callable
from typing import Any

from hygie.api.operations.graphql.asking import asked
from hygie.api.operations.graphql.execution import Execution
from hygie.api.operations.graphql.language import Language
from hygie.api.operations.graphql.nodes import model_of
from hygie.api.request import Request
from hygie.api.response import JSON, Response
from hygie.api.services import Services
from hygie.fhir.codec import encode

__all__ = ["of_instance", "of_system"]


async def of_system(services: Services, request: Request) -> Response:
    """A query that begins with what it looks for."""
    return await _answered(services, request, Execution.of_system)


async def of_instance(services: Services, request: Request) -> Response:
    """A query of one resource."""
    return await _answered(services, request, Execution.of_instance)


async def _answered(
    services: Services, request: Request, run: Callable[[Execution], Awaitable[dict[str, Any]]]
) -> Response:
    request.format = "graphql"
    given = await asked(request)
    language = Language(given, model_of(services.registry).is_type)
    data = await run(Execution(services, request, language))
    return Response(200, encode({"data": data}), media=JSON)
