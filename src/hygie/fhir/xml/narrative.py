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

    An element without content is one tag. `outer` are the namespaces declared above: prefix (""
    for none) -> URI.
    """
    first, name = TAG.match(raw, start), TAG_NAME.match(raw, start)
    if first is None or name is None:
        raise ValueError("expat named a tag")
    last = first if first[0].endswith(b"/>") else TAG.match(raw, end)
    if last is None:
        raise ValueError("expat named an end tag")
    text = raw[start : last.end()]
    missing = _missing(text, first[0], outer)
    return (name[0] + missing + text[len(name[0]) :]).decode()


def _missing(text: bytes, tag: bytes, outer: Mapping[str, str]) -> bytes:
    """The declarations that the text needs and does not make in its first tag."""
    declarations = ""
    for prefix, uri in outer.items():
        attribute = f"xmlns:{prefix}" if prefix else "xmlns"
        needed = f"{prefix}:".encode() in text if prefix else uri == XHTML
        if needed and not re.search(rb"\s" + re.escape(attribute.encode()) + rb"\s*=", tag):
            declarations += f" {attribute}={quoteattr(uri)}"
    return declarations.encode()
