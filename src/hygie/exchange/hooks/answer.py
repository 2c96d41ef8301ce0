"""What another's service answers, read as text: nothing in it is believed to be markup. Pure."""

from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import msgspec

from hygie.exchange.hooks.card import Indicator, summed_up
from hygie.limits.hooks import MAX_ADVICE_CARDS, MAX_DETAIL_CHARACTERS

ORDER: Final[tuple[Indicator, ...]] = ("critical", "warning", "info")
MOST_LINKS: Final = 4
MAX_ADDRESS: Final = 2_000


class Way(msgspec.Struct, frozen=True):
    label: str
    url: str
    type: str


class _Source(msgspec.Struct, frozen=True):
    label: str


class _Card(msgspec.Struct, frozen=True):
    summary: Annotated[str, msgspec.Meta(min_length=1)]
    indicator: Indicator
    source: _Source
    detail: str = ""
    links: tuple[Way, ...] = ()


class _Answer(msgspec.Struct, frozen=True):
    cards: tuple[Any, ...]


class Advice(msgspec.Struct, frozen=True):
    """One card, as text."""

    summary: str
    indicator: Indicator
    source: str
    detail: str
    links: tuple[Way, ...]


def read_answer(raw: bytes) -> tuple[Advice, ...] | None:
    """The cards that are in form, the most urgent first; None when it is no answer at all. What it
    would change of itself (`suggestions`, `systemActions`) is left out: advice changes nothing."""
    try:
        found = msgspec.json.decode(raw, type=_Answer).cards[:MAX_ADVICE_CARDS]
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    read = [one for card in found if (one := _read(card)) is not None]
    return tuple(sorted(read, key=lambda one: ORDER.index(one.indicator)))


def _read(card: Any) -> Advice | None:
    try:
        found = msgspec.convert(card, _Card)
    except msgspec.ValidationError:
        return None
    links = [one for one in found.links if _is_safe(one)][:MOST_LINKS]
    return Advice(
        summary=summed_up(found.summary), indicator=found.indicator,
        source=summed_up(found.source.label), detail=found.detail[:MAX_DETAIL_CHARACTERS],
        links=tuple(msgspec.structs.replace(one, label=summed_up(one.label)) for one in links),
    )  # fmt: skip


def _is_safe(way: Way) -> bool:
    """An absolute address of HTTPS, which says of itself where it leads."""
    try:
        parts = urlsplit(way.url)
    except ValueError:
        return False
    plain = way.url.isascii() and way.url.isprintable() and " " not in way.url
    named = bool(parts.hostname) and parts.username is None
    fits = len(way.url) <= MAX_ADDRESS and bool(way.label.strip())
    known = way.type in ("absolute", "smart") and parts.scheme == "https"
    return known and plain and named and fits
