"""/patients/{id}/bris-de-glace: opening the record of somebody who is not in one's care."""

from starlette.responses import RedirectResponse, Response

from hygie.access.glass import REASONS, opposed
from hygie.limits.access import (
    GLASS_HOURS,
    GLASS_REVIEW_DAYS,
    MAX_MOTIVE_CHARACTERS,
    MIN_MOTIVE_CHARACTERS,
)
from hygie.refusal import Refused
from hygie.web.care import cares
from hygie.web.desk import Desk, Visit
from hygie.web.pages.record.frame import records_of
from hygie.web.present.patient import read_patient
from hygie.web.rendering import render


async def show(desk: Desk, visit: Visit) -> Response:
    """The form; or the record, for who has it in sight."""
    if cares(desk, visit, _patient(visit)):
        return _record(visit)
    return await _form(desk, visit)


async def submit(desk: Desk, visit: Visit) -> Response:
    """Breaks the glass, and leads to the record; or the form again, with what is wrong."""
    patient = _patient(visit)
    # whom one may not know of is not there
    known = await records_of(desk, visit).read("Patient", patient)
    try:
        await desk.access.glass.break_(
            visit.context, visit.account, patient,
            visit.form.get("raison", ""), visit.form.get("motif", ""), opposed=opposed(known),
        )  # fmt: skip
    except Refused as refused:
        return await _form(desk, visit, refused)
    return _record(visit)


async def close(desk: Desk, visit: Visit) -> Response:
    """Closes the record again."""
    await desk.access.glass.close(visit.context, visit.account, _patient(visit))
    return RedirectResponse("/patients", status_code=303)


async def _form(desk: Desk, visit: Visit, refused: Refused | None = None) -> Response:
    resource = await records_of(desk, visit).read("Patient", _patient(visit))
    refusal = refused.refusal if refused else None
    against = opposed(resource)
    return render(
        desk, visit, "hors_equipe.html",
        status=refusal.category.value if refusal else 200,
        patient=read_patient(resource, desk.today, desk.zone),
        may_break=desk.access.glass.may_break(visit.account), opposed=bool(against),
        reasons={code: said for code, said in REASONS.items() if code not in against},
        errors=[issue.text("fr") for issue in refusal.issues] if refusal else [],
        chosen=visit.form.get("raison", ""), motive=visit.form.get("motif", ""),
        hours=GLASS_HOURS, days=GLASS_REVIEW_DAYS,
        least=MIN_MOTIVE_CHARACTERS, most=MAX_MOTIVE_CHARACTERS,
    )  # fmt: skip


def _record(visit: Visit) -> Response:
    return RedirectResponse(f"/patients/{_patient(visit)}", status_code=303)


def _patient(visit: Visit) -> str:
    patient: str = visit.request.path_params["patient"]
    return patient
