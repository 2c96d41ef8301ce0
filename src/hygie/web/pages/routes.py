"""/routes: what leaves, to whom, what waits and what was not taken."""

from typing import Final

from starlette.responses import RedirectResponse, Response

from hygie.exchange.routes.browsing import Filters
from hygie.exchange.routes.declaration import Produce
from hygie.exchange.routes.departures import State
from hygie.refusal import Refused
from hygie.web.desk import Desk, Visit
from hygie.web.present.numbers import read_number
from hygie.web.present.routes import STATES, read_departures, read_revisions, read_routes
from hygie.web.rendering import render

SHOWN: Final = 50
CHOSEN: Final = "depart-"
"""Begins the names of the boxes of a list."""
NOTHING: Final = "Cochez au moins un message."


async def show(desk: Desk, visit: Visit) -> Response:
    rows = read_routes(
        await desk.routes.declared(), await desk.routes.browsing.standings(),
        await desk.routes.browsing.counts(1), desk.zone,
    )  # fmt: skip
    return render(desk, visit, "routes.html", rows=rows, may_run=visit.may("run_flows"))


async def show_one(desk: Desk, visit: Visit) -> Response:
    return await _page(desk, visit)


async def run(desk: Desk, visit: Visit) -> Response:
    """Starts or stops it: what is to leave is gathered meanwhile."""
    name = visit.request.path_params["route"]
    if visit.form.get("action") == "demarrer":
        await desk.routes.start(name, visit.context)
    else:
        await desk.routes.stop(name, visit.context)
    return RedirectResponse(f"/routes/{name}", 303)


async def act(desk: Desk, visit: Visit) -> Response:
    """Sends again, puts aside or takes back what was ticked; or sends again all the dead."""
    if visit.form.get("action") == "reprise":
        return await _load(desk, visit)
    handling, action = desk.routes.handling, visit.form.get("action", "")
    chosen = sorted({read_number(name.removeprefix(CHOSEN)) for name in visit.form
                     if name.startswith(CHOSEN)} - {0})  # fmt: skip
    try:
        if action == "tout":
            route = await desk.routes.require(visit.request.path_params["route"])
            count = await handling.replay_all(route.value.name, visit.context)
            return await _page(desk, visit, said=_said(count, "remis en attente"))
        if not chosen:
            return await _page(desk, visit, error=NOTHING)
        if action == "ecarter":
            await handling.discard(chosen, visit.context)
            return await _page(desk, visit, said=_said(len(chosen), "mis de côté"))
        if action == "reprendre":
            await handling.take_back(chosen, visit.context)
        else:
            await handling.replay(chosen, visit.context)
    except Refused as refused:
        sentence = " ".join(issue.text("fr") for issue in refused.refusal.issues)
        return await _page(desk, visit, error=sentence)
    return await _page(desk, visit, said=_said(len(chosen), "remis en attente"))


async def _load(desk: Desk, visit: Visit) -> Response:
    """What there already is, told in the background; or no more of it."""
    route = (await desk.routes.require(visit.request.path_params["route"])).value
    if visit.form.get("arreter"):
        await desk.routes.loads.stop(route.name, visit.context)
        return await _page(desk, visit, said="Reprise de l’existant arrêtée")
    try:
        count = await desk.routes.loads.ask(route, visit.context)
    except Refused as refused:
        return await _page(desk, visit, error=refused.refusal.issues[0].text("fr"))
    return await _page(desk, visit, said=f"Reprise de l’existant demandée : {count} patients")


async def _page(desk: Desk, visit: Visit, *, said: str = "", error: str = "") -> Response:
    declared = await desk.routes.require(visit.request.path_params["route"])
    name = declared.value.name
    asked = visit.form.get("etat") or visit.request.query_params.get("etat", "")
    state: State = next((one for one in STATES if one == asked), "dead")
    before = read_number(visit.request.query_params.get("avant", ""))
    found = await desk.routes.browsing.browse(
        Filters(route=name, states=(state,)), SHOWN + 1, visit.context, before
    )
    standings, counts = await desk.routes.browsing.standings(), desk.routes.browsing.counts(1)
    (row,) = read_routes([declared], standings, await counts, desk.zone)
    return render(
        desk, visit, "route.html", status=422 if error else 200, row=row, route=declared.value,
        load=(await desk.routes.loads.all()).get(name),
        produces=isinstance(declared.value.content, Produce),
        departures=read_departures(found[:SHOWN], desk.zone), states=STATES, state=state,
        next=found[SHOWN - 1].id if len(found) > SHOWN else 0, said=said, error=error,
        history=read_revisions(await desk.routes.history(name), desk.zone),
        may_run=visit.may("run_flows"),
    )  # fmt: skip


def _said(count: int, what: str) -> str:
    return f"{count} message{'s' if count > 1 else ''} {what}"
