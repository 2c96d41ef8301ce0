"""Their rows in the table of routes."""

from typing import Final

from hygie.api.operations import document, meta
from hygie.api.routing import ID, TYPE, Route

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
)  # fmt: skip
