"""/patients/{id}/aides: what services of others say of this record. The record's pages load it
after themselves: nobody waits for a service to read."""

from starlette.responses import Response

from hygie.web.desk import Desk, Visit
from hygie.web.pages.record.frame import open_record
from hygie.web.rendering import render


async def show(desk: Desk, visit: Visit) -> Response:
    frame, _ = await open_record(desk, visit, "/aides")
    told = await desk.calling.ask(visit.context, visit.account, frame.patient.id)
    return render(desk, visit, "record/aides.html", frame=frame, told=told)
