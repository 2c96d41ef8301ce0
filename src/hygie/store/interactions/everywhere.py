"""Searches of several types at once (R4 §3.1.0.9.2): one type after the other, in one answer.

Parameters are those that all these types have. What compares resources of different types, an order
or what to include with them, is asked of one type only.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from hygie.fhir.search import ParsedQuery, phrases
from hygie.fhir.search.phrases import wrong
from hygie.fhir.search.query import Query
from hygie.limits import MAX_PAGE
from hygie.refusal import Issue
from hygie.store.contract import Page, StoredResource
from hygie.store.interactions.manner import Manner
from hygie.store.interactions.permissions import forbidden
from hygie.store.interactions.searching import (
    CURSOR,
    Look,
    Parameters,
    Searching,
    bad_value,
    links,
)

TYPE: Final = "_type"
_ONE_TYPE: Final = frozenset({"_sort", "_include", "_revinclude"})
_BETWEEN: Final = "~"
"""In a cursor, between the type that is next and where it goes on."""


class _Place(NamedTuple):
    """Where the next page begins: with the first match of a type, unless a cursor says more."""

    kind: str
    cursor: str = ""


async def search_all(
    searching: Searching, look: Look, stored: Iterable[str], parameters: Parameters, manner: Manner
) -> bytes:
    """A searchset Bundle of the types that `_type` names; else of those that are `stored` and may
    be searched. Raises `Refused`."""
    said = [kind for name, value in parameters if name == TYPE for kind in value.split(",")]
    rest = [pair for pair in parameters if pair[0] not in (TYPE, CURSOR)]
    there = sorted(stored)
    kinds = list(dict.fromkeys(said)) or [k for k in there if manner.permitted(k, "search")]
    if not kinds and there:
        raise forbidden("*", "search")
    _check_comparable(rest, kinds)
    place = _place([value for name, value in parameters if name == CURSOR], kinds)
    searches = [await searching.understood(kind, rest, manner) for kind in kinds]
    if not searches:
        nothing = ParsedQuery(Query(type="Resource"))
        return searching.answer(Page(matches=(), total=0), nothing, [], manner)
    page = await _page(look, searches, place)
    types = [(TYPE, ",".join(kinds))] if said else []
    used = [*types, *searches[0].query.used]
    warned = ParsedQuery(searches[0].query, _once(w for s in searches for w in s.warnings))
    return searching.answer(page, warned, links(manner.base, used, page.next), manner)


def _once(warnings: Iterable[Issue]) -> tuple[Issue, ...]:
    """Each once, in order: their details are no keys."""
    told: list[Issue] = []
    for one in warnings:
        if one not in told:
            told.append(one)
    return tuple(told)


def _check_comparable(parameters: Parameters, kinds: Sequence[str]) -> None:
    for name, _ in parameters:
        if name.partition(":")[0] in _ONE_TYPE and len(kinds) != 1:
            raise wrong("across-types", phrases.ACROSS_TYPES, name)


def _place(given: Sequence[str], kinds: Sequence[str]) -> _Place | None:
    """None at the beginning. Refused when it is not one of ours."""
    if not given:
        return None
    kind, between, cursor = given[0].partition(_BETWEEN)
    if not between or kind not in kinds:
        raise bad_value(CURSOR)
    return _Place(kind, cursor)


async def _page(look: Look, searches: Sequence[ParsedQuery], place: _Place | None) -> Page:
    query = searches[0].query
    total = await _total(look, searches) if _is_counted(searches) else None
    if query.summary == "count" or query.count == 0:
        return Page(matches=(), total=total)
    left = min(query.count, MAX_PAGE)
    pages: list[Page] = []
    following: _Place | None = None
    reached = place is None
    for one in searches:
        kind = one.query.type
        cursor = place.cursor if place is not None and kind == place.kind else ""
        reached = reached or (place is not None and kind == place.kind)
        if not reached:
            continue
        if left == 0:
            following = _Place(kind)
            break
        asked = replace(one.query, count=left, cursor=cursor, total="none")
        pages.append(await look(asked))
        left -= len(pages[-1].matches)
        if pages[-1].next:
            following = _Place(kind, pages[-1].next)
            break
    return _joined(pages, total, following)


def _joined(pages: Sequence[Page], total: int | None, following: _Place | None) -> Page:
    matches: list[StoredResource] = [one for page in pages for one in page.matches]
    included = [one for page in pages for one in page.included]
    return Page(
        matches=tuple(matches),
        included=tuple(included),
        total=total,
        next=_BETWEEN.join(following) if following else "",
        issues=tuple(issue for page in pages for issue in page.issues),
    )


def _is_counted(searches: Sequence[ParsedQuery]) -> bool:
    query = searches[0].query
    return query.total == "accurate" or query.summary == "count" or query.count == 0


async def _total(look: Look, searches: Sequence[ParsedQuery]) -> int:
    counts = [await look(replace(one.query, summary="count", cursor="")) for one in searches]
    return sum(page.total or 0 for page in counts)
