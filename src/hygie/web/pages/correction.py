"""/messages/…: a message corrected, replayed, put aside or taken back, by somebody who says why."""

from typing import Final

from starlette.responses import RedirectResponse, Response

from hygie.intake.values import Entry, Receipt
from hygie.refusal import Refused
from hygie.web.desk import Desk, Visit
from hygie.web.pages.messages import asked_entry, page
from hygie.web.present.editing import with_field, with_text
from hygie.web.present.inbox import STATES, STOPPED
from hygie.web.veil import veil_of

VEILED: Final = "Le contenu est voilé : montrez-le, puis corrigez. Rien n’a été modifié."
FILED_AGAIN: Final = "Rejoué : le message est classé"
STOPPED_AGAIN: Final = "Rejoué : le message est encore arrêté"


async def replay(desk: Desk, visit: Visit) -> Response:
    """Tries again, and shows what came of it."""
    receipt = await desk.gateway.replay(asked_entry(visit), context=visit.context)
    return await page(desk, visit, await _entry(desk, visit), outcome=_outcome(receipt))


async def correct(desk: Desk, visit: Visit) -> Response:
    """The corrected message takes the place of the first, which is kept."""
    entry = await _entry(desk, visit)
    motive = visit.form.get("motif", "")
    if veil_of(desk, visit).over(entry) == "veil":
        return await page(desk, visit, entry, error=VEILED)
    try:
        content = _corrected(entry, visit.form)
        receipt = await desk.gateway.corrections.correct(entry.id, content, motive, visit.context)
    except Refused as refused:
        sentence = " ".join(issue.text("fr") for issue in refused.refusal.issues)
        return await page(desk, visit, entry, error=sentence, typed=visit.form)
    return RedirectResponse(f"/messages/{receipt.id}", 303)


async def discard(desk: Desk, visit: Visit) -> Response:
    entry = await _entry(desk, visit)
    try:
        await desk.gateway.corrections.discard(
            [entry.id], visit.form.get("motif", ""), visit.context
        )
    except Refused as refused:
        sentence = " ".join(issue.text("fr") for issue in refused.refusal.issues)
        return await page(desk, visit, entry, error=sentence, typed=visit.form)
    return RedirectResponse(f"/messages/{entry.id}", 303)


async def take_back(desk: Desk, visit: Visit) -> Response:
    number = asked_entry(visit)
    await desk.gateway.corrections.take_back([number], visit.context)
    return RedirectResponse(f"/quarantaine/{number}", 303)


async def _entry(desk: Desk, visit: Visit) -> Entry:
    return await desk.gateway.entry(asked_entry(visit), visit.context)


def _corrected(entry: Entry, form: dict[str, str]) -> bytes:
    raw = entry.content or b""
    if form.get("maniere") == "champ":
        return with_field(raw, form.get("champ", ""), form.get("valeur", ""))
    typed = form.get("texte", "")
    return with_text(raw, typed) if entry.kind == "hl7v2" else typed.encode()


def _outcome(receipt: Receipt) -> str:
    if receipt.state == "filed":
        return FILED_AGAIN
    return STOPPED_AGAIN if receipt.state in STOPPED else f"Rejoué : {STATES[receipt.state]}"
