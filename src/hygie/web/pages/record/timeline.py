"""/patients/{id}/chronologie: everything that happened, filtered by kind."""

from starlette.responses import Response

from hygie.web.desk import Desk, Visit
from hygie.web.pages.record.frame import MANY, open_record
from hygie.web.present.documents import read_documents
from hygie.web.present.places import place_names
from hygie.web.present.results import read_results
from hygie.web.present.stays import read_stays
from hygie.web.present.timeline import KINDS, build_timeline, by_day
from hygie.web.records import WITH_PLACES, of_patient
from hygie.web.rendering import render

RESULTS = "500"
SHOWN_DAYS = 60


async def show(desk: Desk, visit: Visit) -> Response:
    patient = visit.request.path_params["patient"]
    wanted = visit.request.query_params.get("genre", "")
    recent = (("_sort", "-date"), ("_count", MANY))
    frame, found = await open_record(
        desk, visit, "/chronologie",
        ("Encounter", of_patient(patient, *recent, *WITH_PLACES)),
        ("Observation", of_patient(patient, ("_sort", "-date"), ("_count", RESULTS))),
        ("DocumentReference", of_patient(patient, *recent)),
    )  # fmt: skip
    encounters, observations, documents = found
    events = build_timeline(
        read_stays(encounters.resources, desk.zone, desk.now, place_names(encounters.included)),
        read_results(observations.resources, desk.zone),
        read_documents(documents.resources, desk.zone),
    )
    kind = wanted if wanted in KINDS else ""
    days = by_day(event for event in events if not kind or event.kind == kind)
    more = len(days) > SHOWN_DAYS or any(f.more for f in found)
    return render(
        desk, visit, "record/chronologie.html", frame=frame, days=days[:SHOWN_DAYS],
        kinds=KINDS, kind=kind, more=more,
    )  # fmt: skip
