"""The simulator's answers: what the decision says of accounts, about a patient or a situation."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from hygie.access import Account
from hygie.access.compiling import sight_of
from hygie.access.decision import Actor, Decision, Subject
from hygie.access.simulating import SOMEBODY
from hygie.access.simulator import Explained, explain, extent
from hygie.fhir.codec import decode
from hygie.limits.access import SIMULATED_LINES
from hygie.sight import Sight
from hygie.store.reading.subjects import Subjects
from hygie.store.search.bounds import is_tied
from hygie.store.vault import Opened
from hygie.trace import AuditEntry
from hygie.web.care import require_care
from hygie.web.desk import Desk, Visit
from hygie.web.present.names import read_name
from hygie.web.present.simulation import (
    Asked,
    Meant,
    Reader,
    Row,
    Telling,
    read_rows,
)

NOT_YOURS: Final = (
    "Votre rôle ne cherche pas de patients : posez la question pour une situation. La réponse sur "
    "un dossier dirait qui le soigne."
)
NOBODY: Final = "Aucun patient que vous puissiez chercher n’est à cette adresse."
NOTHING: Final = "Rien que vous puissiez voir n’est à cette adresse."
NOT_OF_ONE: Final = (
    "Cette donnée n’est pas d’un patient, ou est de plusieurs : choisissez le patient."
)
NO_ACCOUNT: Final = "Aucun compte ne porte ce nom."
CLOSED: Final = "Ce compte n’ouvre rien à ce moment : il est fermé, ou n’existait pas encore."


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    error: str = ""
    whose: str = ""
    """The patient's name; empty for a situation."""
    account: Account | None = None
    role: str = ""
    rows: Sequence[Row] = ()
    readers: Sequence[Reader] = ()
    """Of this page."""
    permitted: int = 0
    total: int = 0
    listed: int = 0
    """On all pages."""
    pages: int = 1


def own_eyes(visit: Visit) -> bool:
    """Whether they search patients in their own name."""
    return visit.may("search_patients")


def may_name(visit: Visit) -> bool:
    """Whether a patient may be named to them at all."""
    return own_eyes(visit) or visit.may("read_audit")


async def meant_by(desk: Desk, visit: Visit, asked: Asked, meant: Meant) -> Asked | str:
    """The question about what an address leads to; or what is wrong with it."""
    if meant.patient:
        return msgspec.structs.replace(asked, patient=meant.patient, resource="")
    opened = await _resource(desk, visit, meant.type, meant.resource)
    if opened is None:
        return NOTHING
    patients = await Subjects(desk.store).of([opened.record["patient"]])
    if not patients:
        return NOT_OF_ONE
    patient = next(iter(patients.values())).id
    return msgspec.structs.replace(asked, patient=patient, type=meant.type, resource=meant.resource)


async def answer(desk: Desk, visit: Visit, asked: Asked) -> Answer:
    """Traced before it is given. Raises `OutOfCare` of a record that the asker may not see."""
    key, whose = SOMEBODY, ""
    if asked.patient:
        if not may_name(visit):
            return Answer(error=NOT_YOURS)
        opened = await _resource(desk, visit, "Patient", asked.patient)
        if opened is None:
            return Answer(error=NOBODY)
        if own_eyes(visit):
            require_care(desk, visit, asked.patient)
        key = desk.store.keyring.reference("Patient", asked.patient)
        whose = read_name(decode(opened.stored.body)).full
    at = asked.moment(desk.zone) or desk.clock()
    found = await _told(desk, visit, asked, at, key)
    return msgspec.structs.replace(found, whose=whose)


async def _told(desk: Desk, visit: Visit, asked: Asked, at: datetime, key: int) -> Answer:
    everybody = await desk.access.list_accounts()
    then = [one for one in everybody if _there(one, asked, at)]
    if asked.question == "lecteurs":
        return await _readers(desk, visit, asked, at, key, then)
    account = next((one for one in everybody if one.name == asked.account), None)
    if account is None:
        return Answer(error=NO_ACCOUNT)
    if account not in then:
        return Answer(error=CLOSED)
    await _note(desk, visit, asked, key)
    (actor,) = await _actors(desk, asked, [account], at)
    types = [one for one in visit.rights.group_of if is_tied(desk.store.vault, one)]
    extents = extent(actor, key, types, visit.rights, at)
    decisions = (decision for one in extents for decision in one.decisions.values())
    telling = Telling(visit.rights, account.role, desk.zone, await _names(desk, decisions))
    return Answer(
        account=account, role=_label(visit, account.role), rows=read_rows(extents, telling)
    )


