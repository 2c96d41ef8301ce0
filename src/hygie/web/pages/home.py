"""/: each role starts where its work is."""

from starlette.responses import RedirectResponse, Response

from hygie.web.desk import Desk, Visit
from hygie.web.pages.applications import authorizing
from hygie.web.pages.patients import EMPTY_SEARCH
from hygie.web.present.patient import PatientView, read_patient
from hygie.web.present.places import place_names
from hygie.web.present.read import text
from hygie.web.present.stays import Stay, read_stays
from hygie.web.records import WITH_PLACES, Records
from hygie.web.rendering import render

SHOWN = 20
OPEN_STAYS = (
    ("status", "in-progress,arrived,triaged,onleave"),
    ("_sort", "-date"),
    ("_count", str(SHOWN)),
    ("_include", "Encounter:patient"),
    *WITH_PLACES,
)


async def show(desk: Desk, visit: Visit) -> Response:
    if await authorizing.is_waiting(desk, visit):
        return RedirectResponse(authorizing.PATH, status_code=303)
    if visit.may("read_flows"):
        return RedirectResponse("/flux", status_code=303)
    if visit.may("manage_accounts"):
        return RedirectResponse("/comptes", status_code=303)
    if visit.may("read_audit"):
        return RedirectResponse("/traces", status_code=303)
    if not visit.may("search_patients"):
        return render(desk, visit, "accueil_sans_dossier.html")
    stays, patients = await _open_stays(desk, visit)
    return render(desk, visit, "accueil.html", search=EMPTY_SEARCH, stays=stays, patients=patients)


async def _open_stays(desk: Desk, visit: Visit) -> tuple[list[Stay], dict[str, PatientView]]:
    """The latest admissions still open, and the patients they are about, by id."""
    found = await Records(desk.store, visit.context).find("Encounter", OPEN_STAYS)
    patients = {
        text(resource, "id"): read_patient(resource, desk.today, desk.zone)
        for resource in found.included
        if resource["resourceType"] == "Patient"
    }
    stays = read_stays(found.resources, desk.zone, desk.now, place_names(found.included))
    return [stay for stay in stays if stay.patient in patients], patients
