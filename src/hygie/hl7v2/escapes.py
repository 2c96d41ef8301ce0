"""Escape sequences of HL7 v2.5 §2.7: what a text may not hold as such, both ways.

`unescape(escape(text)) == text` for every text. A sequence that is unknown or unfinished is kept
as it stands: nothing that was sent is lost.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from io import StringIO

from hygie.hl7v2.delimiters import Delimiters

_LINE_COMMANDS = (".br", ".sp", ".ce")
_LAYOUT_COMMANDS = ("H", "N", ".fi", ".nf", ".in", ".ti", ".sk")
_LARGE = 100_000
_HEXADECIMAL = re.compile(r"X((?:[0-9A-Fa-f]{2})+)\Z")


def unescape(raw: str, delimiters: Delimiters, encoding: str = "utf-8") -> str:
    """The text that was meant. `encoding` reads the bytes of `\\Xdd..\\`."""
    if delimiters.escape not in raw:
        return raw
    meanings = _meanings(delimiters)

    def meaning(match: re.Match[str]) -> str:
        body = match.group(1)
        known = meanings.get(body)
        return known if known is not None else _other(body, match.group(0), encoding)

    sequence = _sequence(delimiters.escape)
    return _substituted(sequence, meaning, raw) if len(raw) > _LARGE else sequence.sub(meaning, raw)


def _substituted(
    sequence: re.Pattern[str], meaning: Callable[[re.Match[str]], str], raw: str
) -> str:
    """As `sub`, but written on the way: `sub` gathers the pieces first, at 60 bytes for each."""
    whole, end = StringIO(), 0
    for match in sequence.finditer(raw):
        whole.write(raw[end : match.start()])
        whole.write(meaning(match))
        end = match.end()
    whole.write(raw[end:])
    return whole.getvalue()


def escape(text: str, delimiters: Delimiters) -> str:
    """The text as it may stand in a field; line breaks become `\\.br\\`."""
    return text.translate(_replacements(delimiters))


@lru_cache(maxsize=64)
def _sequence(mark: str) -> re.Pattern[str]:
    quoted = re.escape(mark)
    return re.compile(f"{quoted}([^{quoted}]{{1,200}}){quoted}")


@lru_cache(maxsize=64)
def _meanings(delimiters: Delimiters) -> dict[str, str]:
    return {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repetition,
        "E": delimiters.escape,
        **({"P": delimiters.truncation} if delimiters.truncation else {}),
    }


@lru_cache(maxsize=64)
def _replacements(delimiters: Delimiters) -> dict[int, str]:
    mark = delimiters.escape
    table = {ord(value): f"{mark}{key}{mark}" for key, value in _meanings(delimiters).items()}
    controls = {code: f"{mark}X{code:02X}{mark}" for code in range(0x20) if chr(code) != "\t"}
    return controls | {ord("\n"): f"{mark}.br{mark}"} | table


def _other(body: str, whole: str, encoding: str) -> str:
    if body.startswith(_LINE_COMMANDS):
        return "\n" * _count(body)
    if body.startswith(_LAYOUT_COMMANDS):
        return ""
    hexadecimal = _HEXADECIMAL.match(body)
    if hexadecimal is None:
        return whole
    try:
        return bytes.fromhex(hexadecimal.group(1)).decode(encoding)
    except UnicodeDecodeError:
        return whole


def _count(command: str) -> int:
    """`.sp3` skips three lines; at most ten: a short command
    must not make a long text."""
    digits = command[3:]
    return min(int(digits), 10) if digits.isascii() and digits.isdigit() else 1
