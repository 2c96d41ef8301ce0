"""From a message as it was made to how it leaves by a route: adapted, with its header. Pure.

Deterministic: sent again after a crash, it is the same to the byte, and the other side knows it.
"""

from collections.abc import Callable
from typing import Final

from hygie.exchange.routes import phrases
from hygie.exchange.routes.declaration import Header, Route
from hygie.hl7v2.charsets import encoding_of
from hygie.hl7v2.escapes import escape
from hygie.hl7v2.message import Message, Segment
from hygie.hl7v2.parse import parse, serialise
from hygie.refusal import Category, refuse

Adapt = Callable[[str, Message], Message]
"""A message changed by the set of adaptations of that name. Raises `Refused`."""
_TEXTS: Final = {
    3: "application", 4: "facility", 5: "receiving_application", 6: "receiving_facility",
    11: "processing",
}  # fmt: skip


def rewritten(content: bytes, route: Route, adapt: Adapt) -> bytes:
    """As it leaves; the same bytes when the route asks nothing. Raises `Refused`: it cannot be
    read, adapted, or written in the route's character set."""
    if not route.adaptations and route.header == Header():
        return content
    message = parse(content)
    if route.adaptations:
        message = adapt(route.adaptations, message)
    message = _headed(message, route.header)
    return _encoded(serialise(message), route.header.charset, message)


def _headed(message: Message, header: Header) -> Message:
    first = message.header
    fields = [*first.fields, *[""] * (19 - len(first.fields))]
    delimiters = message.dialect.delimiters
    for number, name in _TEXTS.items():
        if value := getattr(header, name):
            fields[number] = escape(value, delimiters)
    if header.version:
        _, mark, rest = fields[12].partition(delimiters.component)
        fields[12] = header.version + mark + rest
    if header.charset:
        fields[18] = header.charset
    while len(fields) > len(first.fields) and not fields[-1]:
        fields.pop()
    segment = Segment(first.name, tuple(fields), first.where, first.dialect)
    return Message((segment, *message.segments[1:]), message.dialect, message.warnings)


def _encoded(text: str, charset: str, message: Message) -> bytes:
    encoding = encoding_of(charset) if charset else message.dialect.encoding
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as failure:
        place = str(text.count("\r", 0, failure.start) + 1)
        raise refuse(
            Category.UNPROCESSABLE, "route.charset", phrases.CHARSET, code="not-supported",
            location=f"line {place}", charset=charset or encoding,
        ) from None  # fmt: skip
