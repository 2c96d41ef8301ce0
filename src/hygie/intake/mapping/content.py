"""OBX-5 of type ED: the document's bytes, exactly, and what kind of document they are.

ED (HL7 v2.5 §2.A.24): source ^ type ^ subtype ^ encoding ^ data.
"""

import base64
import binascii

import msgspec

from hygie.hl7v2.message import Field, Segment
from hygie.intake.mapping import phrases
from hygie.limits import MAX_RESOURCE_BYTES
from hygie.refusal import Category, refuse

MAX_DOCUMENT_BYTES = MAX_RESOURCE_BYTES // 4 * 3 - 4096
"""What fits in one Binary once written in Base64."""
_WHOLE_TYPES = {
    "PDF": "application/pdf",
    "XML": "text/xml",
    "HTML": "text/html",
    "RTF": "application/rtf",
    "JPEG": "image/jpeg",
    "JPG": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "DICOM": "application/dicom",
}
_FAMILIES = ("text", "application", "image", "audio", "video")


class Content(msgspec.Struct, frozen=True):
    data: bytes
    content_type: str

    @property
    def is_xml(self) -> bool:
        return self.content_type == "text/xml"


def read_content(obx: Segment) -> Content:
    """The document of an OBX; refuses Base64 that is not whole, and what is too large."""
    field = obx.field(5)
    data = _data(field)
    if len(data) > MAX_DOCUMENT_BYTES:
        raise refuse(
            Category.TOO_LARGE, "document.size", phrases.DOCUMENT_TOO_LARGE, code="too-long",
            location=field.place(5), size=str(len(data)), limit=str(MAX_DOCUMENT_BYTES),
        )  # fmt: skip
    return Content(data, _content_type(field, data))


def _data(field: Field) -> bytes:
    encoding = field.text(4).strip().lower()
    if encoding not in ("base64", "b64"):
        return field.text(5).encode()
    text = field.text(5)
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise refuse(
            Category.INVALID, "document.base64", phrases.NOT_BASE64, code="value",
            location=field.place(5),
        ) from None  # fmt: skip


def _content_type(field: Field, data: bytes) -> str:
    """What the bytes show, else what is declared: type and subtype, or a whole media type."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    family, kind = field.text(2).strip().lower(), field.text(3).strip()
    if kind.upper() in _WHOLE_TYPES:
        return _WHOLE_TYPES[kind.upper()]
    if "/" in kind:
        return kind.lower()
    if family in _FAMILIES and kind:
        return f"{family}/{kind.lower()}"
    return "text/plain" if family == "text" else "application/octet-stream"
