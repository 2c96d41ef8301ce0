"""Cards (CDS Hooks 2.0, "CDS Service Response"): what decision support tells a reader."""

import re
from typing import Final, Literal

import msgspec

from hygie.limits.hooks import MAX_SUMMARY_CHARACTERS

Indicator = Literal["info", "warning", "critical"]
MARKED: Final = re.compile(r"([\\`*_{}\[\]<>()#|~&!+\-])")
"""What would be more than text in Markdown (GFM), inside a line."""


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    label: str
    url: str = ""


class Link(msgspec.Struct, frozen=True, omit_defaults=True):
    label: str
    url: str
    type: Literal["absolute", "smart"]


class Card(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`summary` is plain text, at most `MAX_SUMMARY_CHARACTERS`; `detail` is Markdown."""

    summary: str
    indicator: Indicator
    source: Source
    uuid: str = ""
    detail: str = ""
    links: tuple[Link, ...] = ()


def summed_up(text: str) -> str:
    """`text` on one line, cut at a word when it is longer than a summary may be."""
    line = " ".join(text.split())
    if len(line) <= MAX_SUMMARY_CHARACTERS:
        return line
    whole, _, _ = line[:MAX_SUMMARY_CHARACTERS].rpartition(" ")
    return f"{whole or line[: MAX_SUMMARY_CHARACTERS - 1]}…"


def plain(text: str) -> str:
    """`text` of a record on one line of Markdown, as it stands: it makes no link, image or tag."""
    line = MARKED.sub(r"\\\1", " ".join(text.split()))
    return line.replace("://", "\\://").replace("www.", "www\\.")
