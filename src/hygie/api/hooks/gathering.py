"""What a service answers from: what was sent along, and what whoever asks may see here.

A service is told of the patient of a record *here* or of another house's: the same id may be two
people. Ours are read where the question says that its ids are ours (`fhirServer`), or comes with a
token opened on that very patient; of others, what was sent along is all there is.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from hygie.api.hooks import messages
from hygie.api.hooks.asking import Call, unfit
from hygie.api.request import Request
from hygie.exchange.hooks.filling import Wanted, answered, read_template
from hygie.exchange.hooks.service import Facts, Service
from hygie.fhir.codec import decode
from hygie.refusal import Category, refuse
from hygie.store.contract import Resource
from hygie.store.store import Store

PATIENT: Final = "patient"
ABSENT: Final[Resource] = {"resourceType": "OperationOutcome"}
"""Of what was not fetched; whoever failed to fetch may say so by one."""


async def gathered(
    store: Store, request: Request, call: Call, service: Service, now: datetime
) -> Facts:
    """Raises `Refused`: PRECONDITION when what is needed was neither sent nor can be read here."""
    found: dict[str, tuple[Resource, ...]] = {}
    hidden: set[str] = set()
    ours = _is_ours(request, call)
    for name, template in service.prefetch.items():
        wanted = read_template(template, call.context.tokens)
        sent = call.prefetch.get(name, ABSENT)
        if not _is_absent(sent):
            found[name] = tuple(_sent(sent, wanted, name, call.context.patient_id))
        elif not ours:
            raise refuse(
                Category.PRECONDITION, "hooks.prefetch", messages.NOT_SENT, code="required",
                name=name, base=f"{request.base}/fhir",
            )  # fmt: skip
        elif name != PATIENT and not request.permits(wanted.type, "search"):
            hidden.add(name)
        else:
            found[name] = await _read(store, request, wanted)
    if not found[PATIENT]:
        raise refuse(Category.PRECONDITION, "hooks.patient", messages.NO_PATIENT, code="not-found")
    record = f"{request.base}/patients/{call.context.patient_id}" if ours else ""
    return Facts(found=found, hidden=frozenset(hidden), now=now, zone=store.zone, record=record)


def _is_ours(request: Request, call: Call) -> bool:
    if call.fhir_server:
        return call.fhir_server.rstrip("/") == f"{request.base}/fhir"
    client = request.client
    return client is not None and client.patient == call.context.patient_id


async def _read(store: Store, request: Request, wanted: Wanted) -> tuple[Resource, ...]:
    request.require("read" if wanted.id else "search", type_=wanted.type)
    return tuple(decode(one.body) for one in await answered(store, request.context, wanted))


def _is_absent(sent: Resource | None) -> bool:
    return sent is not None and sent.get("resourceType") == "OperationOutcome"


def _sent(sent: Resource | None, wanted: Wanted, name: str, patient: str) -> Iterable[Resource]:
    """Resources of one template, all of that patient. Raises `Refused` (INVALID)."""
    if sent is None:  # there is nothing of the kind
        return
    for resource in _members(sent, name):
        if resource.get("resourceType") == wanted.type:
            if _whose(resource) not in ("", patient):
                raise unfit(f"$.prefetch.{name}")
            yield resource


def _members(sent: Resource, name: str) -> list[Resource]:
    if sent.get("resourceType") != "Bundle":
        return [sent]
    entries: Any = sent.get("entry", [])
    try:
        return [entry["resource"] for entry in entries if isinstance(entry["resource"], dict)]
    except (TypeError, KeyError):
        raise unfit(f"$.prefetch.{name}") from None


def _whose(resource: Resource) -> str:
    """Id of the patient it is about; empty when it does not say."""
    if resource["resourceType"] == "Patient":
        return str(resource.get("id", ""))
    named = resource.get("patient") or resource.get("subject")
    reference = named.get("reference") if isinstance(named, dict) else None
    if not isinstance(reference, str):
        return ""
    kind, _, id_ = reference.rpartition("/")
    return id_ if kind.rpartition("/")[2] == "Patient" else reference
