"""/moi/securite/…: setting up an application or a passkey, at the first sign-in or later."""

import msgspec
import segno
from markupsafe import Markup
from starlette.responses import Response

from hygie.access.factors.factors import Enrolled
from hygie.access.factors.offers import Offer
from hygie.access.factors.proofs import Answer
from hygie.limits import MAX_ASSERTION_CHARACTERS, MAX_LABEL_CHARACTERS, MAX_NAME_CHARACTERS
from hygie.refusal import Refused
from hygie.web.cookies import set_session
from hygie.web.desk import Desk, Visit
from hygie.web.pages.proving import site_of
from hygie.web.rendering import render

LABEL = "Clé d’accès"


async def begin(desk: Desk, visit: Visit) -> Response:
    """Which factor, for someone whose role requires one and who has none yet."""
    return render(desk, visit, "mise_en_place.html", passkeys=site_of(visit.request).takes_passkeys)


async def show_application(desk: Desk, visit: Visit) -> Response:
    """A QR code, and a field for the first code."""
    return _application(desk, visit, desk.access.factors.offer(visit.session, visit.facts))


async def confirm_application(desk: Desk, visit: Visit) -> Response:
    """The recovery codes, once a right code was shown; else the same QR code, and why."""
    ticket = visit.form.get("offre", "")
    try:
        enrolled = await desk.access.factors.confirm_application(
            visit.session, ticket, visit.form.get("code", "")[:MAX_NAME_CHARACTERS]
        )
    except Refused as refused:
        if refused.refusal.issues[0].rule != "access.wrong-code":
            raise
        offer = desk.access.factors.offer(visit.session, visit.facts, ticket)
        return _application(desk, visit, offer, refused)
    return _enrolled(desk, visit, enrolled)


async def show_passkey(desk: Desk, visit: Visit) -> Response:
    """A name for the passkey, and the button that makes it."""
    return await _passkey(desk, visit)


async def confirm_passkey(desk: Desk, visit: Visit) -> Response:
    """The recovery codes, with the first factor; or why it was not kept."""
    answer = Answer(
        visit.form.get("reponse", "")[: MAX_ASSERTION_CHARACTERS + 1], site_of(visit.request)
    )
    label = visit.form.get("nom", "")
    try:
        enrolled = await desk.access.factors.confirm_passkey(visit.session, label, answer)
    except Refused as refused:
        return await _passkey(desk, visit, label, refused)
    return _enrolled(desk, visit, enrolled)


def _application(
    desk: Desk, visit: Visit, offer: Offer, refused: Refused | None = None
) -> Response:
    return render(
        desk, visit, "application.html", status=_status(refused), offer=offer,
        drawing=_drawing(offer), errors=_sentences(refused), key=_spaced(offer.secret),
    )  # fmt: skip


async def _passkey(
    desk: Desk, visit: Visit, label: str = LABEL, refused: Refused | None = None
) -> Response:
    site = site_of(visit.request)
    options = ""
    if site.takes_passkeys:
        factors = desk.access.factors
        options = await factors.passkey_options(visit.session, visit.facts, site)
    return render(
        desk, visit, "cle.html", status=_status(refused), options=options, label=label,
        most=MAX_LABEL_CHARACTERS, errors=_sentences(refused),
    )  # fmt: skip


def _enrolled(desk: Desk, visit: Visit, enrolled: Enrolled) -> Response:
    """What is shown once, under the session's new token."""
    visit = msgspec.structs.replace(visit, session=enrolled.token)
    response = render(desk, visit, "codes.html", codes=enrolled.codes, enrolled=True)
    set_session(response, enrolled.token, secure=desk.secure)
    return response


def _drawing(offer: Offer) -> Markup:
    """The QR code as SVG: made of our own address, which holds no markup."""
    code = segno.make(offer.address, error="m")
    return Markup(code.svg_inline(scale=5, border=3, dark="#000", light="#fff"))  # noqa: S704


def _spaced(secret: str) -> str:
    """Easier to copy by hand."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _status(refused: Refused | None) -> int:
    return refused.refusal.category.value if refused else 200


def _sentences(refused: Refused | None) -> list[str]:
    return [issue.text("fr") for issue in refused.refusal.issues] if refused else []
