"""Declarations as files: TOML in, TOML out, the same declaration again. Pure."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from hygie.intake.sources import phrases
from hygie.intake.sources.declaration import UNDECLARED, Source
from hygie.refusal import Category, Phrase, Refused, refuse

_SAID: Final[tuple[tuple[re.Pattern[str], str, Phrase], ...]] = (
    (re.compile(r"Object missing required field `(?P<field>.+?)`"), "missing", phrases.MISSING),
    (re.compile(r"Object contains unknown field `(?P<field>.+?)`"), "field", phrases.UNEXPECTED),
    (re.compile(r"Expected `(?P<expected>.+?)`, got `(?P<found>.+?)`"), "kind", phrases.KIND),
    (re.compile(r"(?P<reason>.+?)(?: - at .*)?"), "value", phrases.VALUE),
)
"""What msgspec says of a value that does not fit; the last fits all."""
_PLACE: Final = re.compile(r" - at `\$\.?(.*)`$")
_ESCAPED: Final = re.compile(r'[\x00-\x1f\x7f"\\]')


def read_toml(raw: bytes) -> Source:
    """Refused INVALID, with the place, when it declares no source."""
    try:
        found = tomllib.loads(raw.decode())
    except ValueError as error:  # neither UTF-8 nor TOML
        raise refuse(
            Category.INVALID, "source.toml", phrases.NO_TOML, code="structure", reason=str(error)
        ) from None
    try:
        return msgspec.convert(found, Source)
    except msgspec.ValidationError as error:
        raise _unfit(str(error)) from None


def as_toml(source: Source) -> str:
    """What `read_toml` reads as the same; values that are the defaults are left out."""
    plain = msgspec.to_builtins(source)
    defaults = msgspec.to_builtins(UNDECLARED)
    told = {name: value for name, value in plain.items()
            if name == "name" or value != defaults[name]}  # fmt: skip
    return "\n".join(_lines(told)).lstrip("\n") + "\n"


def _unfit(said: str) -> Refused:
    place = _PLACE.search(said)
    for pattern, rule, phrase in _SAID:
        if found := pattern.fullmatch(said[: place.start()] if place else said):
            return refuse(
                Category.INVALID, f"source.{rule}", phrase, code="structure",
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
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    return repr(value)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
