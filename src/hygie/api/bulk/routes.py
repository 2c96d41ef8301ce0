"""Their rows in the table of routes."""

from typing import Final

from hygie.api.bulk import downloads, exporting, importing
from hygie.api.routing import ID, TYPE, Route

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", ("$export",), exporting.system, "system", ("$export",)),
    Route("POST", ("$export",), exporting.system, "system", ("$export",)),
    Route("GET", (TYPE, "$export"), exporting.patients, "type", ("$export",), only="Patient"),
    Route("POST", (TYPE, "$export"), exporting.patients, "type", ("$export",), only="Patient"),
    Route("GET", (TYPE, ID, "$export"), exporting.group, "instance", ("$export",), only="Group"),
    Route("POST", (TYPE, ID, "$export"), exporting.group, "instance", ("$export",), only="Group"),
    Route(
        "GET", ("$export-poll-status",), downloads.status, "system", ("$export-poll-status",)
    ),
    Route(
        "DELETE", ("$export-poll-status",), downloads.cancel, "system", ("$export-poll-status",)
    ),
    Route(
        "GET", ("$export-file",), downloads.file, "system", ("$export-file",), any_format=True
    ),
    Route("POST", ("$import",), importing.kick_off, "system", ("$import",)),
    Route(
        "GET", ("$import-poll-status",), importing.status, "system", ("$import-poll-status",)
    ),
    Route(
        "DELETE", ("$import-poll-status",), importing.cancel, "system", ("$import-poll-status",)
    ),
    Route(
        "GET", ("$import-errors",), importing.errors, "system", ("$import-errors",),
        any_format=True,
    ),
)  # fmt: skip
