"""`/cds-services`: what decision support there is, the support itself, and what became of it.

Whoever asks shows a token of ours, or an assertion signed by the key of an approved application
("Trusting CDS Clients"). The list of services is no secret: it is open.
"""

from datetime import UTC, datetime
from typing import Final

import msgspec

from hygie.access import Access
from hygie.access.smart.model import SmartRefusedError
from hygie.api import messages as said
from hygie.api.authentication import BEARER, authenticate
from hygie.api.door import Door
from hygie.api.hooks import messages
from hygie.api.hooks.asking import read_call
from hygie.api.hooks.feedback import read_feedback
from hygie.api.hooks.gathering import gathered
from hygie.api.request import Request
from hygie.api.response import JSON, Response
from hygie.api.smart.fetching import by_outbound
from hygie.exchange.hooks.service import Service
from hygie.fhir.codec import encode
from hygie.limits.hooks import MAX_HOOKS_AT_ONCE, MAX_HOOKS_PER_MINUTE
from hygie.outbound.outbound import Outbound
from hygie.refusal import Category, Refusal, Refused, refuse
from hygie.store.store import Store
from hygie.trace import AuditEntry

PREFIX: Final = "/cds-services"
MAX_DETAIL: Final = 2_000


class Advising(msgspec.Struct, frozen=True, kw_only=True):
    """What stands behind this door."""

    store: Store
    access: Access
    outbound: Outbound
    services: tuple[Service, ...]


class HooksApp(Door):
    """An ASGI application (HTTP), for `PREFIX` and what is under it."""

    def __init__(self, rooms: Advising) -> None:
        super().__init__(MAX_HOOKS_AT_ONCE, MAX_HOOKS_PER_MINUTE)
        self._rooms = rooms
        self._services = {service.id: service for service in rooms.services}

    async def served(self, request: Request) -> Response:
        match request.segments[1:]:
            case []:
                _require_method(request, "GET", "HEAD")
                return _json({"services": [_listed(one) for one in self._rooms.services]})
            case [id_]:
                service = self._found(id_)
                _require_method(request, "POST")
                return await self._advise(service, request)
            case [id_, "feedback"]:
                service = self._found(id_)
                _require_method(request, "POST")
                return await self._take_feedback(service, request)
            case _:
                raise _no_service()

    def _found(self, id_: str) -> Service:
        service = self._services.get(id_)
        if service is None:
            raise _no_service()
        return service

    async def _advise(self, service: Service, request: Request) -> Response:
        await self._know(request)
        call = await read_call(request, service.hook)
        facts = await gathered(self._rooms.store, request, call, service, datetime.now(UTC))
        cards = service.make(facts)
        told = " ".join(card.uuid for card in cards)
        detail = f"{service.id} for {call.context.user_id}, {call.hook_instance}: {told}"
        key = self._rooms.store.keyring.reference("Patient", call.context.patient_id)
        await self._rooms.store.trail.record(
            AuditEntry(
                context=request.context, action="advise", type="Patient", count=len(cards),
                patient=key if facts.record else 0, detail=detail[:MAX_DETAIL],
            )
        )  # fmt: skip
        return _json({"cards": cards})

    async def _take_feedback(self, service: Service, request: Request) -> Response:
        """Kept with the traces, beside the cards that were given."""
        await self._know(request)
        for one in await read_feedback(request):
            detail = f"{service.id}: {one.told}"[:MAX_DETAIL]
            entry = AuditEntry(context=request.context, action="advice-feedback", detail=detail)
            await self._rooms.store.trail.record(entry)
        return Response(200)

    async def _know(self, request: Request) -> None:
        """Notes who asks in the request. Raises `Refused` (UNAUTHENTICATED)."""
        given = request.header(b"authorization")
        assertion = given[len(BEARER) :].strip()
        if given[: len(BEARER)].lower() != BEARER or assertion.count(".") != 2:
            await authenticate(self._rooms.access, request)
            return
        audience = f"{request.base}/{'/'.join(request.segments)}"
        fetch = by_outbound(self._rooms.outbound)
        try:
            caller = await self._rooms.access.smart.issuing.caller(assertion, audience, fetch)
        except SmartRefusedError as error:
            raise refuse(
                Category.UNAUTHENTICATED, "access.assertion", messages.ASSERTION, code="login"
            ) from error
        request.client = caller

    async def refused(self, refusal: Refusal, request: Request) -> Response:
        """Who reaches for what is not theirs leaves a trace."""
        if refusal.category is Category.FORBIDDEN and request.client is not None:
            where = "/".join(request.segments)[:MAX_DETAIL]
            entry = AuditEntry(
                context=request.context, action="refused", outcome="refused",
                reason=refusal.issues[0].rule, detail=f"POST {where}",
            )  # fmt: skip
            await self._rooms.store.trail.record(entry)
        return await super().refused(refusal, request)


def _listed(service: Service) -> dict[str, object]:
    return {
        "hook": service.hook, "title": service.title, "description": service.description,
        "id": service.id, "prefetch": dict(service.prefetch),
    }  # fmt: skip


def _require_method(request: Request, *methods: str) -> None:
    if request.method not in methods:
        raise refuse(
            Category.METHOD, "request.method", said.METHOD, code="not-supported",
            method=request.method[:16], allowed=", ".join(methods),
        )  # fmt: skip


def _no_service() -> Refused:
    return refuse(Category.NOT_FOUND, "hooks.service", messages.NO_SERVICE, code="not-found")


def _json(value: dict[str, object]) -> Response:
    return Response(200, encode(msgspec.to_builtins(value)), media=JSON)
