"""A44, A45: an account or a visit that was opened under the wrong patient goes to another one.

MRG-1 names the patient it was under, MRG-3 (else PID-18) the account, MRG-5 (else PV1-19) the
visit. Everything that speaks of its stays goes along. Messages recorded before that still name the
first patient find their stay.
"""

from collections.abc import AsyncIterator, Iterator

from hygie.fhir.codec import decode
from hygie.fhir.search.query import Criterion, Query, TokenValue
from hygie.hl7v2.message import Field, Message
from hygie.identity import phrases as identity_phrases
from hygie.identity.merge import unknown
from hygie.intake.filing.merges import known
from hygie.intake.filing.work import Work
from hygie.intake.mapping import phrases
from hygie.intake.mapping.identifiers import authority
from hygie.intake.mapping.moments import recorded
from hygie.intake.mapping.person import read_person
from hygie.intake.stays.subject import moved
from hygie.refusal import Category, refuse
from hygie.store.contract import Resource

_MAX_STAYS = 1_000
"""Of one account: sessions, three a week for some years."""


async def file_reattribution(work: Work, message: Message) -> None:
    mrg = message.require("MRG")
    former = await known(work, message, mrg, 1)
    if former is None:
        raise unknown(identity_phrases.LOSING, mrg.place(1))
    person = read_person(message, work.rooms.zone, work.tables)
    subject = await work.identify(person, said=work.said(message))
    fields = list(_numbers(message))
    place = fields[0].place(1) if fields else mrg.place(3)
    stays = [stay async for stay in _stays(work, message, fields)]
    from_here = [one for one in stays if _subject(one) == f"Patient/{former['id']}"]
    if not from_here and not any(_subject(one) == subject for one in stays):
        raise refuse(
            Category.NOT_FOUND, "account.unknown", phrases.ACCOUNT_UNKNOWN, code="not-found",
            location=place,
        )  # fmt: skip
    when = recorded(message, work.rooms.zone)
    for stay in from_here:
        work.put(moved(stay, subject, when))
        for resource in await work.rooms.merger.of_stay(work.tx, stay, former["id"], subject):
            work.put(resource)


def _numbers(message: Message) -> Iterator[Field]:
    """The account and the visit, as far as the message names them."""
    mrg, pid, pv1 = message.require("MRG"), message.require("PID"), message.first("PV1")
    for former, now in (
        (mrg.field(5), pv1.field(19) if pv1 else None), (mrg.field(3), pid.field(18))
    ):  # fmt: skip
        field = former if former.text(1) else now
        if field is not None and field.text(1):
            yield field


async def _stays(work: Work, message: Message, fields: list[Field]) -> AsyncIterator[Resource]:
    """Stays that have one of these numbers, held until the end."""
    parameter = work.rooms.merger.numbers_of_stays
    tokens = tuple(TokenValue(authority(field, message), field.text(1)) for field in fields)
    if not tokens:
        return
    criterion = Criterion(parameter, tokens)
    page = await work.tx.search(Query(type="Encounter", conditions=(criterion,), count=_MAX_STAYS))
    for match in page.matches:
        stay = decode(match.body)
        await work.tx.guard("stay", stay["id"])
        yield stay


def _subject(stay: Resource) -> str:
    return str(stay.get("subject", {}).get("reference", ""))
