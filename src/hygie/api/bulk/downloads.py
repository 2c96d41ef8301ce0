"""An export followed, cancelled, and its files read."""

import asyncio
import re
import zlib
from collections.abc import AsyncGenerator, Iterator
from time import monotonic
from typing import Final
from uuid import UUID

from hygie.api.bulk import messages
from hygie.api.bulk.manifest import manifest, pages
from hygie.api.bulk.parameters import wrong
from hygie.api.request import Request
from hygie.api.response import JSON, Header, Response, Streamed, http_date
from hygie.api.services import Services
from hygie.exchange.bulk.asked import ERROR_TYPE
from hygie.exchange.bulk.exports import Progress
from hygie.fhir.codec import encode
from hygie.fhir.outcome import operation_outcome
from hygie.limits.bulk import EXPORT_POLL_SECONDS, EXPORT_POLLS, MAX_EXPORTS
from hygie.refusal import Category, Issue, refuse

NDJSON: Final = (b"content-type", b"application/fhir+ndjson")
GZIP_LEVEL: Final = 1
GZIP_WINDOW: Final = 31
"""zlib's word for a gzip stream."""
RETRY_SECONDS: Final = (1, 10)
"""At first, and in the end."""
_RANGE: Final = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")
_polls: dict[UUID, tuple[float, int]] = {}
"""Of this process: since when, and how many questions about one export."""


# --- its status -----------------------------------------------------------------------------
async def status(services: Services, request: Request) -> Response:
    job = job_of(request)
    page = number_of(request, "page", 1)
    progress = await services.exports.progress(request.context, job)
    require_seldom(job)
    if progress.export.state == "failed":
        return _failed(progress, request)
    if progress.finished or (progress.export.asked.partial and page <= pages(progress)):
        whole = manifest(progress, request.base, page)
        if page > max(1, pages(progress)):
            raise wrong("page", messages.VALUE, code="not-found")
        headers = _expires(progress) if progress.finished else _under_way(progress)
        return Response(200 if progress.finished else 202, encode(whole), headers, JSON)
    return Response(202, headers=_under_way(progress))


async def cancel(services: Services, request: Request) -> Response:
    job = job_of(request)
    await services.exports.cancel(request.context, job)
    return Response(202, encode(operation_outcome((), request.language)))


def _under_way(progress: Progress) -> tuple[Header, ...]:
    first, last = RETRY_SECONDS
    retry = last if progress.files else first
    said = f"{progress.done} resources in {len(progress.files)} parts"
    return ((b"x-progress", said.encode()), (b"retry-after", str(retry).encode()))


def _expires(progress: Progress) -> tuple[Header, ...]:
    expires = progress.export.expires
    return ((b"expires", http_date(expires)),) if expires else ()


def _failed(progress: Progress, request: Request) -> Response:
    rule = progress.export.rule
    issue = Issue(code="exception", rule=rule, phrase=messages.FAILED, details={"rule": rule})
    outcome = encode(operation_outcome([issue], request.language))
    return Response(500, outcome, _expires(progress))


def require_seldom(job: UUID) -> None:
    """Refused TOO_MANY when one asks much more often than `Retry-After` says."""
    now = monotonic()
    since, count = _polls.pop(job, (now, 0))
    if now - since > EXPORT_POLL_SECONDS:
        since, count = now, 0
    _polls[job] = since, count + 1
    while len(_polls) > 2 * MAX_EXPORTS:
        del _polls[next(iter(_polls))]
    if count >= EXPORT_POLLS:
        raise refuse(
            Category.TOO_MANY, "export.polls", messages.POLLS, code="throttled",
            seconds=str(EXPORT_POLL_SECONDS),
        )  # fmt: skip


# --- its files ------------------------------------------------------------------------------
async def file(services: Services, request: Request) -> Response | Streamed:
    """NDJSON: compressed for who accepts it; else a range for who asks for one."""
    job, number = job_of(request), number_of(request, "part", 0)
    export, found = await services.exports.file(request.context, job, number)
    if found.type != ERROR_TYPE:
        request.require("read", type_=found.type)
    if request.method == "HEAD":
        return Response(200, headers=(NDJSON, (b"accept-ranges", b"bytes")))
    await services.exports.given(request.context, export, found)
    if "gzip" in request.header(b"accept-encoding"):
        packed = _compressed(services.exports.content(export, found))
        headers: tuple[Header, ...] = ((b"content-encoding", b"gzip"), VARY)
        return await _streamed(200, packed, headers)
    asked = _range(request, found.size)
    start, end = asked or (0, found.size)
    headers = (VARY, (b"accept-ranges", b"bytes"), (b"content-length", str(end - start).encode()))
    if asked:
        headers += ((b"content-range", f"bytes {start}-{end - 1}/{found.size}".encode()),)
    content = _cut(services.exports.content(export, found, start), end - start)
    return await _streamed(206 if asked else 200, content, headers)


VARY: Final = (b"vary", b"accept-encoding")


async def _streamed(status: int, content: Iterator[bytes], headers: tuple[Header, ...]) -> Streamed:
    chunks = _chunks(content)
    return Streamed(status, await anext(chunks, b""), chunks, NDJSON, headers)


async def _chunks(content: Iterator[bytes]) -> AsyncGenerator[bytes]:
    """Opened in threads: other requests go on meanwhile."""
    while (chunk := await asyncio.to_thread(next, content, None)) is not None:
        yield chunk


def _compressed(content: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(GZIP_LEVEL, wbits=GZIP_WINDOW)
    for chunk in content:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


def _cut(content: Iterator[bytes], length: int) -> Iterator[bytes]:
    for chunk in content:
        if length <= 0:
            return
        yield chunk[:length]
        length -= len(chunk)


def _range(request: Request, size: int) -> tuple[int, int] | None:
    """First byte and the one behind the last; several ranges, or other units, are not heeded
    (RFC 9110 §14.2)."""
    found = _RANGE.fullmatch(request.header(b"range"))
    if found is None:
        return None
    start = int(found[1])
    end = min(size, int(found[2]) + 1 if found[2] else size)
    if start >= end:
        raise wrong("Range", messages.RANGE)
    return start, end


# --- which ----------------------------------------------------------------------------------
def job_of(request: Request) -> UUID:
    """Raises `Refused`."""
    value = dict(request.parameters).get("_jobId", "")
    try:
        return UUID(value)
    except ValueError:
        raise wrong("_jobId", messages.VALUE) from None


def number_of(request: Request, name: str, default: int) -> int:
    value = dict(request.parameters).get(name, str(default))
    if value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    raise wrong(name, messages.VALUE)
