"""/oauth/authorize and /autorisation: an application asks, a person answers.

A browser that an application sends comes without our strict cookies: what it brings is put aside
under a cookie of its own, and it gets a page, from which it then comes as from one of ours. Who has
to sign in first finds the question again on the home page's address.
"""

import hashlib
import hmac
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hygie.access.smart.authorizing import Elsewhere
from hygie.access.smart.consenting import Person, Waiting
from hygie.limits.smart import DEMAND_MINUTES
from hygie.refusal import Category, Refused, refuse
from hygie.web.cookies import clear_cookie, read_cookie, set_cookie
from hygie.web.desk import Desk, Visit
from hygie.web.errors import refusal_page
from hygie.web.headers import POLICY
from hygie.web.messages import STALE_FORM
from hygie.web.pages.patients import EMPTY_SEARCH, MAX_TYPED, found_by, typed_in
from hygie.web.present.granted import read_grant
from hygie.web.present.patient import PatientView, read_patient
from hygie.web.records import Records
from hygie.web.rendering import render, render_plain

DEMAND = "hygie-demande"
PATH = "/autorisation"


async def ask(desk: Desk, request: Request) -> Response:
    """Open to anybody: nothing is told but to the application, and nothing given."""
    given = request.query_params.multi_items()
    asked = await desk.access.smart.people.ask(given, fhir_base(request), issuer(request))
    if isinstance(asked, Elsewhere):
        return RedirectResponse(asked.address, status_code=303)
    response = render_plain(desk, request, "arrivee.html", onward=PATH)
    response.headers["refresh"] = f"0; url={PATH}"
    seconds = DEMAND_MINUTES * 60
    set_cookie(response, DEMAND, asked, seconds=seconds, secure=desk.secure)
    return response


async def show(desk: Desk, visit: Visit) -> Response:
    """The question; or the answer at once, when it was given before."""
    secret = _secret(desk, visit)
    people, person = desk.access.smart.people, person_of(visit)
    try:
        waiting = await people.waiting(secret, person)
        if not waiting.demand.needs_patient and await people.permitted_before(waiting, person):
            answered = await people.permit(secret, person, "", issuer(visit.request))
            return _gone(desk, answered)
        return await _page(desk, visit, waiting, _opened(waiting))
    except Refused as refused:
        response = refusal_page(desk, visit.request, refused)
        clear_cookie(response, DEMAND, secure=desk.secure)
        return response


async def submit(desk: Desk, visit: Visit) -> Response:
    """Looks for a patient, chooses one, permits, or says no."""
    secret, form = _secret(desk, visit), visit.form
    people, person = desk.access.smart.people, person_of(visit)
    if not hmac.compare_digest(form.get("demande", ""), mark_of(secret)):
        # Another application asked meanwhile: what was read is not what would be answered.
        raise refuse(Category.CONFLICT, "web.stale-form", STALE_FORM)
    waiting = await people.waiting(secret, person)
    chosen = _opened(waiting) or form.get("patient", "")[:MAX_TYPED]
    match form.get("acte", ""):
        case "refuser":
            return _gone(desk, await people.deny(secret, person, issuer(visit.request)))
        case "autoriser":
            if chosen:
                await Records(desk.store, visit.context).read("Patient", chosen)
            answered = await people.permit(secret, person, chosen, issuer(visit.request))
            return _gone(desk, answered)
        case "chercher":
            return await _page(desk, visit, waiting, "", searched=True)
        case _:
            return await _page(desk, visit, waiting, chosen)


async def is_waiting(desk: Desk, visit: Visit) -> bool:
    """Whether somebody was on the way here when they had to sign in."""
    secret = _secret(desk, visit)
    if not secret:
        return False
    try:
        await desk.access.smart.people.waiting(secret, person_of(visit))
    except Refused:
        return False
    return True


async def _page(
    desk: Desk, visit: Visit, waiting: Waiting, patient: str, *, searched: bool = False
) -> Response:
    search, found = EMPTY_SEARCH, None
    if searched:
        search, matches, _ = await found_by(desk, visit.context, typed_in(visit.form))
        found = None if search.error else matches
    response = render(
        desk, visit, "autorisation.html",
        application=waiting.application,
        grant=read_grant(waiting.demand.scopes, waiting.demand.special),
        place=urlsplit(waiting.demand.redirect).hostname or waiting.application.name,
        patient=await _patient(desk, visit, patient) if patient else None,
        choosing=waiting.demand.needs_patient and not patient,
        opened=waiting.demand.launched is not None,
        search=search, found=found, mark=mark_of(_secret(desk, visit)),
    )  # fmt: skip
    return leading_to(response, waiting.demand.redirect)


async def _patient(desk: Desk, visit: Visit, id_: str) -> PatientView:
    """Raises `Refused` (NOT_FOUND) for one whom this person does not see."""
    resource = await Records(desk.store, visit.context).read("Patient", id_)
    return read_patient(resource, desk.today, desk.zone)


def _opened(waiting: Waiting) -> str:
    """The patient of the record that it was opened from."""
    return waiting.demand.launched.patient if waiting.demand.launched else ""


def _gone(desk: Desk, answered: Elsewhere) -> Response:
    response = RedirectResponse(answered.address, status_code=303)
    clear_cookie(response, DEMAND, secure=desk.secure)
    return response


def _secret(desk: Desk, visit: Visit) -> str:
    return read_cookie(visit.request, DEMAND, secure=desk.secure)


def mark_of(secret: str) -> str:
    """Which demand a form was made for."""
    return hashlib.sha256(b"hygie demand" + secret.encode()).hexdigest()[:32]


def person_of(visit: Visit) -> Person:
    return Person(visit.account, visit.session, visit.context)


def issuer(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def fhir_base(request: Request) -> str:
    return f"{issuer(request)}/fhir"


def leading_to(response: Response, *addresses: str) -> Response:
    """A page whose forms may end at these addresses, and no others (CSP 3, §6.4.1)."""
    places = dict.fromkeys(_source(address) for address in addresses if address)
    allowed = " ".join(("form-action 'self'", *places))
    response.headers["content-security-policy"] = POLICY.replace("form-action 'self'", allowed)
    return response


def _source(address: str) -> str:
    parts = urlsplit(address)
    web = parts.scheme in ("https", "http")
    return f"{parts.scheme}://{parts.netloc}" if web else f"{parts.scheme}:"
