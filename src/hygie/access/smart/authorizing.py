"""What an application asks a person for: read, judged, and answered (RFC 6749 §4.1, RFC 9700).

Until it is known that an application may be answered at an address, nothing is sent there: what
is wrong is shown to whoever came.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import urlencode, urlsplit

from hygie.access.model import Connection
from hygie.access.smart import phrases
from hygie.access.smart.applications import Applications
from hygie.access.smart.model import Application, Demand, Launched, SmartRefusedError
from hygie.access.smart.negotiation import PERSONAL, settle
from hygie.access.smart.passes import Passes
from hygie.limits.smart import MAX_OAUTH_VALUE_CHARACTERS, MAX_STATE_CHARACTERS
from hygie.refusal import Category, Phrase, Refused, refuse

CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
"""A SHA-256 in base64url (RFC 7636 §4.2)."""


class Elsewhere(NamedTuple):
    """An answer for the application: where the browser goes with it."""

    address: str


class Reading:
    """Reads authorization requests."""

    def __init__(self, applications: Applications, passes: Passes) -> None:
        self._applications = applications
        self._passes = passes

    async def read(
        self,
        connection: Connection,
        parameters: Sequence[tuple[str, str]],
        base: str,
        issuer: str,
        now: datetime,
    ) -> Demand | Elsewhere:
        """A demand, good but for the person's own answer; or what the application did wrong, for
        itself. Raises `Refused` when it is not to be told: unknown, or not to be answered there."""
        given = _single(parameters)
        application = await self._applications.find(connection, given.get("client_id", "")[:256])
        if application is None or application.state != "approved":
            raise _shown("oauth.application", phrases.NO_APPLICATION)
        redirect = given.get("redirect_uri", "")
        if redirect not in application.redirects:
            raise _shown("oauth.redirect", phrases.WRONG_REDIRECT)
        try:
            _check(given, base)
            launched = await self._launched(connection, given, application, now)
            settled = settle(given.get("scope", ""), application, PERSONAL)
        except SmartRefusedError as wrong:
            return denied(redirect, given.get("state", ""), issuer, wrong)
        special = settled.special
        if launched is None or not launched.encounter:
            special = tuple(one for one in special if one != "launch/encounter")
        return Demand(
            application=application.id,
            redirect=redirect,
            state=given["state"],
            scopes=settled.scopes,
            special=special,
            challenge=given["code_challenge"],
            base=base,
            nonce=given.get("nonce", "")[:MAX_STATE_CHARACTERS],
            launched=launched,
        )

    async def _launched(
        self,
        connection: Connection,
        given: Mapping[str, str],
        application: Application,
        now: datetime,
    ) -> Launched | None:
        """The launch from a record that it speaks of, which can be spoken of once."""
        asked = "launch" in given.get("scope", "").split()
        secret = given.get("launch", "")
        if not asked and not secret:
            return None
        shown = await self._passes.find(connection, "launch", secret)
        used = shown is not None and await self._passes.use(connection, shown, now)
        if not asked or shown is None or not used or now >= shown.expires:
            raise SmartRefusedError("invalid_request", "launch: with scope launch, fresh, once")
        launched = self._passes.open("launch", shown, Launched)
        if launched.application != application.id:
            raise SmartRefusedError("invalid_request", "launch: of another application")
        return launched


def _single(parameters: Sequence[tuple[str, str]]) -> dict[str, str]:
    """RFC 6749 §3.1: none twice."""
    given = dict(parameters)
    if len(given) != len(parameters) or any(
        len(value) > MAX_OAUTH_VALUE_CHARACTERS for value in given.values()
    ):
        raise _shown("oauth.request", phrases.BAD_REQUEST)
    return given


def _check(given: Mapping[str, str], base: str) -> None:
    if given.get("response_type") != "code":
        raise SmartRefusedError("unsupported_response_type", "code expected")
    for name in ("request", "request_uri"):
        if name in given:
            raise SmartRefusedError(f"{name}_not_supported")
    if given.get("response_mode", "query") != "query":
        raise SmartRefusedError("invalid_request", "response_mode: query expected")
    if not 0 < len(given.get("state", "")) <= MAX_STATE_CHARACTERS:
        raise SmartRefusedError("invalid_request", "state is required")
    if given.get("code_challenge_method") != "S256":
        raise SmartRefusedError("invalid_request", "code_challenge_method: S256 is required")
    if not CHALLENGE.fullmatch(given.get("code_challenge", "")):
        raise SmartRefusedError("invalid_request", "code_challenge is required")
    if given.get("aud", "").rstrip("/") != base:
        raise SmartRefusedError("invalid_request", f"aud: {base} expected")
    if "none" in given.get("prompt", "").split():
        raise SmartRefusedError("interaction_required")


def denied(redirect: str, state: str, issuer: str, wrong: SmartRefusedError) -> Elsewhere:
    """RFC 6749 §4.1.2.1, with who answers (RFC 9207)."""
    values = {"error": wrong.error, "error_description": wrong.description, "state": state}
    return _answer(redirect, {**values, "iss": issuer})


def answered(demand: Demand, code: str, issuer: str) -> Elsewhere:
    return _answer(demand.redirect, {"code": code, "state": demand.state, "iss": issuer})


def _answer(redirect: str, values: Mapping[str, str]) -> Elsewhere:
    said = urlencode({name: value for name, value in values.items() if value})
    return Elsewhere(f"{redirect}{'&' if urlsplit(redirect).query else '?'}{said}")


def _shown(rule: str, phrase: Phrase) -> Refused:
    return refuse(Category.INVALID, rule, phrase, code="invalid")
