"""/patients/{id}/documents: the list, one document as text, and its bytes."""

import binascii
from base64 import b64decode

import msgspec
from starlette.responses import Response

from hygie.web.desk import Desk, Visit
from hygie.web.errors import not_found
from hygie.web.messages import NO_SUCH_DOCUMENT
from hygie.web.pages.record.frame import MANY, open_record, records_of
from hygie.web.present.cda import Narrative, read_cda
from hygie.web.present.documents import Attachment, DocumentView, read_document, read_documents
from hygie.web.present.read import text
from hygie.web.records import Found, Records, check_id, of_patient
from hygie.web.rendering import render

PDF = "application/pdf"
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; sandbox"
"""A document runs nothing and reaches nothing; PDF viewers style their own toolbar."""


class Content(msgspec.Struct, frozen=True):
    raw: bytes = b""
    media_type: str = ""
    narrative: Narrative | None = None
    plain: str = ""


async def show(desk: Desk, visit: Visit) -> Response:
    patient = visit.request.path_params["patient"]
    newest = (("_sort", "-date"), ("_count", MANY))
    frame, (found,) = await open_record(
        desk, visit, "/documents", ("DocumentReference", of_patient(patient, *newest))
    )
    documents = read_documents(found.resources, desk.zone)
    return render(
        desk, visit, "record/documents.html", frame=frame, documents=documents, more=found.more
    )


async def show_document(desk: Desk, visit: Visit) -> Response:
    patient, one = visit.request.path_params["patient"], visit.request.path_params["document"]
    frame, (found,) = await open_record(
        desk, visit, "/documents",
        ("DocumentReference", of_patient(patient, ("_id", check_id(one)))),
    )  # fmt: skip
    document = _only(desk, found)
    content = await _content(records_of(desk, visit), document.attachment)
    return render(
        desk, visit, "record/document.html", frame=frame, document=document, content=content
    )


async def send(desk: Desk, visit: Visit) -> Response:
    """The bytes: a PDF to be looked at, anything else to be saved. Never HTML, never active."""
    patient, one = visit.request.path_params["patient"], visit.request.path_params["document"]
    records = records_of(desk, visit)
    found = await records.find("DocumentReference", of_patient(patient, ("_id", check_id(one))))
    content = await _content(records, _only(desk, found).attachment)
    if not content.raw:
        raise not_found(NO_SUCH_DOCUMENT, "web.no-such-document")
    is_pdf = content.media_type == PDF and content.raw.startswith(b"%PDF-")
    return Response(
        content.raw,
        media_type=PDF if is_pdf else "application/octet-stream",
        headers={
            "content-security-policy": SANDBOX,
            "content-disposition": f"{'inline' if is_pdf else 'attachment'}; filename=document",
        },
    )


def _only(desk: Desk, found: Found) -> DocumentView:
    if not found.resources:
        raise not_found(NO_SUCH_DOCUMENT, "web.no-such-document")
    return read_document(found.resources[0], desk.zone)


async def _content(records: Records, attachment: Attachment) -> Content:
    encoded, media_type = attachment.inline, attachment.media_type
    if attachment.binary:
        binary = await records.read("Binary", attachment.binary)
        encoded = text(binary, "data")
        media_type = text(binary, "contentType").partition(";")[0].strip().lower() or media_type
    try:
        raw = b64decode(encoded)
    except binascii.Error:
        return Content()
    return _understood(raw, media_type, attachment)


def _understood(raw: bytes, media_type: str, attachment: Attachment) -> Content:
    if attachment.form == "text":
        return Content(raw, media_type, plain=raw.decode("utf-8", "replace"))
    narrative = read_cda(raw) if attachment.form == "cda" else None
    if narrative and narrative.enclosed:
        return Content(narrative.enclosed, narrative.enclosed_type, narrative)
    return Content(raw, media_type, narrative)
