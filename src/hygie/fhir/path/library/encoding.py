"""Strings written for another medium: encode, decode, escape, unescape (§5.7)."""

import base64
import binascii
import html
import json
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from hygie.fhir.path.library import phrases
from hygie.fhir.path.library.signature import Signature, argument
from hygie.fhir.path.library.strings import bounded
from hygie.fhir.path.phrases import wrong

Form = TypeVar("Form")
_JSON_ESCAPE: Final = re.compile(r"\\((?:u[0-9A-Fa-f]{4}\\)*u[0-9A-Fa-f]{4}|.)", re.DOTALL)
"""Escapes of one kind that follow each other are read together: a character may take two."""
_JSON_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def encode(text: str, form: str) -> str:
    encoder = _known("encode", ENCODERS, form)
    return bounded(encoder(text), "encode")


def decode(text: str, form: str) -> str | None:
    """Empty when the text is not so encoded, or what it encodes is not UTF-8."""
    decoder = _known("decode", DECODERS, form)
    try:
        return decoder(text).decode()
    except ValueError:
        return None


def escape(text: str, target: str) -> str:
    return bounded(_known("escape", ESCAPES, target)(text), "escape")


def unescape(text: str, target: str) -> str | None:
    """Empty when an escape stands for half a character: no text of FHIR holds one."""
    decoder = _known("unescape", UNESCAPES, target)
    try:
        return decoder(text)
    except UnicodeDecodeError:
        return None


def _known(name: str, table: Mapping[str, Form], wanted: str) -> Form:
    if wanted not in table:
        expected = ", ".join(table)
        raise wrong("wrong-argument", phrases.WRONG_ARGUMENT, -1, name=name, expected=expected)
    return table[wanted]


def _base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _urlbase64(text: str) -> bytes:
    return base64.b64decode(text, b"-_", validate=True)


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()


def _to_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _from_json(text: str) -> str:
    return _JSON_ESCAPE.sub(_unescaped, text)


def _unescaped(found: re.Match[str]) -> str:
    """Two halves of UTF-16 make a character. Raises UnicodeDecodeError for one alone."""
    code = found[1]
    if len(code) == 1:
        return _JSON_ESCAPES.get(code, code)
    return bytes.fromhex(code.replace("u", "").replace("\\", "")).decode("utf-16-be")


ENCODERS: Final[Mapping[str, Callable[[str], str]]] = {
    "hex": lambda text: text.encode().hex(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "urlbase64": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "ascii": _ascii,
}
DECODERS: Final[Mapping[str, Callable[[str], bytes]]] = {
    "hex": binascii.unhexlify,
    "base64": _base64,
    "urlbase64": _urlbase64,
}
ESCAPES: Final[Mapping[str, Callable[[str], str]]] = {"html": html.escape, "json": _to_json}
UNESCAPES: Final[Mapping[str, Callable[[str], str]]] = {"html": html.unescape, "json": _from_json}
_FORM: Final = (argument("String"),)
FUNCTIONS: Final = (
    Signature("encode", "String", "String", encode, _FORM),
    Signature("decode", "String", "String", decode, _FORM),
    Signature("escape", "String", "String", escape, _FORM),
    Signature("unescape", "String", "String", unescape, _FORM),
)
