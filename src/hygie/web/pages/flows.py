"""/flux: what arrived, from whom, and what became of it."""

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from hygie.intake.values import Counts
from hygie.web.charts.bars import Column, bars
from hygie.web.desk import Desk, Visit
from hygie.web.present.inbox import DayCount, day_counts, flow_rows, read_entry, say_event
from hygie.web.present.quantities import say_count
from hygie.web.rendering import render

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
        desk, visit, "flux.html", figures=_figures(counts), wide=wide, narrow=narrow,
        sources=flow_rows(counts.flows, lambda flow: flow.source),
        events=flow_rows(counts.flows, lambda flow: say_event(flow.kind, flow.event)),
        recent=[read_entry(entry, desk.zone) for entry in stopped],
    )  # fmt: skip


def _figures(counts: Counts) -> list[Figure]:
    states = counts.states
    kept = states.get("quarantined", 0)
    return [
        Figure("classés", say_count(states.get("filed", 0))),
        Figure("gardés", say_count(states.get("kept", 0))),
        Figure("en quarantaine", say_count(kept), alert=kept > 0, link="/quarantaine"),
        Figure("refusés", say_count(states.get("refused", 0))),
        Figure("en attente", say_count(states.get("received", 0))),
        Figure("doublons", say_count(states.get("duplicate", 0))),
    ]


def _drawings(days: tuple[DayCount, ...]) -> tuple[Markup, Markup]:
    """Wide, and for narrow screens the last seven days."""
    columns = [Column(day.label, day.good, day.bad) for day in days]
    said = " ; ".join(f"{c.label} : {c.good + c.bad}, dont {c.bad} arrêtés" for c in columns)
    wide = bars(columns, title=TITLE, describe=said, width=WIDE)
    return wide, bars(columns[-7:], title=TITLE, describe=said, width=NARROW)
