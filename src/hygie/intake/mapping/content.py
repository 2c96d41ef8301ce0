"""OBX-5 of type ED: the document's bytes, exactly, and what kind of document they are.

ED (HL7 v2.5 §2.A.24): source ^ type ^ subtype ^ encoding ^ data.
"""

import base64
import binascii

import msgspec

from hygie.hl7v2.message import Field, Segment
from hygie.intake.mapping import phrases
from hygie.limits import MAX_RESOURCE_BYTES
from hygie.refusal import Category, Refused, refuse

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
    unpadded: bool = False
    """True when its Base64 came without the padding that shows where it ends."""

    @property
    def is_xml(self) -> bool:
        return self.content_type == "text/xml"


def read_content(obx: Segment) -> Content:
    """The document of an OBX; refuses Base64 that is not whole, and what is too large."""
    field = obx.field(5)
    data, unpadded = _data(field)
    if len(data) > MAX_DOCUMENT_BYTES:
        raise refuse(
            Category.TOO_LARGE, "document.size", phrases.DOCUMENT_TOO_LARGE, code="too-long",
            location=field.place(5), size=str(len(data)), limit=str(MAX_DOCUMENT_BYTES),
        )  # fmt: skip
    return Content(data, _content_type(field, data), unpadded)


def _data(field: Field) -> tuple[bytes, bool]:
    """The bytes, and whether the Base64 lacked the padding that tells its end."""
    encoding = field.text(4).strip().lower()
    if encoding not in ("base64", "b64"):
        return field.text(5).encode(), False
    text = "".join(field.text(5).split())
    padding = "=" * (-len(text) % 4)
    try:
        data = base64.b64decode(text + padding, validate=True)
    except (binascii.Error, ValueError):
        raise _not_base64(field) from None
    if padding and not _is_whole(text + padding):
        raise _not_base64(field)
    return data, bool(padding)


def _is_whole(text: str) -> bool:
    """True when the last group says whole bytes and nothing more: what was cut elsewhere has bits
    left over (RFC 4648 §3.5)."""
    return base64.b64encode(base64.b64decode(text[-4:])).decode() == text[-4:]


def _not_base64(field: Field) -> Refused:
    return refuse(
        Category.INVALID, "document.base64", phrases.NOT_BASE64, code="value",
        location=field.place(5),
    )  # fmt: skip


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
