"""The one place where a refusal, or a bug, becomes an HTTP answer."""

import logging
from typing import Final

from hygie.api.request import Request
from hygie.api.response import Header, Response
from hygie.fhir.codec import encode
from hygie.fhir.outcome import operation_outcome
from hygie.refusal import Category, Language, Refusal
from hygie.store.interactions.faults import fault_issue, trace_of
from hygie.store.outages import outage

LOGGER: Final = logging.getLogger("hygie.api")
CHALLENGE: Final = b'Bearer realm="hygie"'


def refused(
    refusal: Refusal,
    request: Request,
    headers: tuple[Header, ...] = (),
    language: Language | None = None,
) -> Response:
    """An OperationOutcome in the language asked for, under the status that says it."""
    language = language or request.language
    outcome = encode(operation_outcome(refusal.issues, language))
    extra = (*_extra(refusal, request), *headers)
    return Response(
        refusal.category.value, outcome, (*extra, (b"content-language", language.encode()))
    )


def fault(error: Exception, request: Request) -> Response:
    """Says nothing but the request's number; the log gets type and places, never values."""
    busy = outage(error)
    if busy is not None:
        LOGGER.warning("store unavailable, request %s: %s", request.id, trace_of(error))
        return refused(busy, request)
    LOGGER.error("fault, request %s: %s", request.id, trace_of(error))
    return Response(500, encode(operation_outcome([fault_issue(request.id)], request.language)))


def cut(error: Exception, request: Request) -> None:
    """What is known of an answer that ended before its end: the caller sees that it did."""
    LOGGER.error("answer cut, request %s: %s", request.id, trace_of(error))


def _extra(refusal: Refusal, request: Request) -> tuple[Header, ...]:
    """RFC 6750 §3; RFC 9110 §10.2.3."""
    match refusal.category:
        case Category.UNAUTHENTICATED:
            error = b', error="invalid_token"' if request.header(b"authorization") else b""
            return ((b"www-authenticate", CHALLENGE + error),)
        case Category.FORBIDDEN:
            return ((b"www-authenticate", CHALLENGE + b', error="insufficient_scope"'),)
        case Category.BUSY | Category.TOO_MANY:
            seconds = refusal.issues[0].details.get("seconds", "1")
            return ((b"retry-after", seconds.encode()),)
        case Category.MEDIA_TYPE if request.method == "PATCH":
            return ((b"accept-patch", b"application/json-patch+json"),)
        case _:
            return ()
