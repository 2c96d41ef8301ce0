"""The text of a narrative, as it stands in the document, able to stand alone.

JSON holds the `<div>` as a text with its namespaces declared (R4 §2.6.2.4). What the document
declares further up is written into the tag.
"""

import re
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import quoteattr

from hygie.fhir.xml.shapes import XHTML

TAG_NAME: Final = re.compile(rb"<[^\s/>]+")
TAG: Final = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")


def cut(raw: bytes, start: int, end: int, missing: bytes) -> str:
    """From the first byte of a start tag to the end of the tag that starts at `end`, with what is
    `missing` written into the first."""
    _, name, last = _tags(raw, start, end)
    return (name + missing + raw[start + len(name) : last]).decode()


def missing_declarations(raw: bytes, start: int, end: int, outer: Mapping[str, str]) -> bytes:
    """The declarations that the same text needs and does not make in its first tag.

    `outer` are the namespaces declared above: prefix ("" for none) -> URI.
    """
    tag, _, last = _tags(raw, start, end)
    text = raw[start:last]
    declarations = ""
    for prefix, uri in outer.items():
        attribute = f"xmlns:{prefix}" if prefix else "xmlns"
        needed = f"{prefix}:".encode() in text if prefix else uri == XHTML
        if needed and not re.search(rb"\s" + re.escape(attribute.encode()) + rb"\s*=", tag):
            declarations += f" {attribute}={quoteattr(uri)}"
    return declarations.encode()


def _tags(raw: bytes, start: int, end: int) -> tuple[bytes, bytes, int]:
    """The first tag, its beginning with the name, and where the last one ends. An element without
    content is one tag."""
    first, name = TAG.match(raw, start), TAG_NAME.match(raw, start)
    if first is None or name is None:
        raise ValueError("expat named a tag")
    last = first if first[0].endswith(b"/>") else TAG.match(raw, end)
    if last is None:
        raise ValueError("expat named an end tag")
    return first[0], name[0], last.end()