async def _readers(
    desk: Desk, visit: Visit, asked: Asked, at: datetime, key: int, accounts: list[Account]
) -> Answer:  # fmt: skip
    opened = None
    if asked.patient and asked.resource:
        opened = await _resource(desk, visit, asked.type, asked.resource)
        if opened is None or opened.record["patient"] != key:
            return Answer(error=NOTHING)
    await _note(desk, visit, asked, key)
    actors = await _actors(desk, asked, accounts, at)
    found = explain(actors, asked.letter, Subject(asked.type, key), visit.rights, at)
    if opened is not None:
        sights = {one.name: sight_of(one, visit.rights, at) for one in actors}
        found = [_settled(desk, asked, one, sights[one.account], opened) for one in found]
        found.sort(key=lambda one: not one.decision.permit)
    permitted = sum(one.decision.permit for one in found)
    listed = found if asked.denied else found[:permitted]
    pages = max(-(-len(listed) // SIMULATED_LINES), 1)
    first = (min(asked.page, pages) - 1) * SIMULATED_LINES
    shown = listed[first : first + SIMULATED_LINES]
    names = await _names(desk, (one.decision for one in shown))
    known = {one.name: one for one in accounts}
    return Answer(
        readers=[_reader(desk, visit, asked, one, known[one.account], names) for one in shown],
        permitted=permitted, total=len(found), listed=len(listed), pages=pages,
    )  # fmt: skip


def _settled(
    desk: Desk, asked: Asked, one: Explained, sight: Sight, opened: Opened
) -> Explained:  # fmt: skip
    """Where the right holds for some resources, whether this is one of them: as the store finds."""
    decision = one.decision
    if not (decision.permit and decision.query):
        return one
    holds = desk.store.sights.of(sight, asked.type, asked.letter).has(opened)
    return msgspec.structs.replace(one, decision=msgspec.structs.replace(decision, permit=holds))


def _reader(
    desk: Desk, visit: Visit, asked: Asked, one: Explained, account: Account,
    names: Mapping[str, str],
) -> Reader:  # fmt: skip
    telling = Telling(visit.rights, one.role, desk.zone, names)
    return Reader(
        account.name, account.display, _label(visit, one.role), one.decision.permit,
        one.decision.query, telling.why(asked.type, one.decision),
    )  # fmt: skip


def _there(account: Account, asked: Asked, at: datetime) -> bool:
    """Whether somebody could come in with it at that moment."""
    return not account.closed(at) and (not asked.at or account.created <= at)


async def _actors(desk: Desk, asked: Asked, accounts: list[Account], at: datetime) -> list[Actor]:
    simulating = desk.access.simulating
    if asked.patient:
        return await simulating.around(accounts, asked.patient, at, asked.glass, asked.purpose)
    return await simulating.supposed(
        accounts, asked.situation or "none", at, asked.glass, asked.purpose
    )


async def _resource(desk: Desk, visit: Visit, type_: str, id_: str) -> Opened | None:
    """What is there and may be known to be: by the asker's own sight, if he has one."""
    if not is_tied(desk.store.vault, type_):
        return None
    opened = await Subjects(desk.store).opened(type_, id_)
    if opened is None or not own_eyes(visit):
        return opened
    return opened if desk.store.sights.of(visit.context.seen, type_, "r").has(opened) else None


async def _names(desk: Desk, decisions: Iterable[Decision]) -> dict[str, str]:
    """Of the units and professionals of their relations: "Type/id" -> what people call it."""
    whos = {one.relation.who for one in decisions if one.relation}
    found: dict[str, str] = {}
    for who in whos:
        kind, _, id_ = who.partition("/")
        if "|" in who or kind not in ("Location", "Organization", "Practitioner"):
            continue
        opened = await Subjects(desk.store).opened(kind, id_)
        if opened is not None:
            body = decode(opened.stored.body)
            name = body.get("name")
            found[who] = name if isinstance(name, str) else read_name(body).full
    return found


async def _note(desk: Desk, visit: Visit, asked: Asked, key: int) -> None:
    entry = AuditEntry(
        context=visit.context, action="simulate",
        type=asked.type if asked.question == "lecteurs" else "Patient",
        patient=key if asked.patient else 0, detail=asked.query,
    )  # fmt: skip
    await desk.ledger.record(entry)


def _label(visit: Visit, role: str) -> str:
    found = visit.rights.roles.get(role)
    return found.label if found else role
