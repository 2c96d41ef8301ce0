"""Routes and what leaves by them, in French."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.exchange.routes.browsing import DayCount, Departure, Standing
from hygie.exchange.routes.declaration import Folder, Forward, Http, Mllp, Produce, Route
from hygie.exchange.routes.departures import State
from hygie.store.declarations import Declared, Revision
from hygie.web.present.dates import NBSP, Moment, say_moment
from hygie.web.present.inbox import say_event
from hygie.web.present.message import shaped_lines

STATES: Final[dict[State, str]] = {
    "dead": "en échec", "waiting": "en attente", "sent": "remis", "discarded": "écarté",
}  # fmt: skip
KINDS: Final = {"adt": "patients et séjours (ADT)", "oru": "résultats (ORU)",
                "mdm": "documents (MDM)"}  # fmt: skip


class RouteRow(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    what: str
    where: str
    running: bool
    waiting: int
    dead: int
    sent_today: int
    oldest: Moment | None
    retry: Moment | None
    sent: Moment | None


class DepartureLine(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    event: str
    state: str
    code: State
    made: Moment
    attempts: int
    rule: str
    answer: str
    """Shapes only, where it may quote the message."""
    entry: int


def read_routes(
    declared: Sequence[Declared[Route]], standings: Mapping[str, Standing],
    counts: Iterable[DayCount], zone: ZoneInfo,
) -> list[RouteRow]:  # fmt: skip
    today = {one.route: one.count for one in counts if one.state == "sent"}
    return [
        _row(one.value, standings.get(one.value.name), today.get(one.value.name, 0), zone)
        for one in declared
    ]


def _row(route: Route, standing: Standing | None, sent: int, zone: ZoneInfo) -> RouteRow:
    known = standing or Standing(route=route.name)
    return RouteRow(
        name=route.name, title=route.title, what=say_content(route), where=say_where(route),
        running=route.running, waiting=known.waiting, dead=known.dead, sent_today=sent,
        oldest=_moment(known.oldest, zone), retry=_moment(known.retry_at, zone),
        sent=_moment(known.sent_at, zone),
    )  # fmt: skip


def say_content(route: Route) -> str:
    match route.content:
        case Forward(sources=sources, events=events):
            said = f"{', '.join(events) or 'tout'}, de {', '.join(sources) or 'toutes les sources'}"
            return f"fait suivre {said}"
        case Produce(messages=messages):
            return f"produit {', '.join(KINDS[kind] for kind in messages)}"
    return "accusés métier"


def say_where(route: Route) -> str:
    match route.destination:
        case Mllp() as way:
            return f"MLLP, {way.host}, port{NBSP}{way.port}{', TLS' if way.tls else ''}"
        case Http() as way:
            return f"HTTP, {way.url}"
        case Folder() as way:
            return f"dossier {way.path}"


def read_departures(found: Iterable[Departure], zone: ZoneInfo) -> list[DepartureLine]:
    return [
        DepartureLine(
            id=one.id, event=say_event("hl7v2", one.event), state=STATES[one.state],
            code=one.state, made=Moment(one.made_at.astimezone(zone)), attempts=one.attempts,
            rule=one.rule, answer=shaped_lines(one.notes.answer.encode()), entry=one.entry,
        )
        for one in found
    ]  # fmt: skip


def read_revisions(found: Iterable[Revision[Route]], zone: ZoneInfo) -> list[tuple[str, str]]:
    return [
        (
            f"Version {one.version}, {say_moment(Moment(one.at.astimezone(zone)))}, {one.by}",
            "retirée" if one.value is None else f"{say_content(one.value)} → {say_where(one.value)}"
            + ("" if one.value.running else ", arrêtée"),
        )
        for one in found
    ]  # fmt: skip


def _moment(at: Any, zone: ZoneInfo) -> Moment | None:
    return Moment(at.astimezone(zone)) if at else None
