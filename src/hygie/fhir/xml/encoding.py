"""Bytes of any encoding that is read here -> UTF-8.

The encoding is that of the byte order mark, else the declared one, else UTF-8 (XML 1.0 §4.3.3 and
appendix F). A mark and a declaration that disagree are refused: two readers would read two texts.
"""

import codecs
import re
from typing import Final, NamedTuple

from hygie.fhir.xml import phrases
from hygie.fhir.xml.faults import UnreadableError, line_and_column
from hygie.refusal import Phrase

UTF8: Final = "UTF-8"
UTF16: Final = "UTF-16"
READ: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
}
"""Declared name, in lower case -> codec of Python: what French systems write."""
DECLARATION: Final = re.compile(
    r"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([^"'<>]{1,64})["']""", re.ASCII
)
LONGEST_DECLARATION: Final = 1_024
"""Bytes: what may come before the end of a declaration."""


class Encoded(NamedTuple):
    raw: bytes
    """In UTF-8, without a byte order mark."""
    encoding: str
    """What it was in, as it is shown."""
    broken: tuple[str, str] | None = None
    """Line and column of the first byte that the encoding does not have, if there is one: such
    bytes are read as U+FFFD, so that the rest can be checked."""


def to_utf8(raw: bytes) -> Encoded:
    """Raises `UnreadableError` where the encoding is unknown or contradicted."""
    if raw.startswith(codecs.BOM_UTF8):
        raw = raw[len(codecs.BOM_UTF8) :]
        _require(_declared(raw), "utf-8", UTF8)
        return _decoded(raw, "utf-8", UTF8)
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoded = _decoded(raw, "utf-16", UTF16)
        _require(_declared(encoded.raw), "utf-16", UTF16)
        return encoded
    declared = _declared(raw)
    if declared is None:
        return _decoded(raw, "utf-8", UTF8)
    codec = READ.get(declared[1].lower())
    if codec is None:
        raise _at(declared, phrases.UNKNOWN_ENCODING)
    if codec == "utf-16":
        raise _at(declared, phrases.CONTRADICTED_ENCODING, actual=UTF8)
    return _decoded(raw, codec, UTF8 if codec == "utf-8" else declared[1])


def _declared(raw: bytes) -> re.Match[str] | None:
    return DECLARATION.match(raw[:LONGEST_DECLARATION].decode("latin-1"))


def _require(declared: re.Match[str] | None, codec: str, actual: str) -> None:
    if declared and READ.get(declared[1].lower()) != codec:
        raise _at(declared, phrases.CONTRADICTED_ENCODING, actual=actual)


def _at(declared: re.Match[str], phrase: Phrase, **details: str) -> UnreadableError:
    line, column = line_and_column(declared.string[: declared.start(1)])
    return UnreadableError(
        "xml.encoding", phrase, found=declared[1], line=line, column=column, **details
    )


def _decoded(raw: bytes, codec: str, shown: str) -> Encoded:
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as error:
        broken = line_and_column(raw[: error.start].decode(codec, errors="replace"))
        return Encoded(raw.decode(codec, errors="replace").encode(), shown, broken)
    return Encoded(raw if codec == "utf-8" else text.encode(), shown)
