"""Which application asks, and whether it proves it (RFC 6749 §2.3)."""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import unquote_plus

from hygie.access.model import Connection
from hygie.access.secret import digest
from hygie.access.smart.applications import Applications
from hygie.access.smart.assertions import TYPE, Assertions
from hygie.access.smart.jwks import Fetch
from hygie.access.smart.model import Application, Method, SmartRefusedError

BASIC: Final = "basic "


class Proving:
    def __init__(self, applications: Applications) -> None:
        self._applications = applications
        self._assertions = Assertions(applications)

    async def application(
        self,
        connection: Connection,
        form: Mapping[str, str],
        authorization: str,
        audience: str,
        fetch: Fetch,
        now: datetime,
    ) -> Application:
        """Raises `SmartRefusedError` (invalid_client), the same whatever was wrong; and for more
        than one proof at once."""
        ways = [
            authorization != "", "client_secret" in form,
            "client_assertion" in form or "client_assertion_type" in form,
        ]  # fmt: skip
        if sum(ways) > 1:
            raise SmartRefusedError("invalid_request", "one way of client authentication only")
        if ways[2]:
            found = await self._by_assertion(connection, form, audience, fetch, now)
        else:
            method: Method = (
                "client_secret_basic" if ways[0] else "client_secret_post" if ways[1] else "none"
            )
            id_, secret = _basic(authorization) if ways[0] else _posted(form)
            found = await self._by_secret(connection, method, id_, secret)
        if form.get("client_id", found.id) != found.id or found.state != "approved":
            raise unknown()
        return found

    async def caller(
        self, connection: Connection, assertion: str, audience: str, fetch: Fetch, now: datetime
    ) -> Application:
        """The application that asks for decision support. Raises `SmartRefusedError`."""
        return await self._assertions.prove_caller(connection, assertion, audience, fetch, now)

    async def _by_assertion(
        self, connection: Connection, form: Mapping[str, str], audience: str, fetch: Fetch,
        now: datetime,
    ) -> Application:  # fmt: skip
        if form.get("client_assertion_type") != TYPE:
            raise SmartRefusedError("invalid_request", f"client_assertion_type: {TYPE} expected")
        assertion = form.get("client_assertion", "")
        return await self._assertions.prove(connection, assertion, audience, fetch, now)

    async def _by_secret(
        self, connection: Connection, method: Method, id_: str, secret: str
    ) -> Application:
        found = await self._applications.find(connection, id_)
        right = hmac.compare_digest((digest(secret) or b"").hex(), found.secret if found else "")
        if found is None or not right or not _fits(method, found.method):
            raise unknown()
        return found


def _fits(used: Method, registered: Method) -> bool:
    """Both ways of sending a secret are one to us; no other way stands in for another."""
    secrets = ("client_secret_basic", "client_secret_post")
    return used == registered or (used in secrets and registered in secrets)


def _basic(header: str) -> tuple[str, str]:
    """RFC 6749 §2.3.1: both parts are form-encoded first."""
    if header[: len(BASIC)].lower() != BASIC:
        raise unknown()
    try:
        text = base64.b64decode(header[len(BASIC) :], validate=True).decode()
    except ValueError as error:
        raise unknown() from error
    id_, _, secret = text.partition(":")
    return unquote_plus(id_), unquote_plus(secret)


def _posted(form: Mapping[str, str]) -> tuple[str, str]:
    return form.get("client_id", ""), form.get("client_secret", "")


def unknown() -> SmartRefusedError:
    return SmartRefusedError("invalid_client", "client authentication failed", 401)
