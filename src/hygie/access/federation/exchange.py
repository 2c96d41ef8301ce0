"""From a code that a browser brought back to what the provider says of somebody."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode

import msgspec

from hygie.access.federation.client_key import read_client_key
from hygie.access.federation.declaration import Provider
from hygie.access.federation.discovery import OK, Metadata
from hygie.access.federation.errand import Errand
from hygie.access.federation.fetching import get, post
from hygie.access.federation.footing import Footing, find_secret
from hygie.access.federation.identity_token import (
    Claims,
    KeyOf,
    check_access_token,
    check_addressed,
    check_identity,
    verified,
)
from hygie.access.federation.outcome import down, invalid
from hygie.outbound.outbound import Outbound

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Tokens(msgspec.Struct, frozen=True):
    """What a code was exchanged for."""

    id_token: str
    access_token: str = ""
    token_type: str = "Bearer"  # noqa: S105 - a kind of token


class Said(NamedTuple):
    """What a provider says of somebody, verified."""

    claims: Claims
    id_token: str


def address(provider: Provider, metadata: Metadata, errand: Errand, footing: Footing) -> str:
    """Where the browser leaves for. PKCE, state and nonce always; the return address, exactly."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": footing.return_to(provider.name),
        "scope": " ".join(provider.scopes),
        "state": errand.state,
        "nonce": errand.nonce,
        "code_challenge": errand.challenge,
        "code_challenge_method": "S256",
    }
    if provider.acr_values:
        asked["acr_values"] = " ".join(provider.acr_values)
    if provider.max_age_minutes:
        asked["max_age"] = str(provider.max_age_minutes * 60)
    mark = "&" if "?" in metadata.authorization_endpoint else "?"
    return f"{metadata.authorization_endpoint}{mark}{urlencode(asked)}"


class Exchange(NamedTuple):
    """With one provider."""

    provider: Provider
    outbound: Outbound
    footing: Footing
    key_of: KeyOf

    async def said(self, metadata: Metadata, errand: Errand, code: str, now: datetime) -> Said:
        """What the provider says of whom the code is about. Raises `Refused`."""
        tokens = await self._tokens(metadata, errand, code, now)
        claims, algorithm = await verified(self.provider, tokens.id_token, self.key_of)
        check_identity(self.provider, claims, errand.nonce, now)
        check_access_token(self.provider, claims, algorithm, tokens.access_token)
        if metadata.userinfo_endpoint and tokens.access_token:
            told = await self._told(metadata.userinfo_endpoint, tokens.access_token)
            if told.get("sub") != claims["sub"]:
                raise invalid(self.provider, "userinfo-subject")
            # What the identity token says of itself is not said again by somebody else.
            claims = told | claims
        return Said(claims, tokens.id_token)

    async def _tokens(self, metadata: Metadata, errand: Errand, code: str, now: datetime) -> Tokens:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.footing.return_to(self.provider.name),
            "code_verifier": errand.verifier,
        }
        headers = self._proof(form, metadata, now)
        answer = await post(
            self.outbound, self.provider, metadata.token_endpoint, form, headers.items()
        )
        if answer.status != OK:
            raise invalid(self.provider, f"code.{_error(answer.body)}")
        try:
            tokens = msgspec.json.decode(answer.body, type=Tokens)
        except UNREADABLE:
            raise invalid(self.provider, "tokens") from None
        if tokens.token_type.lower() != "bearer":
            raise invalid(self.provider, "tokens")
        return tokens

    def _proof(self, form: dict[str, str], metadata: Metadata, now: datetime) -> Mapping[str, str]:
        """Who we are: added to the form, or as a header."""
        one = self.provider
        if one.authentication == "client_secret_basic":
            pair = f"{quote(one.client_id, safe='')}:{quote(self._text(one.secret), safe='')}"
            return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        form["client_id"] = one.client_id
        if one.authentication == "client_secret_post":
            form["client_secret"] = self._text(one.secret)
        elif one.authentication == "private_key_jwt":
            form["client_assertion_type"] = ASSERTION
            form["client_assertion"] = self._assertion(metadata.token_endpoint, now)
        return {}

    def _assertion(self, audience: str, now: datetime) -> str:
        path = find_secret(self.provider.key, self.footing)
        key = read_client_key(path) if path else None
        if key is None:  # it was there at start
            raise down(self.provider, "key")
        return key.assertion(self.provider.client_id, self.provider.key_id, audience, now)

    def _text(self, file: str) -> str:
        path = find_secret(file, self.footing)
        if path is None:  # it was there at start
            raise down(self.provider, "secret")
        return path.read_text().strip()

    async def _told(self, url: str, access_token: str) -> Claims:
        """Userinfo, signed or not (OpenID Connect Core §5.3.2)."""
        headers = [("Authorization", f"Bearer {access_token}"), ("Accept", "application/json")]
        answer = await get(self.outbound, self.provider, url, headers)
        if answer.status != OK:
            raise invalid(self.provider, "userinfo")
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind == "application/jwt":
            text = answer.body.decode("ascii", "replace").strip()
            claims, _ = await verified(self.provider, text, self.key_of)
            check_addressed(self.provider, claims)
            return claims
        try:
            return msgspec.json.decode(answer.body, type=Claims)
        except UNREADABLE:
            raise invalid(self.provider, "userinfo") from None


def _error(body: bytes) -> str:
    """The provider's word for what is wrong, if it is one of those there are (RFC 6749, §5.2)."""
    known = (
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
        "unsupported_grant_type", "invalid_scope",
    )  # fmt: skip
    try:
        said = msgspec.json.decode(body, type=Claims).get("error")
    except UNREADABLE:
        return "refused"
    return said if said in known else "refused"
