"""/flux: what comes in now, from whom, and what becomes of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from hygie.intake.activity import Activity
from hygie.intake.values import State
from hygie.web.charts.bars import Column, bars
from hygie.web.desk import Desk, Visit
from hygie.web.present.flowing import read_balance, read_silences, read_sources
from hygie.web.present.inbox import DayCount, day_counts, flow_rows, say_event
from hygie.web.present.quantities import say_count
from hygie.web.rendering import render
from hygie.web.veil import veil_of

DAYS = 14
RECENT = 10
WIDE, NARROW = 880, 340
TITLE = "Messages des quatorze derniers jours"


class Figure(msgspec.Struct, frozen=True):
    label: str
    count: str
    alert: bool = False
    link: str = ""


async def show(desk: Desk, visit: Visit) -> Response:
    counts = await desk.gateway.counts(DAYS)
    stopped = await desk.gateway.quarantine(RECENT, context=visit.context)
    wide, narrow = _drawings(day_counts(counts.flows, desk.today, DAYS))
    return render(
        desk, visit, "flux.html", **await _live(desk), wide=wide, narrow=narrow,
        events=flow_rows(counts.flows, lambda flow: say_event(flow.kind, flow.event)),
        recent=veil_of(desk, visit).lines(stopped, desk.zone),
    )  # fmt: skip


async def show_live(desk: Desk, visit: Visit) -> Response:
    """The part that is asked for again every few seconds."""
    return render(desk, visit, "_vif.html", **await _live(desk))


async def _live(desk: Desk) -> dict[str, Any]:
    activities = await desk.gateway.activities.now()
    states = (await desk.gateway.counts(1)).states
    declared, listening = await desk.sources.declared(), await desk.sources.states()
    rows = read_sources(declared, listening, activities, desk.now, desk.zone)
    return {
        "figures": _figures(activities, states), "balance": read_balance(activities),
        "silences": read_silences(await desk.silences.alerts(desk.now), desk.now, desk.zone),
        "rows": [row for row in rows if row.today or row.declared],
    }  # fmt: skip


def _figures(activities: Sequence[Activity], states: Mapping[State, int]) -> list[Figure]:
    kept = states.get("quarantined", 0)
    return [
        Figure("en une minute", say_count(sum(one.last_minute for one in activities))),
        Figure("en quarantaine", say_count(kept), alert=kept > 0, link="/quarantaine"),
        Figure("en attente", say_count(states.get("received", 0))),
        Figure("classés depuis le début", say_count(states.get("filed", 0))),
        Figure("gardés", say_count(states.get("kept", 0))),
        Figure("refusés", say_count(states.get("refused", 0))),
    ]


def _drawings(days: tuple[DayCount, ...]) -> tuple[Markup, Markup]:
    """Wide, and for narrow screens the last seven days."""
    columns = [Column(day.label, day.good, day.bad) for day in days]
    said = " ; ".join(f"{c.label} : {c.good + c.bad}, dont {c.bad} arrêtés" for c in columns)
    wide = bars(columns, title=TITLE, describe=said, width=WIDE)
    return wide, bars(columns[-7:], title=TITLE, describe=said, width=NARROW)
