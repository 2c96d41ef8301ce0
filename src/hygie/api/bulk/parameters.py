"""The parameters of a kick-off: from the address or from a Parameters resource, as text."""

from collections.abc import Sequence
from typing import Any, Final

from hygie.api import body
from hygie.api.bulk import messages
from hygie.api.request import Request
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.refusal import Category, Phrase, Refused, refuse

PATIENT: Final = "patient"
Given = Sequence[tuple[str, str]]
FORMAT_NAMES: Final = frozenset({"_format", "_pretty"})


def require_async(request: Request) -> None:
    """Refused INVALID unless the answer may come later (RFC 7240, `respond-async`)."""
    wishes = request.header(b"prefer").replace(";", ",").split(",")
    if "respond-async" not in [wish.strip() for wish in wishes]:
        raise refuse(Category.INVALID, "export.async", messages.ASYNC, code="required")


async def given(request: Request) -> Given:
    """Name and value of each, in order. Raises `Refused`.

    Patients are named in the body only: addresses are noted on their way.
    """
    found = [(n, v) for n, v in request.parameters if n not in FORMAT_NAMES]
    for name, _ in found:
        if name == PATIENT:
            raise wrong(name, messages.IN_BODY)
    if request.method == "POST":
        found += await _in_body(request)
    return found


async def _in_body(request: Request) -> Given:
    if request.header(b"content-length") == "0" or not request.header(b"content-type"):
        return []
    resource = await body.resource(request, limit=MAX_BUNDLE_BYTES)
    parts = resource.get("parameter", [])
    if resource["resourceType"] != "Parameters" or not isinstance(parts, list):
        raise wrong("parameter", messages.VALUE)
    return [_part(part) for part in parts]


def _part(part: Any) -> tuple[str, str]:
    if not isinstance(part, dict) or not isinstance(part.get("name"), str):
        raise wrong("parameter", messages.VALUE)
    values = [value for key, value in part.items() if key.startswith("value")]
    if len(values) != 1:
        raise wrong(part["name"], messages.VALUE)
    value = values[0]
    if isinstance(value, dict):
        value = value.get("reference")
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, str):
        raise wrong(part["name"], messages.VALUE)
    return part["name"], value


def wrong(name: str, phrase: Phrase, *, code: str = "value", **details: str) -> Refused:
    return refuse(
        Category.INVALID, "export.parameter", phrase, code=code, location=name[:64],
        name=name[:64], **details,
    )  # fmt: skip
