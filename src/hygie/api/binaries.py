"""Contents of Binary resources as themselves: a PDF comes in, and goes out, as a PDF (R4 §2.38.3).

What is read is a resource like any other until it leaves; what is written becomes one as it comes.
A content is never shown by a browser as a page of this server: it is an attachment.
"""

import re
from base64 import b64decode, b64encode
from typing import Any, Final

import msgspec

from hygie.api import body
from hygie.api.headers import FHIR_JSON, FHIR_XML, RESOURCE_TYPES, media_type
from hygie.api.request import Request
from hygie.api.response import Header, Response
from hygie.fhir.codec import Resource, decode
from hygie.limits import MAX_RESOURCE_BYTES

BINARY: Final = "Binary"
FHIR_TYPES: Final = (FHIR_JSON, FHIR_XML)
MAX_CONTENT_BYTES: Final = MAX_RESOURCE_BYTES // 4 * 3 - 4_096
"""Base64 makes four bytes of three; what else a Binary has takes some hundreds."""
MEDIA_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+\-]+/[A-Za-z0-9!#$&^_.+\-]+(?:; ?[ -~]+)?")
UNKNOWN: Final = "application/octet-stream"
ATTACHMENT: Final = (b"content-disposition", b"attachment")
SHOWN: Final = 64
READS: Final = ("GET", "HEAD")
OF_VERSIONS: Final = (2, 4)
"""Parts of the path of a resource, and of one of its versions."""


def wants_content(request: Request) -> bool:
    """Whether a content is asked for as itself: R4 gives it so unless a type of FHIR is named."""
    if not request.segments or request.segments[0] != BINARY or request.method not in READS:
        return False
    if len(request.segments) not in OF_VERSIONS or "_format" in request.query:
        return False
    if request.segments[1][0] in "_$" or request.segments[-1][0] in "_$":
        return False
    accepted = request.header(b"accept").split(",")
    return not any(media_type(item)[0] in FHIR_TYPES for item in accepted)


def content_of(response: Response) -> Response:
    """What a Binary holds, in its own type."""
    binary = decode(response.body, limit=len(response.body))
    given = binary.get("contentType", "")
    shown = given if MEDIA_TYPE.fullmatch(given) else UNKNOWN
    headers = (*response.headers, ATTACHMENT, *_security(binary))
    data = b64decode(binary.get("data", ""))
    media = (b"content-type", shown.encode())
    return msgspec.structs.replace(response, body=data, headers=headers, media=media)


def _security(binary: Resource) -> tuple[Header, ...]:
    reference = binary.get("securityContext", {}).get("reference", "")
    plain = reference.isascii() and reference.isprintable()
    return ((b"x-security-context", reference.encode()),) if reference and plain else ()


async def written(request: Request, id_: str = "") -> Resource:
    """What is to be written: the resource in the body, or a Binary of what is no resource.
    `id_`: of a Binary that has none. Raises `Refused`."""
    given = request.header(b"content-type")
    if request.type != BINARY or media_type(given)[0] in RESOURCE_TYPES or not given:
        return await body.resource(request)
    data = await body.whatever(request, given[:SHOWN], MAX_CONTENT_BYTES)
    binary: dict[str, Any] = {"resourceType": BINARY, "contentType": given}
    if id_:
        binary["id"] = id_
    if context := request.header(b"x-security-context"):
        binary["securityContext"] = {"reference": context}
    if data:
        binary["data"] = b64encode(data).decode()
    return binary
