"""/quarantaine/…/rapport: what stopped messages, as a file to send to whoever sent them."""

from collections.abc import Iterable, Sequence

from starlette.responses import Response

from hygie import __version__
from hygie.fhir.codec import Resource
from hygie.insight.quality.discretion import Discretion
from hygie.insight.quality.page import page_of
from hygie.insight.quality.report import Asked, Report
from hygie.insight.quality.tally import Tally
from hygie.intake.reading import read_resource
from hygie.intake.values import Entry
from hygie.limits import MAX_PAGE
from hygie.refusal import Refused
from hygie.web.desk import Desk, Visit
from hygie.web.present.inbox import STOPPED
from hygie.web.present.numbers import MAX_NUMBER
from hygie.web.veil import veil_of


async def download(desk: Desk, visit: Visit) -> Response:
    """On one message, or with `?tous=1` on all that waits of its source (no source in an address:
    its name may be that of a patient). Without excerpts unless they are asked
    for by who may read what messages hold."""
    number = min(int(visit.request.path_params["entry"]), MAX_NUMBER)
    entry = await desk.gateway.entry(number, context=visit.context)
    if visit.request.query_params.get("tous") == "1":
        waiting = await desk.gateway.quarantine(MAX_PAGE, context=visit.context)
        chosen = [one for one in waiting if one.source == entry.source]
        return _file(desk, visit, chosen, "rapport-source.html")
    stopped = [entry] if entry.state in STOPPED else []
    return _file(desk, visit, stopped, f"rapport-message-{entry.id}.html")


def _file(desk: Desk, visit: Visit, entries: Sequence[Entry], name: str) -> Response:
    asked = visit.request.query_params.get("extraits") == "1"
    excerpts = asked and veil_of(desk, visit).lifted
    report = _report(desk, entries, excerpts=excerpts)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(page_of(report), media_type="text/html", headers=headers)


def _report(desk: Desk, entries: Sequence[Entry], *, excerpts: bool) -> Report:
    tally = _counted(entries, Discretion("fr", excerpts, plain_names=True))
    sources = {entry.source for entry in entries}
    return Report(
        made_at=desk.now.isoformat(timespec="seconds"), hygie=__version__, language="fr",
        asked=Asked(source=", ".join(sorted(sources)), excerpts=excerpts),
        totals=tally.totals(), rules=tally.rules(), types=tally.types(),
        profiles=tally.profiles(), files=tally.worst_files(),
    )  # fmt: skip


def _counted(entries: Iterable[Entry], discretion: Discretion) -> Tally:
    """Messages are named by their number, which says nothing of a patient."""
    tally = Tally(discretion)
    for entry in entries:
        tally.begin(f"message {entry.id}", len(entry.content or b""))
        tally.count(0, _resource(entry), entry.issues)
        tally.end()
    return tally


def _resource(entry: Entry) -> Resource | None:
    """Or its type alone, where the content is not at hand."""
    if entry.kind != "fhir":
        return None
    if entry.content is None:
        return {"resourceType": entry.event}
    try:
        return read_resource(entry.content)
    except Refused:
        return None
