"""Attachment: size and hash are those of the data (R4 §2.24.0.11)."""

import base64
import binascii
import hashlib
from typing import Any

from hygie.fhir.validate.datatypes import phrases
from hygie.fhir.validate.report import Place, Report, excerpt


def check_attachment(value: dict[str, Any], place: Place, report: Report) -> None:
    """`size` counts bytes before base64; `hash` is their SHA-1, in base64."""
    text = value.get("data")
    if type(text) is str:
        if "size" in value or "hash" in value:
            _check_data(text, value, place, report)
    elif "url" not in value and "contentType" not in value and "language" not in value:
        phrase = phrases.NO_CONTENT
        report.say("warning", "structure", "attachment.no-content", phrase, place)


def _check_data(text: str, value: dict[str, Any], place: Place, report: Report) -> None:
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):  # reported with the structure
        return
    size, stated = value.get("size"), value.get("hash")
    if type(size) is int and size != len(data):
        details = {"stated": excerpt(size), "found": str(len(data))}
        report.add("structure", "attachment.size", phrases.SIZE, place, **details)
    if type(stated) is str:
        found = base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
        if "".join(stated.split()) != found:
            details = {"stated": excerpt(stated), "found": found}
            report.add("structure", "attachment.hash", phrases.HASH, place, **details)
