"""Text of an expression -> tokens, each with its place (FHIRPath N1, appendix B)."""

import re
from typing import Final, NamedTuple
from typing import Literal as OneOf

from hygie.fhir.path import phrases
from hygie.fhir.path.phrases import wrong
from hygie.limits import MAX_EXPRESSION_CHARACTERS

Kind = OneOf["identifier", "quoted", "string", "number", "moment", "variable", "symbol", "end"]


class Token(NamedTuple):
    """`text` is what the token means: a string without its quotes, its escapes undone."""

    kind: Kind
    text: str
    position: int


_TOKEN: Final = re.compile(
    r"""
    (?P<blank> \s+ | //[^\n]* | /\*(?:[^*]|\*(?!/))*\*/ )
  | (?P<moment> @(?:T\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?
        | \d{4}(?:-\d{2}(?:-\d{2})?)?
          (?:T(?:\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?) )
  | (?P<number> \d+(?:\.\d+)? )
  | (?P<variable> \$[A-Za-z]+ | %[A-Za-z_][A-Za-z0-9_]*
        | %(?P<named> '(?:[^'\\]|\\.)*' | `(?:[^`\\]|\\.)*` ) )
  | (?P<identifier> [A-Za-z_][A-Za-z0-9_]* )
  | (?P<string> '(?:[^'\\]|\\.)*' )
  | (?P<quoted> `(?:[^`\\]|\\.)*` )
  | (?P<symbol> <= | >= | != | !~ | [=~<>|&+\-*/.,()\[\]{}] )
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPES: Final = {"f": "\f", "n": "\n", "r": "\r", "t": "\t"}


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
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise _unreadable(text, position)
        kind = found.lastgroup
        if kind != "blank":
            tokens.append(Token(kind, _meaning(kind, found), position))  # type: ignore[arg-type]
        position = found.end()
    tokens.append(Token("end", "", len(text)))
    return tokens


def _meaning(kind: str | None, found: re.Match[str]) -> str:
    raw = found[0]
    if kind in ("string", "quoted"):
        return _unescape(raw[1:-1])
    if kind == "moment":
        return raw[1:]
    if kind == "variable" and found["named"]:
        return "%" + _unescape(found["named"][1:-1])
    return raw


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_escaped, text) if "\\" in text else text


def _escaped(found: re.Match[str]) -> str:
    code = found[1]
    if len(code) == 5:
        return chr(int(code[1:], 16))
    return _ESCAPES.get(code, code)


def _unreadable(text: str, position: int) -> Exception:
    if text[position] in "'`" or text.startswith(("%'", "%`", "/*"), position):
        return wrong("unclosed", phrases.UNCLOSED, position)
    return wrong("character", phrases.CHARACTER, position, found=text[position])
