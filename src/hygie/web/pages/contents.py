"""/contenus: the veil over what messages hold, lifted by who says why; and put back."""

from starlette.responses import RedirectResponse, Response

from hygie.refusal import Refused
from hygie.web.desk import Desk, Visit
from hygie.web.rendering import render
from hygie.web.stepping import NEXT_FIELD, own_path
from hygie.web.veil import drop, lift, veil_of


async def show(desk: Desk, visit: Visit) -> Response:
    """The form by itself: whoever must prove anew who they are comes back to it."""
    return _form(desk, visit)


async def submit(desk: Desk, visit: Visit) -> Response:
    """Back to the page that asked; or the form again, with what is wrong."""
    reason, motive = visit.form.get("raison", ""), visit.form.get("motif", "")
    try:
        carried = await desk.access.contents.show(visit.context, visit.facts, reason, motive)
    except Refused as refused:
        return _form(desk, visit, refused)
    response = _back(visit)
    lift(response, carried, secure=desk.secure)
    return response


async def end(desk: Desk, visit: Visit) -> Response:
    response = _back(visit)
    drop(response, secure=desk.secure)
    return response


def _form(desk: Desk, visit: Visit, refused: Refused | None = None) -> Response:
    refusal = refused.refusal if refused else None
    return render(
        desk, visit, "contenus.html", status=refusal.category.value if refusal else 200,
        veil=veil_of(desk, visit), back=_way(visit), typed=visit.form,
        errors=[issue.text("fr") for issue in refusal.issues] if refusal else [],
    )  # fmt: skip


def _back(visit: Visit) -> Response:
    return RedirectResponse(_way(visit), status_code=303)


def _way(visit: Visit) -> str:
    """The page that asked, as the form says; else the quarantine."""
    way = visit.form.get(NEXT_FIELD, "")
    return own_path(way) if way else "/quarantaine"
