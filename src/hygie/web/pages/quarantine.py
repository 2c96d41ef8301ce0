"""/quarantaine: what could not be filed, by rule and source; many replayed or put aside at once."""

from datetime import datetime
from typing import Final

from starlette.responses import RedirectResponse, Response

from hygie.intake.values import Filters
from hygie.refusal import Refused
from hygie.web.desk import Desk, Visit
from hygie.web.present.numbers import read_number
from hygie.web.present.quarantine import GroupLine, read_groups, read_runs
from hygie.web.rendering import render
from hygie.web.veil import veil_of

SHOWN: Final = 50
RUNS: Final = 4
MAX_TYPED: Final = 500
CHOSEN: Final = "message-"
"""Begins the names of the boxes of a list."""
NOTHING: Final = "Cochez au moins un message."
BAD_DAY: Final = "Cette date n’existe pas. Choisissez-la dans le calendrier, ou laissez vide."


async def show(desk: Desk, visit: Visit) -> Response:
    return await _list(desk, visit, Filters(states=("quarantined",)))


async def sift(desk: Desk, visit: Visit) -> Response:
    """The messages of one rule and source, or older ones. Posted: the name of a source may be that
    of a file, and of a patient."""
    return await _list(desk, visit, _filters(visit))


async def act(desk: Desk, visit: Visit) -> Response:
    """Replays or puts aside the messages that were ticked."""
    chosen = sorted({read_number(name.removeprefix(CHOSEN)) for name in visit.form
                     if name.startswith(CHOSEN)} - {0})  # fmt: skip
    if not chosen:
        return await _list(desk, visit, _filters(visit), error=NOTHING)
    try:
        if visit.form.get("action") == "ecarter":
            motive = visit.form.get("motif", "")
            count = await desk.gateway.corrections.discard(chosen, motive, visit.context)
            return await _list(desk, visit, _filters(visit), said=_said(count, "écarté"))
        filed = 0
        for number in chosen:
            receipt = await desk.gateway.replay(number, visit.context)
            filed += receipt.state in ("filed", "kept")
    except Refused as refused:
        return await _list(desk, visit, _filters(visit), error=_sentence(refused))
    said = f"{_said(len(chosen), 'rejoué')}, dont {_said(filed, 'classé')}"
    return await _list(desk, visit, _filters(visit), said=said)


async def replay_many(desk: Desk, visit: Visit) -> Response:
    """All of a rule or source, in the background."""
    try:
        since = _midnight(desk, visit.form.get("depuis", ""))
    except ValueError:
        return await _list(desk, visit, _filters(visit), error=BAD_DAY)
    filters = Filters(
        states=("quarantined",), source=visit.form.get("source", ""),
        rule=visit.form.get("regle", ""), since=since,
    )  # fmt: skip
    try:
        await desk.gateway.replays.ask(filters, visit.form.get("motif", ""), visit.context)
    except Refused as refused:
        return await _list(desk, visit, _filters(visit), error=_sentence(refused))
    return RedirectResponse("/quarantaine", 303)


async def stop(desk: Desk, visit: Visit) -> Response:
    await desk.gateway.replays.stop(read_number(visit.form.get("numero", "")))
    return RedirectResponse("/quarantaine", 303)


async def show_runs(desk: Desk, visit: Visit) -> Response:
    """How far replays are: asked for again while one is under way."""
    runs = read_runs(await desk.gateway.replays.runs(RUNS), desk.zone)
    return render(desk, visit, "_rejeux.html", runs=runs)


async def _list(
    desk: Desk, visit: Visit, filters: Filters, *, said: str = "", error: str = ""
) -> Response:
    veil = veil_of(desk, visit)
    before = read_number(visit.form.get("avant", ""))
    found = await desk.gateway.messages(filters, SHOWN + 1, before, visit.context)
    groups: list[GroupLine] = read_groups(await desk.gateway.groups(), desk.zone)
    runs = read_runs(await desk.gateway.replays.runs(RUNS), desk.zone)
    return render(
        desk, visit, "quarantaine.html", status=422 if error else 200,
        veil=veil, groups=groups,
        entries=veil.lines(found[:SHOWN], desk.zone),
        chosen=(filters.rule, filters.source), said=said, error=error, runs=runs,
        next=found[SHOWN - 1].id if len(found) > SHOWN else 0, may_replay=visit.may("replay"),
    )  # fmt: skip


def _filters(visit: Visit) -> Filters:
    typed = {key: value[:MAX_TYPED] for key, value in visit.form.items()}
    return Filters(
        states=("quarantined",), source=typed.get("source", ""), rule=typed.get("regle", "")
    )


def _midnight(desk: Desk, day: str) -> datetime | None:
    return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=desk.zone) if day else None


def _said(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''}"


def _sentence(refused: Refused) -> str:
    return " ".join(issue.text("fr") for issue in refused.refusal.issues)
