"""The grammar of unit expressions (UCUM §2.2), read into powers of symbols and written back.

`kg.m/s2` is kg^1 m^1 s^-2; `10.L/min` is 10^1 L^1 min^-1. Annotations mean nothing (UCUM §6).
"""

import re
from typing import Final

from hygie.limits import MAX_UNIT_DEPTH, MAX_UNIT_EXPONENT

Terms = tuple[tuple[str, int], ...]
"""Symbols (units with their prefix, or whole numbers) and their powers, none of them 0."""

_TOKEN: Final = re.compile(
    r"""(?P<symbol>10[*^](?=[+-]?\d|[./){]|\Z)|(?:\[[^][{}"\x00-\x20\x7f-\U0010ffff]+\]
            |[!#$%&'*,:;<>?@A-Z\\^_`a-z|~])+)(?P<power>[+-]?\d+)?
        |(?P<number>\d+)
        |(?P<note>\{[^{}\x00-\x1f\x7f-\U0010ffff]*\})
        |(?P<sign>[./()])""",
    re.VERBOSE,
)


def read_terms(text: str) -> Terms | None:
    """The powers a unit expression multiplies; None when it is not one. `1` and `` have none.

    At most MAX_UNIT_CHARACTERS are to be handed in.
    """
    try:
        return _Reader(text).read() if text else ()
    except _NotAUnit:
        return None


def merged(*parts: tuple[Terms, int]) -> Terms:
    """The product of expressions, each to a power; a symbol that cancels out is gone."""
    powers: dict[str, int] = {}
    for terms, power in parts:
        for symbol, exponent in terms:
            powers[symbol] = powers.get(symbol, 0) + exponent * power
    return tuple((symbol, power) for symbol, power in powers.items() if power)


def write_terms(terms: Terms) -> str:
    """A unit expression for the powers: `kg.m/s2`, `/s`, `1`."""
    above = ".".join(_power(s, p) for s, p in terms if p > 0)
    below = "".join("/" + _power(s, -p) for s, p in terms if p < 0)
    return above + below or "1"


def _power(symbol: str, power: int) -> str:
    if symbol.isdigit():
        return str(int(symbol) ** power)
    return symbol if power == 1 else f"{symbol}{power}"


class _NotAUnit(Exception):  # noqa: N818 - it never leaves this module
    """The text is not a unit expression."""


class _Reader:
    """One pass over the tokens, by recursive descent."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    def read(self) -> Terms:
        terms = self._expression()
        if self.at < len(self.tokens):
            raise _NotAUnit
        return terms

    def _sign(self) -> str:
        """The operator or parenthesis here, or nothing."""
        return (self.tokens[self.at]["sign"] or "") if self.at < len(self.tokens) else ""

    def _expression(self) -> Terms:
        """`/` divides by the one component after it."""
        power = 1
        if self._sign() == "/":
            power, self.at = -1, self.at + 1
        parts = [(self._component(), power)]
        while self._sign() in {".", "/"}:
            power = 1 if self._sign() == "." else -1
            self.at += 1
            parts.append((self._component(), power))
        return merged(*parts)

    def _component(self) -> Terms:
        if self.at == len(self.tokens):
            raise _NotAUnit
        token = self.tokens[self.at]
        self.at += 1
        terms = self._group() if token["sign"] == "(" else _simple(token)
        if token["note"] is None and self.at < len(self.tokens) and self.tokens[self.at]["note"]:
            self.at += 1
        return terms

    def _group(self) -> Terms:
        self.depth += 1
        if self.depth > MAX_UNIT_DEPTH:
            raise _NotAUnit
        terms = self._expression()
        if self._sign() != ")":
            raise _NotAUnit
        self.at += 1
        self.depth -= 1
        return terms


def _tokens(text: str) -> list[re.Match[str]]:
    found = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise _NotAUnit
        found.append(token)
        at = token.end()
    return found


def _simple(token: re.Match[str]) -> Terms:
    if token["sign"]:
        raise _NotAUnit
    if token["note"]:
        return ()
    if token["number"]:
        number = int(token["number"])
        if not number:
            raise _NotAUnit
        return ((str(number), 1),) if number != 1 else ()
    power = int(token["power"] or "1")
    if abs(power) > MAX_UNIT_EXPONENT:
        raise _NotAUnit
    return ((token["symbol"], power),) if power else ()
