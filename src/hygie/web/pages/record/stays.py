"""/patients/{id}/sejours: stays, and where the patient was within each."""

from starlette.responses import Response

from hygie.web.desk import Desk, Visit
from hygie.web.pages.record.frame import MANY, open_record
from hygie.web.pages.record.plots import stay_strips
from hygie.web.present.places import place_names
from hygie.web.present.stays import read_stays
from hygie.web.records import WITH_PLACES, of_patient
from hygie.web.rendering import render


async def show(desk: Desk, visit: Visit) -> Response:
    patient = visit.request.path_params["patient"]
    frame, (found,) = await open_record(
        desk, visit, "/sejours",
        ("Encounter", of_patient(patient, ("_sort", "-date"), ("_count", MANY), *WITH_PLACES)),
    )  # fmt: skip
    stays = read_stays(found.resources, desk.zone, desk.now, place_names(found.included))
    strips = {stay.id: stay_strips(stay, desk.now) for stay in stays}
    return render(
        desk, visit, "record/sejours.html", frame=frame, stays=stays, strips=strips, more=found.more
    )
