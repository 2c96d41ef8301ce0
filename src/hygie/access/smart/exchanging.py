"""Codes, refresh tokens and keys against access tokens (RFC 6749 §4–6, RFC 7636, RFC 9700)."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from hygie.access.model import Connection
from hygie.access.smart.grants import Grants
from hygie.access.smart.identity import Identities
from hygie.access.smart.model import Application, Code, Grant, SmartRefusedError, Ticket
from hygie.access.smart.negotiation import MACHINE, renewed, settle
from hygie.access.smart.passes import Passes, Shown
from hygie.limits.smart import (
    ACCESS_TOKEN_SECONDS,
    GRANT_DAYS,
    REFRESH_TOKEN_DAYS,
    SYSTEM_TOKEN_SECONDS,
)

VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)
REFRESH: Final = timedelta(days=REFRESH_TOKEN_DAYS)
LONGEST: Final = timedelta(days=GRANT_DAYS)
Answer = dict[str, Any]


class ReplayedError(Exception):
    """Something good for once was shown again: what it gave is withdrawn, also from its owner, for
    one of the two is a thief (RFC 9700 §2.1.2, §4.14)."""

    def __init__(self, grant: int) -> None:
        super().__init__()
        self.grant = grant


class Exchanging:
    def __init__(self, passes: Passes, grants: Grants, identities: Identities) -> None:
        self._passes = passes
        self._grants = grants
        self._identities = identities

    async def by_code(
        self, connection: Connection, application: Application, form: Mapping[str, str],
        issuer: str, now: datetime,
    ) -> Answer:  # fmt: skip
        """Raises `SmartRefusedError`, `ReplayedError`."""
        shown = await self._passes.find(connection, "code", form.get("code", ""))
        if shown is None:
            raise _invalid("code")
        grant = await self._own(connection, shown, application)
        if shown.used or not await self._passes.use(connection, shown, now):
            raise ReplayedError(shown.grant)
        code = self._passes.open("code", shown, Code)
        if now >= shown.expires or form.get("redirect_uri", "") != code.redirect:
            raise _invalid("code")
        if not _verifies(form.get("code_verifier", ""), code.challenge):
            raise _invalid("code_verifier")
        answer = await self._issued(connection, shown.grant, grant, grant.scopes, now)
        if "openid" in grant.special:
            answer["id_token"] = await self._identities.token(connection, grant, issuer, now)
        return answer

    async def by_refresh(
        self, connection: Connection, application: Application, form: Mapping[str, str],
        now: datetime,
    ) -> Answer:  # fmt: skip
        """The same. The refresh token is replaced: each is good for once."""
        shown = await self._passes.find(connection, "refresh", form.get("refresh_token", ""))
        if shown is None:
            raise _invalid("refresh_token")
        grant = await self._own(connection, shown, application)
        if shown.used:
            raise ReplayedError(shown.grant)
        if now >= shown.expires or not await self._identities.stands(connection, grant, now):
            raise _invalid("refresh_token")
        ticket = self._passes.open("refresh", shown, Ticket)
        scopes = renewed(form.get("scope", ""), ticket.scopes)
        if not await self._passes.use(connection, shown, now):
            raise ReplayedError(shown.grant)
        return await self._issued(connection, shown.grant, grant, scopes, now, ticket.scopes)

    async def by_key(
        self, connection: Connection, application: Application, form: Mapping[str, str],
        now: datetime,
    ) -> Answer:  # fmt: skip
        """A token of the application's own (SMART Backend Services)."""
        if not application.machine:
            raise SmartRefusedError("unauthorized_client", "private_key_jwt is required")
        scopes = settle(form.get("scope", ""), application, MACHINE).scopes
        grant = Grant(application=application.id, account="", scopes=scopes)
        number = await self._grants.insert(connection, grant, now)
        return await self._issued(connection, number, grant, scopes, now)

    async def _own(self, connection: Connection, shown: Shown, application: Application) -> Grant:
        grant = await self._grants.find(connection, shown.grant)
        if grant is None or grant.application != application.id:
            raise _invalid("grant")
        return grant

    async def _issued(
        self,
        connection: Connection,
        number: int,
        grant: Grant,
        scopes: str,
        now: datetime,
        most: str = "",
    ) -> Answer:
        """`most`: what the next refresh token keeps, when this access token has fewer."""
        seconds = ACCESS_TOKEN_SECONDS if grant.account else SYSTEM_TOKEN_SECONDS
        ends = now + timedelta(seconds=seconds)
        ticket = Ticket(scopes, ends)
        token = await self._passes.make(connection, "access", ticket, ends, now, number)
        told = msgspec.structs.replace(grant, scopes=scopes).told
        answer: Answer = {
            "access_token": token, "token_type": "Bearer", "expires_in": seconds, "scope": told,
        }  # fmt: skip
        if {"offline_access", "online_access"} & set(grant.special):
            ends = min(now + REFRESH, await self._grants.begun(connection, number) + LONGEST)
            kept = Ticket(most or scopes, ends)
            answer["refresh_token"] = await self._passes.make(
                connection, "refresh", kept, ends, now, number
            )
        if grant.patient:
            answer |= {"patient": grant.patient, "need_patient_banner": True}
        if grant.encounter and "launch" in grant.special:
            answer["encounter"] = grant.encounter
        return answer


def _verifies(verifier: str, challenge: str) -> bool:
    """RFC 7636 §4.6."""
    if not VERIFIER.fullmatch(verifier):
        return False
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())


def _invalid(what: str) -> SmartRefusedError:
    return SmartRefusedError("invalid_grant", f"{what}: unknown, expired, used, or not yours")
