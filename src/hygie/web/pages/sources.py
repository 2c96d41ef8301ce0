"""/sources: who sends, how they fare, what a message of theirs would do."""

from typing import Final

from starlette.responses import RedirectResponse, Response

from hygie.intake.activity import Activity
from hygie.intake.sources.declaration import Source
from hygie.intake.values import Filters
from hygie.refusal import Refused
from hygie.store.declarations import Declared
from hygie.web.desk import Desk, Visit
from hygie.web.present.effects import TrialView, read_trial, refused_trial
from hygie.web.present.flowing import day_chart, read_sources
from hygie.web.present.inbox import flow_rows, say_event
from hygie.web.present.sources import read_history, read_summary
from hygie.web.rendering import render
from hygie.web.veil import veil_of

RECENT: Final = 15
WIDE: Final = 720


async def show(desk: Desk, visit: Visit) -> Response:
    rows = read_sources(
        await desk.sources.declared(), await desk.sources.states(),
        await desk.gateway.activities.now(), desk.now, desk.zone,
    )  # fmt: skip
    return render(desk, visit, "sources.html", rows=rows, may_run=visit.may("run_flows"))


async def show_one(desk: Desk, visit: Visit) -> Response:
    return await _page(desk, visit)


async def run(desk: Desk, visit: Visit) -> Response:
    """Starts or stops it. Refused with the faults that stand in the way."""
    name = visit.request.path_params["source"]
    if visit.form.get("action") == "demarrer":
        await desk.sources.start(name, visit.context)
    else:
        await desk.sources.stop(name, visit.context)
    back = f"/sources/{name}" if visit.form.get("retour") == "source" else "/sources"
    return RedirectResponse(back, 303)


async def try_out(desk: Desk, visit: Visit) -> Response:
    """What the message pasted would do; nothing of it stays."""
    said = visit.form.get("message", "")
    raw = said.replace("\r\n", "\n").replace("\n", "\r") if said.startswith("MSH") else said
    declared = await desk.sources.require(visit.request.path_params["source"])
    try:
        name = declared.value.name
        trial = await desk.gateway.try_out(name, raw.encode(), visit.context)
        view = read_trial(trial)
    except Refused as refused:
        view = refused_trial(refused.refusal.issues)
    return await _page(desk, visit, said=said, trial=view)


async def _page(
    desk: Desk, visit: Visit, *, said: str = "", trial: TrialView | None = None
) -> Response:
    declared = await desk.sources.require(visit.request.path_params["source"])
    name = declared.value.name
    activity = await _activity(desk, name)
    flows = [one for one in (await desk.gateway.counts(1)).flows if one.source == name]
    recent = await desk.gateway.messages(Filters(source=name), RECENT, context=visit.context)
    states = await desk.sources.states()
    (row,) = read_sources([declared], states, activity, desk.now, desk.zone)
    return render(
        desk, visit, "source.html", row=row, source=declared.value,
        state=states.get(name), chart=day_chart(activity[0], name, WIDE) if activity else "",
        events=flow_rows(flows, lambda flow: say_event(flow.kind, flow.event)),
        recent=veil_of(desk, visit).lines(recent, desk.zone),
        summary=read_summary(declared.value), history=await _history(desk, declared),
        said=said, trial=trial, may_run=visit.may("run_flows"),
    )  # fmt: skip


async def _activity(desk: Desk, name: str) -> list[Activity]:
    return [one for one in await desk.gateway.activities.now() if one.source == name]


async def _history(desk: Desk, declared: Declared[Source]) -> list[tuple[str, str]]:
    return read_history(await desk.sources.history(declared.value.name), desk.zone)
