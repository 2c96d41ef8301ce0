"""Line and column of what the fast reader refused.

The fast reader knows that a document is wrong, not always where. This one reads the text again,
slowly, token by token, up to the fault. It serves refusals only, and is bounded by
`MAX_LOCATED_CHARACTERS`.
"""

import json
import re
from collections.abc import Callable
from typing import Final

import msgspec

from hygie.fhir.codec.numbers import read_constant, read_decimal, read_integer
from hygie.fhir.codec.phrases import PLACE
from hygie.limits import MAX_JSON_DEPTH
from hygie.refusal import Category, Phrase, Refusal, Refused, refuse

TOKEN: Final = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<open>[{\[])|(?P<close>[}\]])|(?P<colon>:)
    |(?P<constant>-?Infinity|NaN)
    |(?P<decimal>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)|-?[0-9]+\.[0-9]+)
    |(?P<integer>-?[0-9]+)""",
    re.VERBOSE,
)
NUMBERS: Final[dict[str, Callable[[str], object]]] = {
    "constant": read_constant,
    "decimal": read_decimal,
    "integer": read_integer,
}


def placed(rule: str, phrase: Phrase, text: str, position: int, **details: str) -> Refused:
    """A refusal of the document at a character position of its text."""
    return _at(refuse(Category.INVALID, rule, phrase, code="structure", **details), text, position)


def locate(refused: Refused, text: str) -> Refused:
    """The refusal with the place of the first fault of its rule, if it is found."""
    position = _first_fault(refused.refusal.issues[0].rule, text)
    return refused if position is None else _at(refused, text, position)


def _at(refused: Refused, text: str, position: int) -> Refused:
    (issue,) = refused.refusal.issues
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    details = {**issue.details, "line": str(line), "column": str(column)}
    phrase = Phrase(*(s.removesuffix(".") + p for s, p in zip(issue.phrase, PLACE, strict=True)))
    located = msgspec.structs.replace(issue, phrase=phrase, details=details)
    return Refused(Refusal(refused.refusal.category, (located,)))


def _first_fault(rule: str, text: str) -> int | None:
    if rule == "json.depth":
        return _first_too_deep(text)
    if rule == "json.duplicate-key":
        return _first_duplicate(text)
    if rule == "json.surrogate":
        return _first_surrogate(text)
    return _first_number(text)


def _first_too_deep(text: str) -> int | None:
    depth = 0
    for token in TOKEN.finditer(text):
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        if depth > MAX_JSON_DEPTH:
            return token.start()
    return None


def _first_duplicate(text: str) -> int | None:
    """The second of two equal keys. Only a key is followed by a colon."""
    objects: list[set[str]] = []
    last: re.Match[str] | None = None
    for token in TOKEN.finditer(text):
        if token.lastgroup == "open":
            objects.append(set())
        elif token.lastgroup == "close" and objects:
            objects.pop()
        elif token.lastgroup == "colon" and last and objects:
            key = json.loads(last.group())
            if key in objects[-1]:
                return last.start()
            objects[-1].add(key)
        last = token if token.lastgroup == "string" else None
    return None


def _first_surrogate(text: str) -> int | None:
    for token in TOKEN.finditer(text):
        if token.lastgroup == "string" and "\\u" in token.group():
            try:
                json.loads(token.group()).encode()
            except UnicodeEncodeError:
                return token.start()
    return None


def _first_number(text: str) -> int | None:
    for token in TOKEN.finditer(text):
        if read := NUMBERS.get(token.lastgroup or ""):
            try:
                read(token.group())
            except Refused:
                return token.start()
    return None
