"""The narrative of a CDA R2 document as plain text blocks: nothing of it stays active.

Only text is taken out; no markup, link, style or script of the document reaches a page.
"""

import binascii
from base64 import b64decode
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import msgspec

from hygie.web.present.safe_xml import parse_xml

NAMESPACE = "{urn:hl7-org:v3}"
MAX_BLOCKS = 2_000
_BLOCKS = ("paragraph", "item", "caption", "br")


class Block(msgspec.Struct, frozen=True):
    """A paragraph, or a table (`rows` not empty)."""

    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


class Section(msgspec.Struct, frozen=True):
    title: str
    blocks: tuple[Block, ...]


class Narrative(msgspec.Struct, frozen=True):
    title: str
    sections: tuple[Section, ...] = ()
    enclosed: bytes = b""
    """Bytes of an unstructured body (`nonXMLBody`), and their type."""
    enclosed_type: str = ""


def read_cda(raw: bytes) -> Narrative | None:
    """The document's narrative; None when it is no CDA that can be read safely."""
    root = parse_xml(raw)
    if root is None or root.tag != f"{NAMESPACE}ClinicalDocument":
        return None
    sections = tuple(_section(node) for node in root.iter(f"{NAMESPACE}section"))
    enclosed, media_type = _enclosed(root)
    return Narrative(_text(root.find(f"{NAMESPACE}title")), sections, enclosed, media_type)


def _section(node: ET.Element) -> Section:
    body = node.find(f"{NAMESPACE}text")
    blocks = tuple(_blocks(body))[:MAX_BLOCKS] if body is not None else ()
    return Section(_text(node.find(f"{NAMESPACE}title")), blocks)


def _enclosed(root: ET.Element) -> tuple[bytes, str]:
    node = root.find(f"{NAMESPACE}component/{NAMESPACE}nonXMLBody/{NAMESPACE}text")
    if node is None:
        return b"", ""
    try:
        return b64decode(node.text or "", validate=False), node.get("mediaType", "")
    except binascii.Error:
        return b"", ""


def _text(node: ET.Element | None) -> str:
    return " ".join("".join(node.itertext()).split()) if node is not None else ""


def _blocks(node: ET.Element) -> Iterator[Block]:
    """Paragraphs and tables in document order; loose text between them is kept."""
    pending: list[str] = [node.text or ""]
    for part in node:
        name = part.tag.removeprefix(NAMESPACE)
        if name in _BLOCKS or name in ("table", "list"):
            yield from _flush(pending)
            yield from _block(part, name)
        else:
            pending.append("".join(part.itertext()))
        pending.append(part.tail or "")
    yield from _flush(pending)


def _flush(pending: list[str]) -> Iterator[Block]:
    said = " ".join("".join(pending).split())
    pending.clear()
    if said:
        yield Block(said)


def _block(node: ET.Element, name: str) -> Iterator[Block]:
    if name == "table":
        rows = (_row(row) for row in node.iter(f"{NAMESPACE}tr"))
        yield Block(rows=tuple(row for row in rows if any(row)))
    elif name == "list":
        for item in node:
            if said := _text(item):
                yield Block(f"– {said}" if item.tag.endswith("item") else said)
    else:
        yield from _blocks(node)


def _row(row: ET.Element) -> tuple[str, ...]:
    return tuple(_text(cell) for cell in row)
