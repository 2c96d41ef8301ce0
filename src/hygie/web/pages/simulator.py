"""/droits/simulateur: what may this person do to this record? Who may read this, and why?

Typed names travel in the body of a POST; the answer's address has ids alone, and can be kept.
Whoever asks learns of no patient whom he could not find otherwise (docs/access.md, "The
simulator").
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from starlette.responses import RedirectResponse, Response

from hygie.access import Account
from hygie.fhir.search import normalize
from hygie.limits.access import MAX_SIMULATED_CHOICES
from hygie.purpose import PURPOSES, said
from hygie.store.search.bounds import is_tied
from hygie.trace import Context
from hygie.web.desk import Desk, Visit
from hygie.web.pages.patients import EMPTY_SEARCH, Search, found_by, typed_in
from hygie.web.pages.simulating import Answer, answer, may_name, meant_by, own_eyes
from hygie.web.present.patient import PatientView
from hygie.web.present.resources import say_type
from hygie.web.present.rights import VERBS
from hygie.web.present.simulation import (
    GLASS_WORDS,
    QUESTIONS,
    SITUATION_WORDS,
    Asked,
    read_address,
    read_asked,
)
from hygie.web.rendering import render

NO_PERSON: Final = "Dites de qui : tapez son nom, ou le nom de son compte."
UNKNOWN_PERSON: Final = (
    "Aucun compte ne porte ce nom. Essayez avec moins de lettres, ou avec le nom du compte."
)
MANY: Final = "Plus de {limit} comptes répondent à ces lettres. Tapez-en davantage."
NO_PATIENT: Final = (
    "Dites de quel patient : date de naissance et nom, IPP, matricule INS, ou l’adresse de son "
    "dossier."
)
NO_SITUATION: Final = "Choisissez une situation."
UNKNOWN_PATIENT: Final = (
    "Aucun patient que vous puissiez chercher ne répond. Vérifiez la saisie, ou cherchez avec "
    "moins de lettres."
)
BAD_PASTE: Final = (
    "Cette adresse n’est ni celle d’un dossier, ni celle d’une donnée. Copiez-la depuis la page du "
    "dossier : « …/patients/… »."
)


class Typed(msgspec.Struct, frozen=True):
    """What was typed to say who and what is meant, and what is wrong with it."""

    person: str = ""
    search: Search = EMPTY_SEARCH
    address: str = ""
    error: str = ""
    faulty: str = ""
    people: Sequence[Account] = ()
    """Among whom to choose."""
    patients: Sequence[PatientView] = ()
    more: bool = False


async def show(desk: Desk, visit: Visit) -> Response:
    """The question of this address and its answer; the empty form without one."""
    asked, error = read_asked(visit.request.query_params, visit.rights)
    if error:
        return _page(desk, visit, asked, Typed(error=error))
    if not asked.complete:
        return _page(desk, visit, asked, Typed())
    return _page(desk, visit, asked, Typed(), await answer(desk, visit, asked))


async def submit(desk: Desk, visit: Visit) -> Response:
    """Leads to the answer; or asks which of several people is meant."""
    asked, error = read_asked(visit.form, visit.rights)
    if error:
        return _page(desk, visit, asked, Typed(error=error))
    typed = Typed(
        visit.form.get("personne", "").strip()[:100], typed_in(visit.form),
        visit.form.get("adresse", "").strip()[:500],
    )  # fmt: skip
    if asked.question == "dossier":
        asked, typed = await _person(desk, asked, typed)
    if not typed.error:
        asked, typed = await _patient(desk, visit, asked, typed)
    if typed.error or typed.people or typed.patients:
        return _page(desk, visit, asked, typed)
    return RedirectResponse(f"/droits/simulateur?{asked.query}", status_code=303)


async def _person(desk: Desk, asked: Asked, typed: Typed) -> tuple[Asked, Typed]:
    """The one account of that name, or those whose names have these letters."""
    if not typed.person:
        error = "" if asked.account else NO_PERSON
        return asked, msgspec.structs.replace(typed, error=error, faulty="personne" * bool(error))
    found = _named(await desk.access.list_accounts(), typed.person)
    if len(found) == 1:
        return msgspec.structs.replace(asked, account=found[0].name), typed
    if not found or len(found) > MAX_SIMULATED_CHOICES:
        error = MANY.format(limit=MAX_SIMULATED_CHOICES) if found else UNKNOWN_PERSON
        return asked, msgspec.structs.replace(typed, error=error, faulty="personne")
    return asked, msgspec.structs.replace(typed, people=found)


def _named(accounts: Sequence[Account], words: str) -> list[Account]:
    exact = [one for one in accounts if one.name == words.lower()]
    wanted = normalize(words).split()
    return exact or [
        one for one in accounts
        if wanted and all(word in normalize(f"{one.name} {one.display}") for word in wanted)
    ]  # fmt: skip


async def _patient(desk: Desk, visit: Visit, asked: Asked, typed: Typed) -> tuple[Asked, Typed]:
    """Whose record: found as on the pages on patients, or by an address; or a situation."""
    if not may_name(visit):
        wrong = "" if asked.situation else NO_SITUATION
        asked = msgspec.structs.replace(asked, patient="", resource="")
        return asked, msgspec.structs.replace(typed, error=wrong, faulty="situation" * bool(wrong))
    if typed.address:
        return await _pasted(desk, visit, asked, typed)
    if typed.search == EMPTY_SEARCH:
        wrong = "" if asked.patient else NO_PATIENT
        return asked, msgspec.structs.replace(typed, error=wrong, faulty="naissance" * bool(wrong))
    checked, found, more = await found_by(desk, _searching(visit), typed.search)
    if checked.error or not found:
        wrong, faulty = checked.error or UNKNOWN_PATIENT, checked.faulty or "naissance"
        return asked, msgspec.structs.replace(typed, search=checked, error=wrong, faulty=faulty)
    if len(found) == 1 and not more:
        return msgspec.structs.replace(asked, patient=found[0].id, resource=""), typed
    return asked, msgspec.structs.replace(typed, patients=found, more=more)


async def _pasted(desk: Desk, visit: Visit, asked: Asked, typed: Typed) -> tuple[Asked, Typed]:
    meant = read_address(typed.address, visit.rights)
    if meant is None:
        return asked, msgspec.structs.replace(typed, error=BAD_PASTE, faulty="adresse")
    found = await meant_by(desk, visit, asked, meant)
    if isinstance(found, str):
        return asked, msgspec.structs.replace(typed, error=found, faulty="adresse")
    return found, typed


def _searching(visit: Visit) -> Context:
    """Who may search patients does so in his own name; for who audits, who has no right on
    records, the house looks, as on the page of traces."""
    if own_eyes(visit):
        return visit.context
    return Context("audit", "system", visit.context.purpose, visit.context.request)


def _page(
    desk: Desk, visit: Visit, asked: Asked, typed: Typed, found: Answer | None = None
) -> Response:
    wrong = typed.error or (found.error if found else "")
    return render(
        desk, visit, "simulateur.html", status=422 if wrong else 200, asked=asked,
        typed=typed, search=typed.search, error=wrong, answer=None if wrong else found,
        questions=QUESTIONS, situations=SITUATION_WORDS, glasses=GLASS_WORDS, verbs=VERBS,
        types=_types(desk, visit), names_patients=may_name(visit), moment=_moment(desk, asked),
        purposes=_purposes(visit),
    )  # fmt: skip


def _moment(desk: Desk, asked: Asked) -> datetime:
    return asked.moment(desk.zone) or desk.now


def _purposes(visit: Visit) -> Mapping[str, str]:
    """Those that some role is for: code -> words."""
    roles = visit.rights.roles.values()
    return {one: said(one) for one in PURPOSES if any(one in role.choices for role in roles)}


def _types(desk: Desk, visit: Visit) -> Mapping[str, list[tuple[str, str]]]:
    """Of what patients' records are made: group -> types with their names in French."""
    groups = visit.rights.groups.values()
    found = {
        group.label: [(one, say_type(one)) for one in group.types if is_tied(desk.store.vault, one)]
        for group in groups
    }
    return {label: types for label, types in found.items() if types}
