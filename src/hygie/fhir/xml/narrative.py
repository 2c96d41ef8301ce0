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


def cut(raw: bytes, start: int, end: int, outer: Mapping[str, str]) -> str:
    """From the first byte of a start tag to the end of the tag that starts at `end`.

    `outer` are the namespaces declared above: prefix ("" for none) -> URI.
    """
    last = TAG.match(raw, end)
    name = TAG_NAME.match(raw, start)
    if last is None or name is None:
        raise ValueError("expat named two tags")
    text = raw[name.end() : last.end()]
    return (name[0] + _missing(name[0] + text, outer) + text).decode()


def _missing(text: bytes, outer: Mapping[str, str]) -> bytes:
    """The declarations that the text needs and does not make in its first tag."""
    first = TAG.match(text)
    tag = first[0] if first else b""
    declarations = ""
    for prefix, uri in outer.items():
        attribute = f"xmlns:{prefix}" if prefix else "xmlns"
        needed = f"{prefix}:".encode() in text if prefix else uri == XHTML
        if needed and not re.search(rb"\s" + re.escape(attribute.encode()) + rb"\s*=", tag):
            declarations += f" {attribute}={quoteattr(uri)}"
    return declarations.encode()
