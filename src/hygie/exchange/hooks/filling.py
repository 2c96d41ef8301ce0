"""Prefetch templates, answered from the store (CDS Hooks 2.0, "Prefetch Template")."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_plus

import msgspec

from hygie.exchange.hooks import phrases
from hygie.fhir.search import parse_query
from hygie.limits.hooks import MAX_PREFETCHED
from hygie.refusal import Category, Refused, refuse
from hygie.store.contract import StoredResource
from hygie.store.store import Store
from hygie.trace import Context

TOKEN: Final = re.compile(r"\{\{\s*([A-Za-z.]{1,64})\s*\}\}")
READ: Final = re.compile(r"([A-Z][A-Za-z]{1,63})/([A-Za-z0-9.\-]{1,64})")
SEARCH: Final = re.compile(r"([A-Z][A-Za-z]{1,63})\?([^#]{1,2000})")
ID: Final = re.compile(r"[A-Za-z0-9.\-]{1,64}")
USER: Final = re.compile(
    r"(Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9.\-]{1,64}"
)
UNKNOWN: Final = frozenset({Category.NOT_FOUND, Category.GONE})
Tokens = Mapping[str, str]
"""Name of a prefetch token ("context.patientId") -> its value: an id, or a reference."""


class Wanted(msgspec.Struct, frozen=True):
    """One template whose tokens are filled in."""

    type: str
    id: str = ""
    """Of the resource to be read; empty: they are searched."""
    query: str = ""

    @property
    def letter(self) -> str:
        return "r" if self.id else "s"


def read_template(template: str, tokens: Tokens) -> Wanted:
    """Raises `Refused` (UNPROCESSABLE) for what is neither a read nor a search, or speaks of what
    is not known here."""
    unknown = [name for name in TOKEN.findall(template) if not tokens.get(name)]
    filled = TOKEN.sub(lambda found: tokens.get(found[1], ""), template)
    if not unknown and (found := READ.fullmatch(filled)):
        return Wanted(found[1], id=found[2])
    if not unknown and (found := SEARCH.fullmatch(filled)):
        return Wanted(found[1], query=found[2])
    raise refuse(Category.UNPROCESSABLE, "hooks.template", phrases.TEMPLATE, template=template[:80])


async def answered(store: Store, context: Context, wanted: Wanted) -> tuple[StoredResource, ...]:
    """What it stands for, within the context's sight and on record: the first
    `MAX_PREFETCHED` of a search; nothing for what is not there. Raises `Refused`."""
    if not wanted.id:
        parameters = [_pair(part) for part in wanted.query.split("&") if part]
        parameters = [pair for pair in parameters if pair[0] != "_count"]
        parameters.append(("_count", str(MAX_PREFETCHED)))
        parsed = parse_query(store.registry, wanted.type, parameters, zone=store.zone)
        return (await store.search(context, parsed.query)).matches
    try:
        return (await store.read(context, wanted.type, wanted.id),)
    except Refused as refused:
        if refused.refusal.category in UNKNOWN:
            return ()
        raise


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return unquote_plus(name), unquote_plus(value)
