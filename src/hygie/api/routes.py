"""The table of routes: the application obeys it, and `metadata` is generated from it."""

from typing import Final

from hygie.api import handlers
from hygie.api.bulk.routes import ROUTES as BULK
from hygie.api.messaging.process import process_message
from hygie.api.operations.routes import ROUTES as OPERATIONS
from hygie.api.routing import ID, TYPE, VERSION, Route
from hygie.api.subscriptions.routes import ROUTES as SUBSCRIPTIONS
from hygie.api.terminology.routes import ROUTES as TERMINOLOGY
from hygie.api.traces.routes import ROUTES as TRACES

ROUTES: Final = (
    *TERMINOLOGY,
    *BULK,
    *SUBSCRIPTIONS,
    *OPERATIONS,
    *TRACES,
    Route("GET", ("metadata",), handlers.metadata, open=True),
    Route("GET", (".well-known", "smart-configuration"), handlers.smart, open=True),
    Route("POST", (), handlers.bundle, "system", ("transaction", "batch")),
    Route(
        "POST", ("$process-message",), process_message, "system", ("$process-message",)
    ),
    Route("GET", (), handlers.search_all, "system", ("search-system",)),
    Route("POST", ("_search",), handlers.search_all_by_post, "system", ("search-system",)),
    Route("GET", ("_history",), handlers.history, "system", ("history-system",)),
    Route("GET", (TYPE,), handlers.search, "type", ("search-type",)),
    Route("POST", (TYPE, "_search"), handlers.search_by_post, "type", ("search-type",)),
    Route("GET", (TYPE, "_history"), handlers.history, "type", ("history-type",)),
    Route(
        "POST", (TYPE,), handlers.create, "type", ("create",), flags=(("conditionalCreate", True),)
    ),
    Route(
        "PUT", (TYPE,), handlers.conditional_update, "type", flags=(("conditionalUpdate", True),)
    ),
    Route("PATCH", (TYPE,), handlers.conditional_patch, "type"),
    Route(
        "DELETE", (TYPE,), handlers.conditional_delete, "type",
        flags=(("conditionalDelete", "single"),),
    ),
    Route(
        "POST", ("$viewdefinition-run",), handlers.run_view, "system", ("$viewdefinition-run",),
        any_format=True,
    ),
    Route(
        "POST", ("ViewDefinition", "$viewdefinition-run"), handlers.run_view,
        interactions=("$viewdefinition-run",), any_format=True,
    ),
    Route(
        "POST", ("ViewDefinition", "$run"), handlers.run_view,
        interactions=("$viewdefinition-run",), any_format=True,
    ),
    Route("POST", (TYPE, "$validate"), handlers.validate, "type", ("$validate",)),
    Route(
        "GET", (TYPE, ID), handlers.read, "instance", ("read",),
        flags=(("conditionalRead", "full-support"),),
    ),
    Route(
        "PUT", (TYPE, ID), handlers.update, "instance", ("update",),
        flags=(("updateCreate", True),),
    ),
    Route("PATCH", (TYPE, ID), handlers.patch, "instance", ("patch",)),
    Route("DELETE", (TYPE, ID), handlers.delete, "instance", ("delete",)),
    Route(
        "POST", (TYPE, ID, "$validate"), handlers.validate_instance, "instance", ("$validate",)
    ),
    Route("GET", (TYPE, ID, "$validate"), handlers.validate_instance, "instance", ("$validate",)),
    Route("GET", (TYPE, ID, "_history"), handlers.history, "instance", ("history-instance",)),
    Route(
        "GET", (TYPE, ID, "_history", VERSION), handlers.vread, "instance", ("vread",),
        flags=(("readHistory", True),),
    ),
    Route(
        "GET", (TYPE, ID, "$everything"), handlers.everything, "instance", ("$everything",),
        only="Patient",
    ),
)  # fmt: skip
"""R4 has no ViewDefinition: there, `$viewdefinition-run` is an operation of the system (SQL on
FHIR); its two other names are those of later and of earlier versions. Conditional patch has no flag
of its own in R4: conditionalUpdate says it."""
