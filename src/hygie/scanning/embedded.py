"""The files that a resource carries: Binary, attachments, wherever they stand. Pure."""

from binascii import Error, a2b_base64
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

SAMPLED: Final = "origin"
"""Beside `data`, it is SampledData: numbers, not a file."""


class File(NamedTuple):
    place: str
    """Where in the resource: "content[0].attachment.data"."""
    content: bytes


def embedded(resource: Any) -> Iterator[File]:
    """Each, decoded as leniently as the most lenient of readers would."""
    waiting: list[tuple[str, Any]] = [("", resource)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(f"{place}[{index}]", one) for index, one in enumerate(value)]
        elif isinstance(value, dict):
            for name, one in value.items():
                inner = f"{place}.{name}" if place else name
                if isinstance(one, (dict, list)):
                    waiting.append((inner, one))
                elif name == "data" and isinstance(one, str) and SAMPLED not in value:
                    yield File(inner, _decoded(one))


def _decoded(text: str) -> bytes:
    try:
        return a2b_base64(text.encode("ascii", "ignore"))
    except Error:
        return text.encode("utf-8", "replace")
