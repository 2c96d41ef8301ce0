"""/patients/{id}/applications: opening an application for the patient of a record."""

from starlette.responses import RedirectResponse, Response

from hygie.web.care import require_care
from hygie.web.desk import Desk, Visit
from hygie.web.pages.applications.authorizing import fhir_base, leading_to, person_of
from hygie.web.pages.record.frame import open_record
from hygie.web.present.granted import read_grant
from hygie.web.records import Records, check_id, of_patient
from hygie.web.rendering import render

SECTION = "/applications"
OPEN_STAYS = (("status", "in-progress,arrived,triaged,onleave"), ("_count", "2"))


async def show(desk: Desk, visit: Visit) -> Response:
    frame, _ = await open_record(desk, visit, SECTION)
    found = await desk.access.smart.people.launchable(visit.account.role)
    offered = [(one, read_grant(one.scopes, ())) for one in found]
    response = render(desk, visit, "record/applications.html", frame=frame, offered=offered)
    return leading_to(response, *(one.launch for one in found))


async def launch(desk: Desk, visit: Visit) -> Response:
    """To the application, with what it needs to ask for this patient: good once, for two minutes,
    in this session. Raises `Refused` when the record is not there for this person."""
    patient = check_id(visit.request.path_params["patient"])
    records = Records(desk.store, visit.context)
    await records.read("Patient", patient)
    require_care(desk, visit, patient)
    stays = await records.find("Encounter", of_patient(patient, *OPEN_STAYS))
    encounter = stays.resources[0]["id"] if len(stays.resources) == 1 else ""
    gone = await desk.access.smart.people.launch(
        person_of(visit), visit.form.get("application", ""), patient, encounter,
        fhir_base(visit.request),
    )  # fmt: skip
    return RedirectResponse(gone.address, status_code=303)
