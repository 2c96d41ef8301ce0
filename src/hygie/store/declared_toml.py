"""Declarations of sources and routes as files: TOML in, TOML out, the same again. Pure."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec

from hygie.refusal import Category, Phrase, Refused, refuse

Thing = TypeVar("Thing")

NO_TOML: Final = Phrase(
    "Ce fichier n’est pas du TOML : {reason}.",
    "This file is not TOML: {reason}.",
)
MISSING: Final = Phrase("Il manque la valeur « {field} ».", "Value “{field}” is missing.")
UNEXPECTED: Final = Phrase(
    "La valeur « {field} » n’existe pas ici : voyez la documentation de la passerelle.",
    "There is no value “{field}” here: see the documentation of the gateway.",
)
KIND: Final = Phrase(
    "Il faut une valeur de type {expected}, et non {found}.",
    "A value of type {expected} is needed, not {found}.",
)
VALUE: Final = Phrase(
    "Cette valeur n’est pas permise ({reason}).", "This value is not allowed ({reason})."
)
_SAID: Final[tuple[tuple[re.Pattern[str], str, Phrase], ...]] = (
    (re.compile(r"Object missing required field `(?P<field>.+?)`"), "missing", MISSING),
    (re.compile(r"Object contains unknown field `(?P<field>.+?)`"), "field", UNEXPECTED),
    (re.compile(r"Expected `(?P<expected>.+?)`, got `(?P<found>.+?)`"), "kind", KIND),
    (re.compile(r"(?P<reason>.+?)(?: - at .*)?"), "value", VALUE),
)
"""What msgspec says of a value that does not fit; the last fits all."""
_PLACE: Final = re.compile(r" - at `\$\.?(.*)`$")
_ESCAPED: Final = re.compile(r'[\x00-\x1f\x7f"\\]')


def read_toml(raw: bytes, type_: type[Thing], kind: str) -> Thing:
    """Refused INVALID, with the place, when it declares none. `kind`: of what rules are named
    after (`source`, `route`)."""
    try:
        found = tomllib.loads(raw.decode())
    except (ValueError, RecursionError) as error:  # neither UTF-8 nor TOML, or deeper than any
        raise refuse(
            Category.INVALID, f"{kind}.toml", NO_TOML, code="structure", reason=str(error)
        ) from None
    try:
        return msgspec.convert(found, type_)
    except msgspec.ValidationError as error:
        raise _unfit(str(error), kind) from None


def as_toml(thing: msgspec.Struct) -> str:
    """What `read_toml` reads as the same; values that are the defaults are left out."""
    plain = msgspec.to_builtins(thing)
    defaults = {
        field.name: msgspec.to_builtins(field.default)
        for field in msgspec.structs.fields(thing)
        if field.default is not msgspec.NODEFAULT
    }
    told = {
        name: value
        for name, value in plain.items()
        if name not in defaults or value != defaults[name]
    }
    return "\n".join(_lines(told)).lstrip("\n") + "\n"


def _unfit(said: str, kind: str) -> Refused:
    place = _PLACE.search(said)
    for pattern, rule, phrase in _SAID:
        if found := pattern.fullmatch(said[: place.start()] if place else said):
            return refuse(
                Category.INVALID, f"{kind}.{rule}", phrase, code="structure",
                location=place[1] if place else "", **found.groupdict(),
            )  # fmt: skip
    raise AssertionError(said)


def _lines(table: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Values first, then tables: what stands below a heading belongs to it."""
    inner = {name: value for name, value in table.items() if isinstance(value, dict)}
    for name, value in table.items():
        if name not in inner and value is not None:
            yield f"{name} = {_value(value)}"
    for name, value in inner.items():
        yield f"\n[{path}{name}]"
        yield from _lines(value, f"{path}{name}.")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + _ESCAPED.sub(_escape, value) + '"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    return repr(value)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
