"""`$import` kicked off, followed, cancelled; and why lines were not filed."""

from collections.abc import AsyncGenerator
from typing import Any

from hygie.api import body
from hygie.api.bulk import messages
from hygie.api.bulk.downloads import NDJSON, job_of, number_of, require_seldom
from hygie.api.bulk.import_request import asked_of
from hygie.api.bulk.parameters import require_async
from hygie.api.headers import FHIR_JSON, JSON_TYPES
from hygie.api.request import Request
from hygie.api.response import JSON, Header, Response, Streamed, http_date
from hygie.api.services import Services
from hygie.fhir.codec import decode_any, encode
from hygie.fhir.outcome import operation_outcome
from hygie.intake.imports.imports import Import
from hygie.limits import MAX_RESOURCE_BYTES
from hygie.refusal import Issue, Phrase
from hygie.store.bodies.placing import instant
from hygie.store.interactions.permissions import forbidden

STATUS = "$import-poll-status"
RETRY_SECONDS = 5


async def kick_off(services: Services, request: Request) -> Response:
    require_async(request)
    raw = await body.content(request, JSON_TYPES, FHIR_JSON, MAX_RESOURCE_BYTES)
    manifest = decode_any(raw, limit=MAX_RESOURCE_BYTES)
    asked = asked_of(manifest, services.registry, f"{request.base}/$import")
    for kind in sorted({one.type for one in asked.inputs}):
        _require_all(request, kind)
    job = await services.imports.ask(request.context, asked)
    where = f"{request.base}/{STATUS}?_jobId={job}".encode()
    outcome = encode(operation_outcome((), request.language))
    return Response(202, outcome, ((b"content-location", where),))


def _require_all(request: Request, kind: str) -> None:
    """What files hold is not looked at on behalf of anybody: who imports may write all of a type.
    Raises `Refused` (FORBIDDEN)."""
    request.require("create", "update", type_=kind)
    seen = request.context.seen
    if not (seen.whole(kind, "c") and seen.whole(kind, "u")):
        raise forbidden(kind, "create")


async def status(services: Services, request: Request) -> Response:
    found = await services.imports.own(request.context, job_of(request))
    require_seldom(found.id)
    if found.state == "asked":
        read = sum(file.lines for file in found.files)
        done = sum(file.finished for file in found.files)
        said = f"{read} lines, {done} of {len(found.files)} files"
        retry = str(RETRY_SECONDS).encode()
        return Response(202, headers=((b"x-progress", said.encode()), (b"retry-after", retry)))
    if found.state == "failed":
        issue = _failed(found.rule)
        outcome = encode(operation_outcome([issue], request.language))
        return Response(500, outcome, _expires(found))
    return Response(200, encode(_result(found, request.base)), _expires(found), JSON)


async def cancel(services: Services, request: Request) -> Response:
    await services.imports.cancel(request.context, job_of(request))
    return Response(202, encode(operation_outcome((), request.language)))


async def errors(services: Services, request: Request) -> Streamed:
    """An OperationOutcome for each line of one file that was not filed: which, and why."""
    found = await services.imports.own(request.context, job_of(request))
    outcomes = _outcomes(services, request, found, number_of(request, "file", 0))
    return Streamed(200, await anext(outcomes, b""), outcomes, NDJSON)


async def _outcomes(
    services: Services, request: Request, found: Import, number: int
) -> AsyncGenerator[bytes]:
    async for line, fault in services.imports.faults(found.id, number):
        issue = Issue(
            code="invalid", rule=fault.rule,
            phrase=Phrase(f"Ligne {line} : {fault.fr}", f"Line {line}: {fault.en}"),
        )  # fmt: skip
        yield encode(operation_outcome([issue], request.language)) + b"\n"


def _result(found: Import, base: str) -> dict[str, Any]:
    """As SMART's bulk import has it: what each file came to."""
    errors = f"{base}/$import-errors?_jobId={found.id}"
    pairs = list(zip(found.asked.inputs, found.files, strict=True))
    return {
        "transactionTime": instant(found.created),
        "request": found.asked.url,
        "output": [
            {
                "type": one.type, "inputUrl": one.url, "count": file.filed + file.known,
                "new": file.filed,
            }
            for one, file in pairs
        ],
        "error": [
            {
                "type": "OperationOutcome", "inputUrl": one.url, "count": file.faulty,
                "url": f"{errors}&file={file.number}",
            }
            for one, file in pairs
            if file.faulty
        ],
    }  # fmt: skip


def _failed(rule: str) -> Issue:
    return Issue(code="exception", rule=rule, phrase=messages.IMPORT_FAILED, details={"rule": rule})


def _expires(found: Import) -> tuple[Header, ...]:
    return ((b"expires", http_date(found.expires)),) if found.expires else ()
