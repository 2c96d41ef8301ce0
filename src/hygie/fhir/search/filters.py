"""`_filter`: criteria joined by and, or, not (R4, search filter syntax, filter.html).

    filter    = test / filter ("and" / "or") filter / ["not"] "(" filter ")"
    test      = parameter[.parameter…] operator value

Read into the same criteria as parameters are. Refused by name: operators that no index here
decides, filters within a path (`related[type eq x].target`), and `and` beside `or` without
parentheses, of which the specification does not say how they bind.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec

from hygie.fhir.search import phrases
from hygie.fhir.search.phrases import malformed, wrong
from hygie.fhir.search.query import AllOf, AnyOf, Chain, Condition, Criterion, DateValue, Not
from hygie.fhir.search.splitting import escape
from hygie.limits import MAX_FILTER_DEPTH, MAX_FILTER_TESTS

NAME: Final = "_filter"
Read = Callable[[str, str], Condition]
"""What a parameter, with its chain and modifier, and a value come to."""
_TOKEN: Final = re.compile(r'\s*(?:([()])|("(?:[^"\\]|\\.)*")|([^\s()"]+))')
_WORDS: Final = frozenset({"and", "or", "not"})
_COMPARED: Final = frozenset({"date", "number", "quantity"})
_PREFIXES: Final = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "ap", "sa", "eb"})
_MODIFIERS: Final[dict[str, dict[str, str]]] = {
    "string": {"eq": ":exact", "co": ":contains", "sw": ""},
    "token": {"eq": "", "ne": ":not", "in": ":in", "sb": ":below", "ss": ":above"},
    "reference": {"eq": "", "re": ""},
    "uri": {"eq": "", "sb": ":below", "ss": ":above"},
}
"""What an operator is of a type of parameter; of dates, numbers and quantities it is the prefix."""


class _Word(NamedTuple):
    """A word, parenthesis or string of the filter. `quoted`: what a string says."""

    text: str
    quoted: bool = False


def read_filter(text: str, read: Read) -> Condition:
    """The condition that a filter is. Raises Refused, naming what is wrong."""
    reader = _Reader(_words(text), read)
    found = reader.filter(0)
    if reader.rest:
        raise malformed(NAME, reader.rest[0].text, phrases.FILTER_FORM)
    return found


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    place = 0
    while place < len(text.rstrip()):
        found = _TOKEN.match(text, place)
        if found is None:
            raise malformed(NAME, text[place:], phrases.FILTER_FORM)
        place = found.end()
        if found[2]:
            try:
                words.append(_Word(msgspec.json.decode(found[2], type=str), quoted=True))
            except msgspec.DecodeError:
                raise malformed(NAME, found[2], phrases.FILTER_FORM) from None
        else:
            words.append(_Word(found[1] or found[3]))
    return words


@dataclass(slots=True)
class _Reader:
    """Reads from left to right."""

    rest: list[_Word]
    read: Read
    tests: int = 0

    def filter(self, depth: int) -> Condition:
        if depth > MAX_FILTER_DEPTH:
            raise wrong("too-deep", phrases.FILTER_TOO_LARGE, NAME, limit=str(MAX_FILTER_DEPTH))
        parts = [self._part(depth)]
        joined = ""
        while self.rest and self.rest[0] in (_Word("and"), _Word("or")):
            word = self.rest.pop(0).text
            if joined not in ("", word):
                raise malformed(NAME, "and … or", phrases.FILTER_PARENTHESES)
            joined = word
            parts.append(self._part(depth))
        if len(parts) == 1:
            return parts[0]
        return AllOf(tuple(parts)) if joined == "and" else AnyOf(tuple(parts))

    def _part(self, depth: int) -> Condition:
        word = self._next()
        if word == _Word("not"):
            if self._next() != _Word("("):
                raise malformed(NAME, "not", phrases.FILTER_FORM)
            return Not(self._inside(depth))
        if word == _Word("("):
            return self._inside(depth)
        return self._test(word)

    def _inside(self, depth: int) -> Condition:
        found = self.filter(depth + 1)
        if self._next() != _Word(")"):
            raise malformed(NAME, "(", phrases.FILTER_FORM)
        return found

    def _next(self) -> _Word:
        if not self.rest:
            raise malformed(NAME, "", phrases.FILTER_FORM)
        return self.rest.pop(0)

    def _test(self, path: _Word) -> Condition:
        self.tests += 1
        if self.tests > MAX_FILTER_TESTS:
            raise wrong("too-large", phrases.FILTER_TOO_LARGE, NAME, limit=str(MAX_FILTER_TESTS))
        operator, value = self._next().text, self._next()
        if path.quoted or path.text in _WORDS or "[" in path.text or ":" in path.text:
            raise malformed(NAME, path.text, phrases.FILTER_FORM)
        if operator == "pr":
            return self._present(path.text, value.text)
        return self._compared(path.text, operator, value.text)

    def _present(self, path: str, value: str) -> Condition:
        if value not in ("true", "false"):
            raise malformed(NAME, value, phrases.BOOLEAN_FORM)
        return self.read(f"{path}:missing", "false" if value == "true" else "true")

    def _compared(self, path: str, operator: str, value: str) -> Condition:
        kind = self._kind(path)
        value = escape(value) if kind == "string" else value.replace(",", "\\,")  # no alternatives
        if kind in _COMPARED and operator in _PREFIXES:
            return self.read(path, f"{operator}{value}")
        if kind == "date" and operator == "po":
            return _overlapping(self.read(path, f"eq{value}"))
        modifier = _MODIFIERS.get(kind, {}).get(operator)
        if modifier is None:
            shown = {"operator": phrases.excerpt(operator), "kind": kind}
            raise wrong("unsupported-operator", phrases.FILTER_OPERATOR, path, **shown)
        return self.read(path + modifier, value)

    def _kind(self, path: str) -> str:
        """The type of the last parameter of a path: read as present, and looked at."""
        condition = self.read(f"{path}:missing", "false")
        while isinstance(condition, Chain):
            condition = condition.inner[0]
        if not isinstance(condition, Criterion):
            raise malformed(NAME, path, phrases.FILTER_FORM)
        return condition.parameter.type


def _overlapping(condition: Condition) -> Condition:
    """The same, met by any overlap: what `ap` is of an interval that is not widened."""
    if not isinstance(condition, Criterion):
        raise wrong("unsupported-operator", phrases.FILTER_OPERATOR, NAME, operator="po", kind="–")
    values = [v for v in condition.values if isinstance(v, DateValue)]
    widened = tuple(msgspec.structs.replace(v, prefix="ap") for v in values)
    return msgspec.structs.replace(condition, values=widened)
