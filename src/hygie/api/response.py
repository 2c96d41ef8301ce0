"""One answer, and the resources that answers are made of."""

from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import aclosing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import msgspec

from hygie.api.presence import unless_gone
from hygie.api.request import Request
from hygie.fhir.codec import encode
from hygie.fhir.outcome import operation_outcome
from hygie.store.contract import StoredResource

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]
FHIR_JSON: Final = (b"content-type", b"application/fhir+json;charset=utf-8")
FHIR_XML: Final = (b"content-type", b"application/fhir+xml;charset=utf-8")
JSON: Final = (b"content-type", b"application/json")
SAFETY: Final[tuple[Header, ...]] = (
    # Health data: no cache keeps it, no browser takes it for a page.
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (
        b"content-security-policy",
        b"default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
)


class Response(msgspec.Struct, frozen=True):
    status: int
    body: bytes = b""
    headers: tuple[Header, ...] = ()
    media: Header = FHIR_JSON


class Streamed(msgspec.Struct, frozen=True):
    """An answer whose end is made while its beginning is read."""

    status: int
    first: bytes
    """Made before: what is refused until then is refused as ever."""
    rest: AsyncGenerator[bytes]
    media: Header = FHIR_JSON
    headers: tuple[Header, ...] = ()


async def deliver(response: Response, request: Request, send: Send) -> None:
    """Sends it; for HEAD, everything but the body (RFC 9110 §9.3.2)."""
    headers = [*SAFETY, (b"x-request-id", request.id.encode()), *response.headers]
    if response.body:
        headers.append(response.media)
    if response.status not in (204, 304):
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    body = b"" if request.method == "HEAD" else response.body
    await send({"type": "http.response.body", "body": body})


async def deliver_streamed(response: Streamed, request: Request, send: Send) -> None:
    """Sends it piece by piece.

    Raises `DisconnectedError`, and what making the rest raises; the answer is then left without its
    end, which tells who reads it (RFC 9112 §8).
    """
    headers = [*SAFETY, (b"x-request-id", request.id.encode()), response.media]
    headers += response.headers
    async with aclosing(response.rest) as rest:
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await _send_part(send, response.first)
        while (piece := await unless_gone(request, anext(rest, None))) is not None:
            await _send_part(send, piece)
    await send({"type": "http.response.body", "body": b""})


async def _send_part(send: Send, piece: bytes) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": True})


def version_headers(stored: StoredResource) -> tuple[Header, ...]:
    """R4 §3.1.0.2: which version, and when."""
    return (
        (b"etag", b'W/"%d"' % stored.version),
        (b"last-modified", http_date(stored.updated)),
    )


def http_date(moment: datetime) -> bytes:
    """RFC 9110 §5.6.7: in English, whatever the locale."""
    at = moment.astimezone(UTC)
    day, month = DAYS[at.weekday()], MONTHS[at.month - 1]
    clock = f"{at.hour:02}:{at.minute:02}:{at.second:02}"
    return f"{day}, {at.day:02} {month} {at.year:04} {clock} GMT".encode()


def shown(request: Request, stored: StoredResource, body: bytes) -> Response:
    """A version that was read, or 304 when the one who asks has it already (R4 §3.1.0.3)."""
    headers = version_headers(stored)
    if _is_known(request, stored):
        return Response(304, headers=headers)
    return Response(200, body, headers)


def written(request: Request, stored: StoredResource, *, created: bool) -> Response:
    """The answer to a create, update or patch, as `Prefer` asks (R4 §3.1.0.4).

    Whoever may not read gets no content back: a patch, or a conditional create that found
    something, would show what was there before.
    """
    path = f"{request.base}/{stored.type}/{stored.id}/_history/{stored.version}"
    headers = (*version_headers(stored), (b"location", path.encode()))
    status = 201 if created else 200
    returning = request.preferences.returning
    if returning == "OperationOutcome":
        return Response(status, encode(operation_outcome((), request.language)), headers)
    if returning == "minimal" or not request.shows(stored.type):
        return Response(status, headers=headers)
    return Response(status, stored.body, headers)


def removed(request: Request, stored: StoredResource | None) -> Response:
    """The answer to a delete (R4 §3.1.0.7), whether or not there was something."""
    headers = ((b"etag", b'W/"%d"' % stored.version),) if stored else ()
    if request.preferences.returning == "OperationOutcome":
        return Response(200, encode(operation_outcome((), request.language)), headers)
    return Response(204, headers=headers)


def _is_known(request: Request, stored: StoredResource) -> bool:
    tags = request.header(b"if-none-match")
    if tags:
        ours = f'W/"{stored.version}"'
        return any(tag.strip() in (ours, "*") for tag in tags.split(","))
    date = request.header(b"if-modified-since")
    return bool(date) and _not_later(stored.updated, date)


def _not_later(updated: datetime, date: str) -> bool:
    """A date that cannot be read is ignored (RFC 9110 §13.1.3)."""
    try:
        known = parsedate_to_datetime(date)
    except ValueError:
        return False
    if known.tzinfo is None:
        known = known.replace(tzinfo=UTC)
    return updated.replace(microsecond=0) <= known
