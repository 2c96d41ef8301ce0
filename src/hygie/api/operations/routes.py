"""Their rows in the table of routes."""

import asyncio
from importlib import import_module
from typing import Final

from hygie.api.operations import document, lastn, meta, stats
from hygie.api.request import Request
from hygie.api.response import Response
from hygie.api.routing import ID, TYPE, Route
from hygie.api.services import Services


async def graphql(services: Services, request: Request) -> Response:
    """What reads GraphQL is loaded when the first query comes."""
    room = await asyncio.to_thread(import_module, "hygie.api.operations.graphql")
    answer = room.of_instance if len(request.segments) > 1 else room.of_system
    response: Response = await answer(services, request)
    return response


ROUTES: Final = (
    Route("GET", ("$meta",), meta.of_system, "system", ("$meta",)),
    Route("GET", (TYPE, "$meta"), meta.of_type, "type", ("$meta",)),
    Route("GET", (TYPE, ID, "$meta"), meta.of_instance, "instance", ("$meta",)),
    Route("POST", (TYPE, ID, "$meta-add"), meta.add, "instance", ("$meta-add",)),
    Route("POST", (TYPE, ID, "$meta-delete"), meta.delete, "instance", ("$meta-delete",)),
    Route(
        "GET", (TYPE, "$document"), document.of_type, "type", ("$document",), only="Composition"
    ),
    Route(
        "POST", (TYPE, "$document"), document.of_type, "type", ("$document",), only="Composition"
    ),
    Route(
        "GET", (TYPE, ID, "$document"), document.of_instance, "instance", ("$document",),
        only="Composition",
    ),
    Route(
        "POST", (TYPE, ID, "$document"), document.of_instance, "instance", ("$document",),
        only="Composition",
    ),
    Route("GET", ("$graphql",), graphql, "system", ("$graphql",), any_format=True),
    Route("POST", ("$graphql",), graphql, "system", ("$graphql",), any_format=True),
    Route("GET", (TYPE, ID, "$graphql"), graphql, "instance", ("$graphql",), any_format=True),
    Route("POST", (TYPE, ID, "$graphql"), graphql, "instance", ("$graphql",), any_format=True),
    Route(
        "GET", (TYPE, "$lastn"), lastn.of_type, "type", ("$lastn",), only="Observation"
    ),
    Route("GET", (TYPE, "$stats"), stats.of_type, "type", ("$stats",), only="Observation"),
    Route("POST", (TYPE, "$stats"), stats.of_type, "type", ("$stats",), only="Observation"),
)  # fmt: skip
