"""Asking the services of others about a record that somebody opens (CDS Hooks 2.0, as a client).

What is sent is what the service was declared to be sent, of this patient, and within what the
person who opens the record sees; that it is sent, and to whom, is on record before it leaves.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import msgspec

from hygie.access import Access, Account
from hygie.exchange.hooks.answer import Advice, read_answer
from hygie.exchange.hooks.declaration import Declared
from hygie.exchange.hooks.filling import Tokens, answered, read_template
from hygie.exchange.hooks.service import PATIENT_VIEW
from hygie.limits.hooks import ADVICE_SECONDS, ADVICE_TOKEN_SECONDS, MAX_ADVICE_BYTES
from hygie.outbound.outbound import Outbound
from hygie.refusal import Refused
from hygie.store.contract import StoredResource
from hygie.store.store import Store
from hygie.trace import AuditEntry, Context

GOOD: Final = 200


class Told(msgspec.Struct, frozen=True):
    """What became of one service."""

    title: str
    advice: tuple[Advice, ...] | None
    """None: it did not answer, not in time, or not in form."""


class Calling:
    """For tasks of one event loop."""

    def __init__(
        self,
        store: Store,
        access: Access,
        outbound: Outbound,
        services: tuple[Declared, ...],
        issuer: str,
    ) -> None:
        """`issuer`: who we are to services, whose keys are at `issuer`/oauth/jwks."""
        self._store = store
        self._access = access
        self._outbound = outbound
        self._services = services
        self._issuer = issuer

    def for_role(self, role: str) -> tuple[Declared, ...]:
        """Those that are asked when somebody of this role opens a record."""
        return tuple(one for one in self._services if role in one.roles)

    async def ask(self, context: Context, account: Account, patient: str) -> tuple[Told, ...]:
        """All of them at once; none is waited for beyond its time."""
        services = self.for_role(account.role)
        asked = (self._one(one, context, account, patient) for one in services)
        return tuple(await asyncio.gather(*asked))

    async def _one(
        self, service: Declared, context: Context, account: Account, patient: str
    ) -> Told:
        key = self._store.keyring.reference("Patient", patient)
        sight = context.seen.meet(service.granted.sight_of(key))
        narrow = msgspec.structs.replace(context, sight=sight, application=service.name)
        user = account.practitioner or f"Practitioner/{self._access.smart.subject(account.name)}"
        tokens = {"context.patientId": patient, "context.userId": user}
        call = {
            "hook": PATIENT_VIEW, "hookInstance": str(uuid4()),
            "context": {"userId": user, "patientId": patient},
            "prefetch": await self._prefetched(service, narrow, tokens),
        }  # fmt: skip
        sent = ", ".join(call["prefetch"]) or "nothing but its id"
        entry = AuditEntry(
            context=narrow, action="ask-advice", type="Patient", patient=key,
            detail=f"{service.name} at {service.url}: {sent}",
        )  # fmt: skip
        await self._store.trail.record(entry)
        return Told(service.title, await self._answer(service, msgspec.json.encode(call)))

    async def _prefetched(
        self, service: Declared, context: Context, tokens: Tokens
    ) -> dict[str, Any]:
        """Without what could not be read; null for what is not there."""
        found: dict[str, Any] = {}
        for name, template in service.prefetch.items():
            wanted = read_template(template, tokens)
            try:
                resources = await answered(self._store, context, wanted)
            except Refused:
                continue
            found[name] = _bundle(resources) if wanted.query else _raw(resources)
        return found

    async def _answer(self, service: Declared, call: bytes) -> tuple[Advice, ...] | None:
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": self._issuer, "aud": service.url, "iat": now, "exp": now + ADVICE_TOKEN_SECONDS,
            "jti": str(uuid4()),
        }  # fmt: skip
        bearer = await self._access.smart.issuing.signed(claims)
        headers = [
            ("Authorization", f"Bearer {bearer}"), ("Content-Type", "application/json"),
            ("Accept", "application/json"),
        ]  # fmt: skip
        try:
            reply = await self._outbound.ask(
                service.url, call, headers, ADVICE_SECONDS, MAX_ADVICE_BYTES
            )
        except Refused:
            return None
        return read_answer(reply.body) if reply.status == GOOD else None


def _raw(resources: tuple[StoredResource, ...]) -> msgspec.Raw | None:
    return msgspec.Raw(resources[0].body) if resources else None


def _bundle(resources: tuple[StoredResource, ...]) -> dict[str, Any] | None:
    if not resources:
        return None
    entries = [{"resource": msgspec.Raw(one.body)} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}
