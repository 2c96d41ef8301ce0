"""Which codes of a set an expansion shows, and how many there are (R4 §4.9.10)."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.members import Member
from hygie.fhir.terminology.parts import Composition
from hygie.fhir.terminology.refusals import refuse_as
from hygie.fhir.terminology.texts import Texts
from hygie.fhir.terminology.value_set import canonical_of
from hygie.limits import (
    MAX_COUNTED_CODES,
    MAX_COUNTED_MATCHES,
    MAX_EXPANSION_CODES,
    MAX_EXPANSION_PAGE,
)


class Page(NamedTuple):
    members: list[Member]
    total: int | None
    """None when it was not counted to the end."""
    offset: int | None
    """None when none was asked for."""
    is_whole: bool
    """Whether nothing is left out before or after."""


def page_of(found: Iterator[Member], composition: Composition, asked: Asked, texts: Texts) -> Page:
    """What is asked for. Refused: all of a set that has more than MAX_EXPANSION_CODES."""
    offset, count = asked.number("offset"), asked.number("count")
    known = _known_total(composition, asked, texts)
    if offset is None and count is None:
        return _whole(found, composition, known)
    first = offset or 0
    size = min(MAX_EXPANSION_PAGE if count is None else count, MAX_EXPANSION_PAGE)
    skipped = sum(1 for _ in islice(found, first))
    members = list(islice(found, size))
    total = known
    if total is None:
        most = MAX_COUNTED_MATCHES if texts else MAX_COUNTED_CODES
        rest = sum(1 for _ in islice(found, most))
        total = skipped + len(members) + rest if rest < most else None
    return Page(members, total, offset, is_whole=not first and total == len(members))


def _whole(found: Iterator[Member], composition: Composition, known: int | None) -> Page:
    if known is not None and known > MAX_EXPANSION_CODES:
        members = []
    else:
        members = list(islice(found, MAX_EXPANSION_CODES + 1))
        if len(members) <= MAX_EXPANSION_CODES:
            return Page(members, len(members), None, is_whole=True)
    counted = len(members) + sum(1 for _ in islice(found, MAX_COUNTED_CODES)) if not known else 0
    more = counted >= MAX_COUNTED_CODES
    raise refuse_as(
        "",
        phrases.TOO_COSTLY,
        code="too-costly",
        url=canonical_of(composition.value_set),
        count=str(known or (f">{MAX_COUNTED_CODES}" if more else counted)),
    )


def _known_total(composition: Composition, asked: Asked, texts: Texts) -> int | None:
    """Of a set that is all of one system: nothing needs to be counted."""
    narrowed = asked.flag("activeOnly") or asked.flag("excludeNotForUI") or bool(texts)
    if narrowed or composition.excludes or composition.active_only:
        return None
    only = composition.includes[0] if len(composition.includes) == 1 else None
    if only is None or only.system is None or only.imports or not only.is_all:
        return None
    return only.system.count
