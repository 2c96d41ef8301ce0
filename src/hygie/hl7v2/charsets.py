"""Bytes to text, by the character set that MSH-18 declares (HL7 table 0211).

Undeclared: UTF-8 if the bytes are UTF-8, else 8859/1 with a warning that stays with the message.
Declared 8859 and yet UTF-8 from end to end, accents included: read as UTF-8, with a warning. No
text that people write in 8859 happens to be UTF-8.
"""

import re

import msgspec

from hygie.hl7v2 import phrases
from hygie.limits.gateway import MAX_HEADER_BYTES
from hygie.refusal import Category, Issue, Phrase, refuse

_ENCODINGS = {
    "ASCII": "ascii",
    "UNICODE UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
    **{f"8859/{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
}
CHARACTER_SETS = frozenset(_ENCODINGS)
"""Names of table 0211 that are read."""

_LINE = re.compile(rb"[^\r\n]{0,%d}" % MAX_HEADER_BYTES)


def encoding_of(character_set: str) -> str:
    """Python's name of one of `CHARACTER_SETS`."""
    return _ENCODINGS[character_set]


class Decoded(msgspec.Struct, frozen=True):
    text: str
    encoding: str
    """Python's name of the character set: what `\\Xdd\\` escapes are read with."""
    warnings: tuple[Issue, ...] = ()


def decode(raw: bytes, charset: str = "") -> Decoded:
    """The text of a message that starts with MSH; refuses what its character set cannot hold.
    `charset`, one of `CHARACTER_SETS`, in place of what the message declares."""
    declared = charset or _declared(raw)
    if declared.startswith("8859") and not charset and (found := _utf8_all_the_same(raw)):
        return found
    if declared:
        return _as_declared(raw, declared)
    try:
        return Decoded(raw.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return Decoded(raw.decode("latin-1"), "iso8859-1", (_guessed(),))


def _declared(raw: bytes) -> str:
    """First repetition of MSH-18, upper case, or empty. Delimiters may be any characters."""
    first = _LINE.match(raw)  # the rest may be large: it is not copied
    line = first.group() if first else b""
    try:
        header = line.decode("utf-8")
    except UnicodeDecodeError:
        header = line.decode("latin-1")
    fields = header.split(header[3]) if len(header) > 3 else []
    if len(fields) < 18:
        return ""
    repetition = fields[1][1:2] or "~"
    return fields[17].split(repetition)[0].strip().upper()


def _as_declared(raw: bytes, declared: str) -> Decoded:
    encoding = _ENCODINGS.get(declared)
    if encoding is None:
        raise refuse(
            Category.INVALID,
            "hl7.character-set",
            phrases.UNKNOWN_CHARACTER_SET,
            code="not-supported",
            location="MSH-18",
            found=declared[:40],
        )
    try:
        return Decoded(raw.decode(encoding), encoding)
    except UnicodeDecodeError as problem:
        raise refuse(
            Category.INVALID,
            "hl7.characters",
            phrases.WRONG_CHARACTERS,
            code="structure",
            location="MSH-18",
            declared=declared,
            position=str(problem.start + 1),
        ) from None


def _utf8_all_the_same(raw: bytes) -> Decoded | None:
    if raw.isascii():
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return Decoded(text, "utf-8", (_warning("hl7.characters-false", phrases.FALSE_CHARACTERS),))


def _guessed() -> Issue:
    return _warning("hl7.characters-guessed", phrases.GUESSED_CHARACTERS)


def _warning(rule: str, phrase: Phrase) -> Issue:
    return Issue(severity="warning", code="structure", rule=rule, phrase=phrase, location="MSH-18")
