"""/patients: finding someone by birth date and first letters, or by identifier (RNIV).

What is typed travels in the body of a POST: neither names nor birth dates reach an address.
"""

import re
from collections.abc import Mapping
from datetime import date

import msgspec
from starlette.responses import Response

from hygie.fhir.french.keys import ins_key
from hygie.fhir.search import normalize
from hygie.trace import Context
from hygie.web.care import cares
from hygie.web.desk import Desk, Visit
from hygie.web.present.dates import parse_typed_date
from hygie.web.present.patient import PatientView, read_patient
from hygie.web.records import Parameters, Records
from hygie.web.rendering import render

SHOWN = 50
LEAST_LETTERS = 2
"""Of a name given without a birth date."""
MAX_TYPED = 100

BAD_DATE = "Cette date n’existe pas ou n’est pas complète. Tapez jour, mois, année : 03/02/1951."
TOO_FEW = "Ajoutez la date de naissance, ou tapez au moins deux lettres du nom."
NOTHING = "Tapez une date de naissance et les premières lettres du nom, ou un identifiant."


class Search(msgspec.Struct, frozen=True):
    """What was typed, and what is wrong with it."""

    birth: str = ""
    name: str = ""
    identifier: str = ""
    error: str = ""
    faulty: str = ""
    """Name of the field at fault."""


EMPTY_SEARCH = Search()


async def show(desk: Desk, visit: Visit) -> Response:
    return render(desk, visit, "patients.html", search=EMPTY_SEARCH, found=None, more=False,
        outside=set())  # fmt: skip


async def submit(desk: Desk, visit: Visit) -> Response:
    checked, kept, more = await found_by(desk, visit.context, typed_in(visit.form))
    return render(
        desk, visit, "patients.html", status=422 if checked.error else 200, search=checked,
        found=None if checked.error else kept, more=more, outside=_outside(desk, visit, kept),
    )  # fmt: skip


def _outside(desk: Desk, visit: Visit, found: list[PatientView]) -> set[str]:
    """Those whose record is opened by saying why."""
    if not visit.may("read_record"):
        return set()
    return {one.id for one in found if not cares(desk, visit, one.id)}


def typed_in(form: Mapping[str, str]) -> Search:
    typed = {key: value.strip()[:MAX_TYPED] for key, value in form.items()}
    return Search(typed.get("naissance", ""), typed.get("nom", ""), typed.get("identifiant", ""))


async def found_by(
    desk: Desk, context: Context, search: Search
) -> tuple[Search, list[PatientView], bool]:
    """The search, with what is wrong with it; those who were meant; whether there are more."""
    checked, parameters = understand(search, desk.today)
    if checked.error:
        return checked, [], False
    found = await Records(desk.store, context).find("Patient", parameters)
    views = (read_patient(resource, desk.today, desk.zone) for resource in found.resources)
    kept = sorted((view for view in views if not view.replaced_by), key=_alphabetical)
    return checked, kept, found.more


def _alphabetical(view: PatientView) -> tuple[str, str]:
    return normalize(view.name.spelled), normalize(view.name.given)


def understand(search: Search, today: date) -> tuple[Search, Parameters]:
    """The search parameters that were meant; or the search with its error."""
    if search.identifier:
        return search, _page([("identifier", complete_matricule(search.identifier))])
    if not search.birth and not search.name:
        return _wrong(search, NOTHING, "naissance"), ()
    parameters = []
    if search.birth:
        birth = parse_typed_date(search.birth, today)
        if birth is None:
            return _wrong(search, BAD_DATE, "naissance"), ()
        parameters.append(("birthdate", birth.isoformat()))
    elif sum(letter.isalpha() for letter in search.name) < LEAST_LETTERS:
        return _wrong(search, TOO_FEW, "nom"), ()
    if normalize(search.name):
        parameters.append(("family", escape_value(search.name)))
    return search, _page(parameters)


def _page(parameters: list[tuple[str, str]]) -> Parameters:
    return (*parameters, ("_count", str(SHOWN)))


def _wrong(search: Search, error: str, faulty: str) -> Search:
    return msgspec.structs.replace(search, error=error, faulty=faulty)


def complete_matricule(typed: str) -> str:
    """An identifier without spaces; the 13 characters of a NIR get their key."""
    compact = re.sub(r"[\s.\-]", "", typed).upper() if _looks_like_matricule(typed) else typed
    if re.fullmatch(r"\d{5}(?:\d{2}|2[AB])\d{6}", compact):
        return compact + ins_key(compact)
    return escape_value(compact)


def _looks_like_matricule(typed: str) -> bool:
    return re.fullmatch(r"[\d\s.\-]{5,}(?:[AaBb][\d\s.\-]+)?", typed) is not None


def escape_value(text: str) -> str:
    """`text` as one value of a search parameter (R4 §3.1.1.5.7)."""
    return re.sub(r"([\\,$|])", r"\\\1", text)
