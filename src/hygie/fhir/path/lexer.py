"""Text of an expression -> tokens, each with its place (FHIRPath N1, appendix B).

Beyond N1, `12L` of version 3 is read; an escape or a date the grammar does not name is refused
rather than read as something else.
"""

import re
from typing import Final, NamedTuple
from typing import Literal as OneOf

from hygie.fhir.path import phrases
from hygie.fhir.path.phrases import wrong
from hygie.limits import MAX_EXPRESSION_CHARACTERS
from hygie.refusal import Refused

Kind = OneOf["identifier", "quoted", "string", "number", "moment", "variable", "symbol", "end"]


class Token(NamedTuple):
    """`text` is what the token means: a string without its quotes, its escapes undone."""

    kind: Kind
    text: str
    position: int


_TOKEN: Final = re.compile(
    r"""
    (?P<blank> [ \t\r\n]+ | //[^\r\n]* | /\*(?:[^*]|\*(?!/))*\*/ )
  | (?P<identifier> [A-Za-z_][A-Za-z0-9_]* )
  | (?P<symbol> <= | >= | != | !~ | /(?!\*) | [=~<>|&+\-*.,()\[\]{}] )
  | (?P<string> '(?:[^'\\]|\\.)*' )
  | (?P<quoted> `(?:[^`\\]|\\.)*` )
  | (?P<number> \d+(?:\.\d+|L\b)? )
  | (?P<variable> \$(?:this|index|total)\b | %[ \t\r\n]*(?P<plain> [A-Za-z_][A-Za-z0-9_]* )
        | %[ \t\r\n]*(?P<named> '(?:[^'\\]|\\.)*' | `(?:[^`\\]|\\.)*` ) )
  | (?P<moment> @(?:T\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?
        | \d{4}(?:-\d{2}(?:-\d{2})?)?
          (?:T(?:\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?) )
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPE: Final = re.compile(
    r"""\\(?:(?P<pair> u[Dd][89ABab][0-9A-Fa-f]{2} \\ u[Dd][C-Fc-f][0-9A-Fa-f]{2})
         | (?P<code> u(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})
         | (?P<letter> [`'"\\/fnrt])
         | (?P<other> ))""",
    re.VERBOSE,
)
"""A character above U+FFFF takes two escapes, as in JSON; half of one is no character."""
_ESCAPES: Final = {"f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_ZONE: Final = re.compile(r"Z|[+-]\d{2}:\d{2}", re.ASCII)
_MORE: Final = re.compile(r"[\w:]", re.ASCII)
"""What cannot stand directly after a whole date or time."""
_HALF: Final = re.compile(r"[\ud800-\udfff]")
_OPEN: Final = re.compile(r"%?[ \t\r\n]*['`]|/\*", re.ASCII)


def tokenize(text: str) -> list[Token]:
    """All tokens, ended by one of kind "end". Raises Refused with the place at fault."""
    if len(text) > MAX_EXPRESSION_CHARACTERS:
        raise wrong(
            "too-long",
            phrases.TOO_LONG,
            0,
            size=str(len(text)),
            limit=str(MAX_EXPRESSION_CHARACTERS),
        )
    if not text.isascii() and (half := _HALF.search(text)):
        raise wrong("character", phrases.CHARACTER, half.start(), found=half[0])
    tokens: list[Token] = []
    position = 0
    match = _TOKEN.match
    while found := match(text, position):
        kind = found.lastgroup
        if kind == "identifier" or kind == "symbol":  # noqa: PLR1714
            tokens.append(Token(kind, found[0], position))  # type: ignore[arg-type]
        elif kind != "blank":
            tokens.append(Token(kind, _meaning(kind, found), position))  # type: ignore[arg-type]
        position = found.end()
    if position < len(text):
        raise _unreadable(text, position)
    tokens.append(Token("end", "", position))
    return tokens


def _meaning(kind: str | None, found: re.Match[str]) -> str:
    raw = found[0]
    if kind in ("string", "quoted"):
        return _unescape(raw[1:-1], found.start() + 1)
    if kind == "moment":
        return _moment(found)
    if kind == "variable" and raw[0] == "%":
        if found["plain"]:
            return "%" + found["plain"]
        return "%" + _unescape(found["named"][1:-1], found.start("named") + 1)
    return raw


def _moment(found: re.Match[str]) -> str:
    """A date or time with nothing glued to it: not `@T10:00Z`, nor `@2020-05-01T9:00`."""
    text, end = found.string, found.end()
    if found[0][1] == "T" and _ZONE.match(text, end):
        raise wrong("time-zone", phrases.TIME_ZONE, end)
    if _MORE.match(text, end):
        raise wrong("moment", phrases.MOMENT, found.start())
    return found[0][1:]


def _unescape(text: str, position: int) -> str:
    """`position`: of the text's first character in the expression."""

    def meant(found: re.Match[str]) -> str:
        kind, written = found.lastgroup, found[0]
        if kind == "letter":
            return _ESCAPES.get(written[1], written[1])
        if kind == "code":
            return chr(int(written[2:], 16))
        if kind == "pair":
            units = int(written[2:6], 16), int(written[8:], 16)
            return chr(0x10000 + ((units[0] - 0xD800) << 10) + units[1] - 0xDC00)
        shown = text[found.start() : found.start() + 2]
        raise wrong("escape", phrases.ESCAPE, position + found.start(), found=shown)

    return _ESCAPE.sub(meant, text) if "\\" in text else text


def _unreadable(text: str, position: int) -> Refused:
    rest = text[position : position + 12]
    if _OPEN.match(text, position):
        return wrong("unclosed", phrases.UNCLOSED, position)
    if rest[0] == "$":
        return wrong("dollar", phrases.DOLLAR, position)
    if rest[0] == '"':
        return wrong("double-quotes", phrases.DOUBLE_QUOTES, position)
    if rest[0] == "@":
        return wrong("moment", phrases.MOMENT, position)
    return wrong("character", phrases.CHARACTER, position, found=rest[0])
