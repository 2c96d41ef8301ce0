"""Searches and histories, from parameters to the bytes of a bundle."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.fhir.codec import encode
from hygie.fhir.definitions import Registry
from hygie.fhir.outcome import operation_outcome
from hygie.fhir.search import HANDLED_ELSEWHERE, ParsedQuery, is_coded, parse_query
from hygie.fhir.search.query import Query
from hygie.limits import DEFAULT_PAGE, MAX_PAGE
from hygie.refusal import Category, Refused, refuse
from hygie.store.contract import Page
from hygie.store.interactions import messages
from hygie.store.interactions.addresses import query_string
from hygie.store.interactions.bundles import Link, history_bundle, search_bundle
from hygie.store.interactions.excerpts import excerpt
from hygie.store.interactions.manner import Manner
from hygie.store.interactions.permissions import narrowed

CURSOR: Final = "_cursor"
Parameters = Sequence[tuple[str, str]]
Look = Callable[[Query], Awaitable[Page]]
Expand = Callable[[Query, str], Awaitable[Query]]
"""A search and who asks for it -> the search with the codes that terminology says it means."""
"""Turns criteria that ask terminology into codes (`hygie.fhir.search.coded`)."""


class Searching:
    """Answers searches over whatever `look` looks into: the store, or a transaction."""

    def __init__(
        self, registry: Callable[[], Registry], zone: ZoneInfo, expand: Expand | None = None
    ) -> None:
        """`registry`: that of the moment, which search parameters may be added to; without
        `expand`, criteria that ask terminology are refused."""
        self._registry = registry
        self._expand = expand
        self._zone = zone

    async def search(self, look: Look, type_: str, parameters: Parameters, manner: Manner) -> bytes:
        """A searchset Bundle. Raises `Refused`."""
        parsed = await self.understood(type_, parameters, manner)
        page = await look(parsed.query)
        url = f"{manner.base}/{type_}"
        return self.answer(page, parsed, links(url, parsed.query.used, page.next), manner)

    async def understood(self, type_: str, parameters: Parameters, manner: Manner) -> ParsedQuery:
        """The search, less what is not permitted, with the codes it asks terminology for."""
        parsed = parse_query(
            self._registry(), type_, parameters,
            zone=self._zone, lenient=manner.lenient, coded=self._expand is not None,
            filtered=True,
        )  # fmt: skip
        query = narrowed(parsed.query, manner.permitted)
        if self._expand is not None and is_coded(query):
            query = await self._expand(query, manner.asker)
        return ParsedQuery(query, parsed.warnings)

    def answer(
        self, page: Page, parsed: ParsedQuery, links: Sequence[Link], manner: Manner
    ) -> bytes:
        warnings = (*parsed.warnings, *page.issues)
        return search_bundle(
            page,
            links,
            manner.base,
            excerpt(self._registry(), parsed.query.summary, parsed.query.elements),
            encode(operation_outcome(warnings, manner.language)) if warnings else b"",
        )


class HistoryQuery(msgspec.Struct, frozen=True):
    """R4 §3.1.0.10: `_count` and `_since`; `_at` and `_list` are not offered."""

    count: int = DEFAULT_PAGE
    since: datetime | None = None
    cursor: str = ""
    used: tuple[tuple[str, str], ...] = ()


def history_query(parameters: Parameters, *, lenient: bool = False) -> HistoryQuery:
    """Raises `Refused` for an unknown parameter or a wrong value."""
    query = HistoryQuery()
    for name, value in parameters:
        if name in HANDLED_ELSEWHERE:
            continue
        if name in _HISTORY:
            query = msgspec.structs.replace(query, **_HISTORY[name](value))
        elif not lenient:
            raise unknown_parameter(name)
        if name in _HISTORY and name != CURSOR:
            query = msgspec.structs.replace(query, used=(*query.used, (name, value)))
    return query


def history_answer(page: Page, query: HistoryQuery, path: str, base: str) -> bytes:
    """A history Bundle; `path`: "Patient/123/_history"."""
    return history_bundle(page, links(f"{base}/{path}", query.used, page.next), base)


def links(url: str, used: Parameters, cursor: str) -> list[Link]:
    """What was understood (`self`), and where the rest is (`next`)."""
    pairs = [pair for pair in used if pair[0] != CURSOR]
    found = [("self", _with_query(url, pairs))]
    if cursor:
        found.append(("next", _with_query(url, [*pairs, (CURSOR, cursor)])))
    return found


def _with_query(url: str, pairs: Parameters) -> str:
    return f"{url}?{query_string(pairs)}" if pairs else url


def page_size(text: str) -> int:
    """`_count`: at most `MAX_PAGE`. Raises `Refused` when it is no number."""
    if text.isascii() and text.isdigit() and len(text) < 10:
        return min(max(int(text), 1), MAX_PAGE)
    raise bad_value("_count")


def since(text: str) -> datetime:
    """`_since`: an instant. Raises `Refused`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_value("_since") from None
    if moment.tzinfo is None:
        raise bad_value("_since")
    return moment


_HISTORY: Final[dict[str, Callable[[str], dict[str, Any]]]] = {
    "_count": lambda text: {"count": page_size(text)},
    "_since": lambda text: {"since": since(text)},
    CURSOR: lambda text: {"cursor": text},
}


def unknown_parameter(name: str) -> Refused:
    return refuse(
        Category.INVALID,
        "parameter.unknown",
        messages.UNKNOWN_PARAMETER,
        code="not-supported",
        name=name[:64],
    )


def bad_value(name: str) -> Refused:
    return refuse(
        Category.INVALID, "parameter.value", messages.BAD_PARAMETER, code="value", name=name
    )
