"""String manipulation (§5.6, §5.7). Characters are Unicode scalar values, places begin at 0."""

from typing import Final

from hygie.fhir.path.items import Item, system
from hygie.fhir.path.library import phrases
from hygie.fhir.path.library.signature import Signature, argument
from hygie.fhir.path.library.singleton import lacks_value, type_name, wrong_type
from hygie.fhir.path.phrases import wrong
from hygie.limits import MAX_STRING_CHARACTERS

WHITESPACE: Final = " \t\r\n"
"""§8.1."""


def bounded(text: str, name: str) -> str:
    """The text that a function made; refused when no string of FHIR may be so long."""
    if len(text) > MAX_STRING_CHARACTERS:
        raise too_long(name)
    return text


def too_long(name: str) -> Exception:
    limit = str(MAX_STRING_CHARACTERS)
    return wrong("too-long-text", phrases.TOO_LONG_TEXT, -1, name=name, limit=limit)


def index_of(text: str, sought: str) -> int:
    """-1 when it is not there."""
    return text.find(sought)


def last_index_of(text: str, sought: str) -> int:
    """The length, for the empty string."""
    return text.rfind(sought)


def substring(text: str, start: int, length: int | None = None) -> str | None:
    """Empty when `start` is outside of the text."""
    if not 0 <= start < len(text):
        return None
    return text[start:] if length is None else text[start : start + max(length, 0)]


def starts_with(text: str, prefix: str) -> bool:
    return text.startswith(prefix)


def ends_with(text: str, suffix: str) -> bool:
    return text.endswith(suffix)


def contains(text: str, sought: str) -> bool:
    return sought in text


def upper(text: str) -> str:
    return text.upper()


def lower(text: str) -> str:
    return text.lower()


def replace(text: str, sought: str, substitution: str) -> str:
    """The empty string is found around every character."""
    grown = len(substitution) * (len(text) + 1 if not sought else len(text) // len(sought))
    if grown > MAX_STRING_CHARACTERS:
        found = text.count(sought)
        if found * (len(substitution) - len(sought)) + len(text) > MAX_STRING_CHARACTERS:
            raise too_long("replace")
    return text.replace(sought, substitution)


def length(text: str) -> int:
    return len(text)


def to_chars(text: str) -> list[str]:
    return list(text)


def trim(text: str) -> str:
    return text.strip(WHITESPACE)


def split(text: str, separator: str) -> list[str]:
    """Its characters, for the empty separator, which stands between any two."""
    return text.split(separator) if separator else list(text)


def join(items: list[Item], separator: str | None = None) -> str | None:
    """All strings of the collection as one; empty for none."""
    texts = [text for item in items if (text := _text(item)) is not None]
    if not texts:
        return None
    total = sum(map(len, texts)) + len(separator or "") * (len(texts) - 1)
    if total > MAX_STRING_CHARACTERS:
        raise too_long("join")
    return (separator or "").join(texts)


def _text(item: Item) -> str | None:
    value = system(item)
    if type(value) is str:
        return value
    if value is None and lacks_value(item):
        return None
    raise wrong_type("join", "String", type_name(item))


_STRING: Final = (argument("String"),)
FUNCTIONS: Final = (
    Signature("indexOf", "String", "Integer", index_of, _STRING),
    Signature("lastIndexOf", "String", "Integer", last_index_of, _STRING),
    Signature(
        "substring",
        "String",
        "String",
        substring,
        (argument("Integer"), argument("Integer", optional=True)),
    ),
    Signature("startsWith", "String", "Boolean", starts_with, _STRING),
    Signature("endsWith", "String", "Boolean", ends_with, _STRING),
    Signature("contains", "String", "Boolean", contains, _STRING),
    Signature("upper", "String", "String", upper),
    Signature("lower", "String", "String", lower),
    Signature("replace", "String", "String", replace, _STRING * 2),
    Signature("length", "String", "Integer", length),
    Signature("toChars", "String", "String", to_chars, many=True),
    Signature("trim", "String", "String", trim),
    Signature("split", "String", "String", split, _STRING, many=True),
    Signature("join", "collection", "String", join, (argument("String", optional=True),)),
)
