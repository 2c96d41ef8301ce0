"""/droits: who may do what, as the rights file says; and who may read this, and why."""

import re
from collections.abc import Collection, Iterator
from typing import Final

import msgspec
from starlette.responses import Response

from hygie.access import Account
from hygie.access.decision import Decision, Subject
from hygie.access.rights import Right, Role
from hygie.access.simulator import explain
from hygie.purpose import PURPOSES, said
from hygie.refusal import Category
from hygie.sight import LETTERS, Letter
from hygie.trace import AuditEntry
from hygie.web.desk import Desk, Visit
from hygie.web.rendering import render

SCOPES: Final = {
    "establishment": "tout l’établissement", "team": "ses patients", "self": "son dossier"
}  # fmt: skip
VERBS: Final = {"r": "lire", "s": "chercher", "c": "créer", "u": "modifier", "d": "supprimer"}
CAPABILITIES: Final = {
    "search_patients": "chercher un patient", "read_record": "ouvrir un dossier",
    "launch_apps": "lancer des applications", "read_flows": "suivre les flux",
    "read_messages": "suivre les messages", "read_quarantine": "voir la quarantaine",
    "show_contents": "montrer le contenu des messages arrêtés, avec un motif",
    "replay": "rejouer et corriger", "run_flows": "démarrer et arrêter les flux",
    "try_expressions": "essayer des expressions", "map_codes": "faire correspondre des codes",
    "manage_accounts": "gérer les comptes", "review_access": "passer les accès en revue",
    "manage_tokens": "gérer les jetons", "manage_clients": "gérer les applications",
    "manage_directories": "gérer les annuaires", "read_audit": "lire les traces",
    "export_audit": "exporter les traces", "review_break_glass": "relire les bris de glace",
    "read_rights": "lire les droits", "simulate_rights": "simuler les droits",
}  # fmt: skip
"""In the words of the page; one that is not here shows its name."""
PATIENT: Final = re.compile(r"(?:Patient/)?([A-Za-z0-9.\-]{1,64})")
SIMULATED: Final = ("Patient", "Encounter", "Observation", "DiagnosticReport", "Condition",
    "AllergyIntolerance", "DocumentReference", "MedicationRequest", "Consent", "Coverage",
    "AuditEvent")  # fmt: skip


class Answer(msgspec.Struct, frozen=True):
    """Of one account."""

    account: Account
    role: str
    decision: Decision


class Question(msgspec.Struct, frozen=True):
    """What was asked of the simulator."""

    patient: str = ""
    type: str = "Observation"
    letter: Letter = "r"


async def show(desk: Desk, visit: Visit) -> Response:
    """The matrix: roles across, groups down."""
    rights = visit.rights
    chosen = visit.request.query_params.get("role", "")
    roles = [one for one in rights.roles.values() if one.name == chosen]
    roles = roles or list(rights.roles.values())
    cells = {
        (role.name, group): [_said(right, role) for right in role.rights.get(group, ())]
        for role in roles
        for group in rights.groups
    }
    return render(
        desk, visit, "droits.html", rights=rights, roles=roles, cells=cells,
        chosen=chosen, words=CAPABILITIES, purpose=said,
    )  # fmt: skip


async def show_simulator(desk: Desk, visit: Visit) -> Response:
    return _simulator(desk, visit, Question(), None, "")


async def simulate(desk: Desk, visit: Visit) -> Response:
    """Each account's decision, with its reason. On record: it tells who cares for a patient."""
    form = visit.form
    found = PATIENT.fullmatch(form.get("patient", "").strip())
    type_, letter = form.get("type", ""), form.get("action", "")
    if found is None or type_ not in SIMULATED or letter not in LETTERS:
        asked = Question(form.get("patient", "")[:100])
        error = "Tapez l’identifiant technique du patient, tel qu’il est dans l’adresse du dossier."
        return _simulator(desk, visit, asked, None, error)
    asked = Question(found[1], type_, letter)
    key = desk.store.keyring.reference("Patient", asked.patient)
    entry = AuditEntry(
        context=visit.context, action="simulate", type=type_, patient=key,
        detail=f"Patient/{asked.patient}: {letter} {type_}",
    )  # fmt: skip
    await desk.ledger.record(entry)
    accounts = {one.name: one for one in await desk.access.list_accounts()}
    accounts = {name: one for name, one in accounts.items() if not one.closed(desk.clock())}
    actors = [await desk.access.actor(account) for account in accounts.values()]
    subject = Subject(asked.type, key)
    answers = [
        Answer(accounts[one.account], _label(visit, one.role), one.decision)
        for one in explain(actors, asked.letter, subject, visit.rights, desk.clock())
    ]
    return _simulator(desk, visit, asked, answers, "")


def _label(visit: Visit, role: str) -> str:
    found = visit.rights.roles.get(role)
    return found.label if found else role


def _simulator(
    desk: Desk, visit: Visit, asked: Question, answers: list[Answer] | None, error: str
) -> Response:
    return render(
        desk, visit, "simulateur.html",
        status=Category.UNPROCESSABLE.value if error else 200,
        asked=asked, answers=answers, error=error, types=SIMULATED, verbs=VERBS,
    )  # fmt: skip


def _said(right: Right, role: Role) -> str:
    verbs = ", ".join(_verbs(right))
    limited = f" ({right.type}{'?' + right.query if right.query else ''})" if right.type else ""
    meant = "" if right.purposes == frozenset(role.purposes) else _meant(right.purposes)
    whose = _listed(" ; spécialité : ", right.specialties) + _listed(" ; unité : ", right.units)
    return f"{verbs} : {SCOPES[right.scope]}{limited}{whose}{meant}"


def _listed(label: str, names: Collection[str]) -> str:
    return f"{label}{', '.join(sorted(names))}" if names else ""


def _meant(purposes: Collection[str]) -> str:
    return " ; pour : " + ", ".join(said(one) for one in PURPOSES if one in purposes)


def _verbs(right: Right) -> Iterator[str]:
    """Reading and searching go together, and are one word."""
    for letter, verb in VERBS.items():
        if letter in right.letters and not (letter == "s" and "r" in right.letters):
            yield verb
