"""Request bodies, never larger in memory than their limit."""

import asyncio
from functools import partial
from typing import Final

import msgspec

from hygie.api import messages
from hygie.api.headers import FHIR_JSON, FHIR_XML, JSON_TYPES, RESOURCE_TYPES, is_content
from hygie.api.request import Request
from hygie.fhir.codec import decode
from hygie.fhir.definitions import r4
from hygie.fhir.xml import read_xml
from hygie.limits import MAX_BUNDLE_BYTES, MAX_FORM_BYTES, MAX_RESOURCE_BYTES
from hygie.refusal import Category, Issue, Refusal, Refused, refuse
from hygie.store.contract import Resource
from hygie.store.interactions.addresses import pairs

FORM: Final = frozenset({"application/x-www-form-urlencoded"})
MAX_BYTES_AT_ONCE: Final = 64 * 1024
"""What is converted while nobody else is served: some milliseconds."""
JSON_PATCH: Final = frozenset({"application/json-patch+json"})


class DisconnectedError(Exception):
    """The one who asked left before the whole body was here, or the answer: there is nobody to
    answer."""


def is_sent(request: Request) -> bool:
    """Whether there is a body to read."""
    return bool(request.header(b"content-type")) or request.header(b"content-length") not in (
        "", "0",
    )  # fmt: skip


async def resource(request: Request, *, limit: int = MAX_RESOURCE_BYTES) -> Resource:
    """The resource in the body, in JSON or in XML. Raises `Refused`."""
    found, issues = await resource_and_issues(request, limit=limit)
    if issues:
        raise Refused(Refusal(Category.UNPROCESSABLE, tuple(map(_as_error, issues))))
    return found


async def resource_and_issues(
    request: Request, *, limit: int = MAX_RESOURCE_BYTES
) -> tuple[Resource, list[Issue]]:
    """The same, with what is wrong in XML that can be read all the same. Raises `Refused`."""
    raw = await content(request, RESOURCE_TYPES, f"{FHIR_JSON}, {FHIR_XML}", limit)
    if is_content(request.header(b"content-type"), JSON_TYPES):
        return decode(raw, limit=limit), []
    # Some megabytes of XML take a second: others are served meanwhile.
    aside = len(raw) > MAX_BYTES_AT_ONCE
    read = partial(read_xml, raw, r4(), limit=limit)
    found, issues = await asyncio.to_thread(read) if aside else read()
    if found is None:
        raise Refused(Refusal(Category.INVALID, tuple(issues)))
    return found, issues


def _as_error(issue: Issue) -> Issue:
    """Files in other encodings are read and said to be; FHIR is exchanged in UTF-8 alone."""
    if issue.severity in ("error", "fatal"):
        return issue
    return msgspec.structs.replace(issue, severity="error")


async def bundle(request: Request) -> Resource:
    return await resource(request, limit=MAX_BUNDLE_BYTES)


async def patch(request: Request) -> bytes:
    """The operations of a JSON Patch, not decoded yet."""
    return await content(request, JSON_PATCH, "application/json-patch+json", MAX_RESOURCE_BYTES)


async def form(request: Request) -> list[tuple[str, str]]:
    """The parameters of a search by POST (R4 §3.1.1.1)."""
    if not request.header(b"content-type") and request.header(b"content-length") in ("", "0"):
        return []
    raw = await content(request, FORM, "application/x-www-form-urlencoded", MAX_FORM_BYTES)
    try:
        return pairs(raw.decode("ascii"))
    except UnicodeDecodeError:
        raise refuse(Category.INVALID, "query.form", messages.BAD_FORM, code="invalid") from None


async def content(request: Request, types: frozenset[str], expected: str, limit: int) -> bytes:
    """The bytes of the body, when it says that it is one of these types. Raises `Refused`."""
    if not is_content(request.header(b"content-type"), types):
        raise bad_type(expected)
    return await whatever(request, expected, limit)


async def whatever(request: Request, expected: str, limit: int) -> bytes:
    """The bytes of the body, of whatever type, uncompressed. Raises `Refused`."""
    if request.header(b"content-encoding").lower() not in ("", "identity"):
        raise bad_type(expected)
    length = request.header(b"content-length")
    if length.isdigit() and int(length) > limit:
        raise _too_large(limit)
    return await _received(request, limit)


async def _received(request: Request, limit: int) -> bytes:
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def bad_type(expected: str) -> Refused:
    return refuse(
        Category.MEDIA_TYPE, "request.media-type", messages.MEDIA_TYPE, code="not-supported",
        expected=expected,
    )  # fmt: skip


def _too_large(limit: int) -> Refused:
    return refuse(
        Category.TOO_LARGE,
        "request.size",
        messages.BODY_TOO_LARGE,
        code="too-long",
        limit=str(limit),
    )
