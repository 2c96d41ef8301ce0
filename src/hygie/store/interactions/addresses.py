"""Addresses relative to the server's base, taken apart (R4 §3.1.0.1)."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

import msgspec

from hygie.limits import MAX_QUERY_CHARACTERS
from hygie.refusal import Category, refuse
from hygie.store.interactions import messages

ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")
VERSION: Final = re.compile(r"[1-9][0-9]{0,9}")
TAG: Final = re.compile(r'W/"([1-9][0-9]{0,9})"')
_ASCII: Final = {
    high + low: chr(int(high + low, 16)) for high in "01234567" for low in "0123456789abcdefABCDEF"
}
"""What two hexadecimal digits stand for, where that is one character."""
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.~:,/-]")
MAX_KNOWN_PAIRS: Final = 4_096
MAX_KNOWN_CHARACTERS: Final = 128
"""Longer parameters are worked out each time: they seldom come twice, and memory is bounded."""
CONDITIONAL: Final = re.compile(r"([A-Z][A-Za-z]{1,63})\?(.+)", re.DOTALL)


class Address(msgspec.Struct, frozen=True):
    """`Type`, `Type?query`, `Type/id`, `Type/id/_history`, `Type/id/_history/3`, `Type/_history`.

    Parts that are absent are "" or 0. The type is not checked.
    """

    type: str
    id: str = ""
    history: bool = False
    version: int = 0
    query: str = ""


def parse_address(text: str) -> Address | None:
    """The address in `text`, or None when it is none; a leading "/" is accepted."""
    path, _, query = text.partition("?")
    type_, *rest = path.removeprefix("/").split("/")
    if rest and rest[-1] == "":
        rest.pop()
    if not type_:
        return None
    match rest:
        case []:
            return Address(type_, query=query)
        case ["_history"]:
            return Address(type_, history=True, query=query)
        case [id_, *history] if ID.fullmatch(id_):
            return _of_instance(Address(type_, id=id_, query=query), history)
    return None


def _of_instance(address: Address, history: Sequence[str]) -> Address | None:
    match history:
        case []:
            return address
        case ["_history"]:
            return msgspec.structs.replace(address, history=True)
        case ["_history", version] if VERSION.fullmatch(version):
            return msgspec.structs.replace(address, history=True, version=int(version))
    return None


def parse_tag(text: str) -> int | None:
    """The version in a weak entity tag, `W/"3"` (R4 §3.1.0.3), or None when it is none."""
    found = TAG.fullmatch(text.strip())
    return int(found[1]) if found else None


def parameters(query: str) -> list[tuple[str, str]]:
    """Decoded parameters of a query string. Raises `Refused` when it is too long or not UTF-8."""
    try:
        if len(query) <= MAX_QUERY_CHARACTERS:
            return pairs(query)
    except UnicodeDecodeError:
        pass
    raise refuse(
        Category.INVALID,
        "query.form",
        messages.BAD_QUERY,
        code="invalid",
        limit=str(MAX_QUERY_CHARACTERS),
    )


def pairs(text: str) -> list[tuple[str, str]]:
    """Names and values of a form (application/x-www-form-urlencoded), blank values kept.

    Raises `UnicodeDecodeError` when escaped bytes are not UTF-8.
    """
    return [
        (_known_pair if len(pair) <= MAX_KNOWN_CHARACTERS else _pair)(pair)
        for pair in text.split("&")
        if pair
    ]


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return _decoded(name), _decoded(value)


def query_string(given: Sequence[tuple[str, str]]) -> str:
    """The inverse of `pairs`; colons, commas and slashes are left readable."""
    return "&".join([
        (_known_text if len(name) + len(value) <= MAX_KNOWN_CHARACTERS else _text)(name, value)
        for name, value in given
    ])  # fmt: skip


def _text(name: str, value: str) -> str:
    return f"{_encoded(name)}={_encoded(value)}"


def _encoded(text: str) -> str:
    return _UNSAFE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if character == " ":
        return "+"
    return "".join([f"%{byte:02X}" for byte in character.encode()])


def _decoded(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    start, *rest = text.split("%")
    if not rest:
        return text
    try:
        return start + "".join([_ASCII[part[:2]] + part[2:] for part in rest])
    except KeyError:  # accents, or a percent sign that escapes nothing: the slow way knows
        return unquote(text, errors="strict")


_known_pair = lru_cache(MAX_KNOWN_PAIRS)(_pair)
_known_text = lru_cache(MAX_KNOWN_PAIRS)(_text)
