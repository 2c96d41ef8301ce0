"""A FHIR resource as it came, in JSON or in XML. Pure."""

import re
from typing import Final

import msgspec

from hygie.fhir.codec import Resource, decode
from hygie.fhir.definitions import r4
from hygie.fhir.xml import read_xml
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.refusal import Category, Refusal, Refused, has_errors

BLANK: Final = b"\xef\xbb\xbf \t\r\n\x0b"
NEAR: Final = 8_192
_ROOT: Final = re.compile(
    rb"""<(?:[\w.\-]+:)?[A-Z]\w*\s[^<>]*?xmlns(?::[\w.\-]+)?\s*=\s*["']http://hl7\.org/fhir["']"""
)
_PLAIN: Final = re.compile(
    rb"""(?:<\?xml[^<>]*\?>\s*)?<([A-Z]\w*) xmlns=["']http://hl7\.org/fhir["']\s*>\s*"""
    rb"""(?:<id value=["']([A-Za-z0-9\-.]{1,64})["']\s*/>)?"""
)
"""A document as nearly all are: its root, and its id, which comes first."""


class Head(msgspec.Struct, frozen=True):
    """Type and id of a resource."""

    resourceType: str  # noqa: N815 - FHIR's name
    id: str = ""


_HEAD: Final = msgspec.json.Decoder(Head)


def looks_like_fhir_xml(raw: bytes) -> bool:
    """By the namespace of its root element, near the beginning."""
    return _ROOT.search(raw, 0, NEAR) is not None


def read_resource(raw: bytes) -> Resource:
    """The resource. Raises `Refused`, for XML with all that is wrong with it."""
    content = raw.strip(BLANK)
    if not content.startswith(b"<"):
        return decode(content, limit=MAX_BUNDLE_BYTES)
    resource, issues = read_xml(content, r4(), limit=MAX_BUNDLE_BYTES)
    if resource is None or has_errors(issues):
        raise Refused(Refusal(Category.UNPROCESSABLE, tuple(issues)))
    return resource


def read_head(raw: bytes) -> Head | None:
    """None where it cannot be read, or, in XML, not at a glance."""
    if raw.lstrip(BLANK).startswith(b"<"):
        found = _PLAIN.match(raw.lstrip(BLANK))
        return Head(found[1].decode(), (found[2] or b"").decode()) if found else None
    try:
        return _HEAD.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
