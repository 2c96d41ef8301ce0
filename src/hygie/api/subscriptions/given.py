"""The parameters of an operation on subscriptions: from the address, or from a Parameters."""

from collections.abc import Collection
from typing import Any, Final

from hygie.api import body
from hygie.api.request import Request
from hygie.api.subscriptions import messages
from hygie.exchange.subscriptions.asking import CONTENTS
from hygie.exchange.subscriptions.channels import Content
from hygie.fhir.search import HANDLED_ELSEWHERE
from hygie.refusal import Category, Phrase, Refused, refuse

SINCE: Final = "eventsSinceNumber"
UNTIL: Final = "eventsUntilNumber"
CONTENT: Final = "content"
MAX_DIGITS: Final = 18
"""Of the number of an event: what 64 bits hold."""
Given = dict[str, list[str]]


async def given(request: Request, known: Collection[str]) -> Given:
    """Name -> values, in order. Raises `Refused` for any that is not `known`."""
    pairs = [(n, v) for n, v in request.parameters if n not in HANDLED_ELSEWHERE]
    if request.method == "POST" and body.is_sent(request):
        pairs += _in_body(await body.resource(request))
    found: Given = {}
    for name, value in pairs:
        if name not in known:
            raise wrong(name, messages.PARAMETER, known=", ".join(known))
        found.setdefault(name, []).append(value)
    return found


def _in_body(resource: Any) -> list[tuple[str, str]]:
    parts = resource.get("parameter") if resource.get("resourceType") == "Parameters" else None
    found = []
    for part in parts if isinstance(parts, list) else ():
        values = [v for n, v in part.items() if n.startswith("value")] if part else []
        if len(values) == 1 and isinstance(part.get("name"), str):
            found.append((part["name"], str(values[0])))
    return found


def number(asked: Given, name: str) -> int | None:
    """Raises `Refused` for what numbers no event."""
    for text in asked.get(name, ()):
        if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS and int(text)):
            raise wrong(name, messages.NUMBER)
        return int(text)
    return None


def content(asked: Given) -> Content | None:
    for text in asked.get(CONTENT, ()):
        for known in CONTENTS:
            if text == known:
                return known
        raise wrong(CONTENT, messages.CONTENT)
    return None


def wrong(name: str, phrase: Phrase, **details: str) -> Refused:
    return refuse(
        Category.INVALID, "parameter.value", phrase, code="value", location=name[:64],
        name=name[:64], **details,
    )  # fmt: skip
