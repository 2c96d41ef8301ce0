"""Reading and searching AuditEvents. Each reading is itself traced."""

from typing import Final

import msgspec

from hygie.api import body, messages
from hygie.api.form import form_of
from hygie.api.negotiation import negotiate
from hygie.api.request import LEDGERED, Request
from hygie.api.response import Response, shown
from hygie.api.services import Services
from hygie.api.traces.asking import Asking, Parameters, Search, seq_of
from hygie.exchange.traces.event import audit_event
from hygie.fhir.codec import encode
from hygie.ledger import Asked, AuditRecord
from hygie.limits.traces import MAX_AUDIT_COUNTED
from hygie.refusal import Category, refuse
from hygie.sight import Letter
from hygie.store.contract import Page, StoredResource
from hygie.store.interactions.addresses import query_string
from hygie.store.interactions.bundles import search_bundle
from hygie.store.interactions.searching import links
from hygie.store.reading.subjects import Subjects
from hygie.trace import AuditEntry

TYPE: Final = LEDGERED


async def read(services: Services, request: Request) -> Response:
    asked = _permitted(request, "r")
    form = form_of(request, services)
    asked = msgspec.structs.replace(asked, seqs=(seq_of(request.resource_id),))
    records = await services.ledger.find(asked, 1)
    await _note(services, request, f"{TYPE}/{request.resource_id}", records)
    if not records:
        raise refuse(
            Category.NOT_FOUND, "store.not-found", messages.NO_TRACE, code="not-found", type=TYPE
        )
    (stored,) = await _events(services, records)
    return shown(request, stored, form.part(services.registry, stored.body))


async def search(services: Services, request: Request) -> Response:
    return await _search(services, request, request.parameters, _permitted(request, "s"))


async def search_by_post(services: Services, request: Request) -> Response:
    permitted = _permitted(request, "s")
    parameters = [*request.parameters, *await body.form(request)]
    negotiate(request, parameters)
    return await _search(services, request, parameters, permitted)


async def decline(services: Services, request: Request) -> Response:  # noqa: ARG001
    """The house alone writes its traces, once."""
    raise refuse(Category.METHOD, "trace.read-only", messages.READ_ONLY, code="not-supported")


async def _search(
    services: Services, request: Request, parameters: Parameters, permitted: Asked
) -> Response:
    asking = Asking(services.registry, services.store.keyring, services.store.zone)
    wanted = asking.understood(parameters, lenient=request.preferences.lenient)
    asked = _meet(wanted.asked, permitted)
    records = await services.ledger.find(asked, wanted.count, wanted.before)
    await _note(services, request, f"{TYPE}?{query_string(wanted.used)}", records)
    more = str(records[-1].seq) if len(records) == wanted.count else ""
    page = Page(
        matches=await _events(services, records), total=await _total(services, wanted, asked)
    )
    url = f"{request.base}/{TYPE}"
    return Response(200, search_bundle(page, links(url, wanted.used, more), request.base, None))


async def _total(services: Services, wanted: Search, asked: Asked) -> int | None:
    if not wanted.total:
        return None
    found = await services.ledger.count_up_to(asked, MAX_AUDIT_COUNTED)
    return found if found < MAX_AUDIT_COUNTED else None


async def _events(
    services: Services, records: tuple[AuditRecord, ...]
) -> tuple[StoredResource, ...]:
    patients = await Subjects(services.store).references(
        {record.entry.patient for record in records}
    )
    events = (audit_event(record, patients) for record in records)
    return tuple(
        StoredResource(type=TYPE, id=event["id"], version=1, updated=record.at, body=encode(event))
        for event, record in zip(events, records, strict=True)
    )


async def _note(
    services: Services, request: Request, detail: str, records: tuple[AuditRecord, ...]
) -> None:
    patients = {record.entry.patient for record in records}
    entry = AuditEntry(
        context=request.context, action="read-audit", type=TYPE, count=len(records),
        patient=patients.pop() if len(patients) == 1 else 0, detail=detail,
    )  # fmt: skip
    await services.ledger.record(entry)


def _permitted(request: Request, letter: Letter) -> Asked:
    """What the sight gives by this type's name; a right on every type does not give it.

    Raises `Refused` (FORBIDDEN).
    """
    sight = request.context.seen
    reaches = [one for one in sight.by_type.get((TYPE, letter), ()) if not one.query]
    if not reaches:
        raise refuse(
            Category.FORBIDDEN, "access.traces", messages.TRACES_FORBIDDEN, code="forbidden"
        )
    if any(one.patients is None for one in reaches):
        return Asked()
    return Asked(patients=tuple(sorted({key for one in reaches for key in one.patients or ()})))


def _meet(asked: Asked, permitted: Asked) -> Asked:
    if permitted.patients is None or asked.patients is None:
        patients = permitted.patients if asked.patients is None else asked.patients
    else:
        patients = tuple(set(asked.patients) & set(permitted.patients))
    return msgspec.structs.replace(asked, patients=patients)
