"""A simulator of Pro Santé Connect, written from its published description, which misbehaves as
asked. It is not the real one: nobody proves anything here.

A realm of Keycloak: discovery at `wallet-openid-configuration`, authorization on another path than
the issuer's, tokens signed RS256, userinfo with SubjectNameID and the places of work.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from hygie.access.federation.identity_token import HALVES, Believed

CLIENT = "hygie-simulateur"
SECRET = "secret-du-simulateur"
RPPS = "899700218896"
REALM = "/auth/realms/esante-wallet"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


def _part(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def practices(profession: str = "10", know_how: str = "SM26") -> dict[str, Any]:
    return {
        "codeCivilite": "M",
        "exercices": [
            {
                "codeProfession": profession,
                "codeCategorieProfessionnelle": "C",
                "codeTypeSavoirFaire": "S",
                "codeSavoirFaire": know_how,
                "activities": [{
                    "codeModeExercice": "S", "codeSecteurDactivite": "SA01",
                    "numeroFinessSite": "010000024", "raisonSocialeSite": "CH DE LA BRESSE",
                }],
            }
        ],
    }  # fmt: skip


def userinfo(subject: str, national: str = RPPS, profession: str = "10") -> dict[str, Any]:
    return {
        "sub": subject,
        "SubjectNameID": national,
        "SubjectRole": [f"{profession}^1.2.250.1.213.1.1.5.5"],
        "SubjectRefPro": practices(profession),
        "Secteur_Activite": "SA01^1.2.250.1.71.4.2.4",
        "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
        "preferred_username": national,
        "given_name": "ROBERT",
        "family_name": "SPECIALISTE0021889",
        "email_verified": False,
        "UITVersion": "1.0",
    }


@dataclass
class Simulator:
    """One realm. Its faults: names that tests put into `faults`, and claims they override."""

    issuer: str = ""
    faults: set[str] = field(default_factory=set)
    claims: dict[str, Any] = field(default_factory=dict)
    """Put over those of the identity token; None takes one away."""
    told: dict[str, Any] = field(default_factory=dict)
    """The same of userinfo."""
    header: dict[str, Any] = field(default_factory=dict)
    key: Key = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    algorithm: str = "RS256"
    subject: str = f"f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:{RPPS}"
    asked: dict[str, str] = field(default_factory=dict)
    """What the last browser came with."""
    requests: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self, kid: str = "two") -> None:
        self.key = RSAKey.generate_key(2048, {"kid": kid})

    def sign(self, claims: dict[str, Any], key: Key | None = None, **header: Any) -> str:
        key = key or self.key
        whole = {"alg": self.algorithm, "typ": "JWT", "kid": key.kid, **header, **self.header}
        if whole["alg"] in ("none", "HS256"):
            signed = ".".join(_part(json.dumps(one).encode()) for one in (whole, claims))
            public = self.key.as_pem(private=False)
            proof = hmac.digest(public, signed.encode(), "sha256")
            return f"{signed}.{_part(proof) if whole['alg'] == 'HS256' else ''}"
        registry = Believed((whole["alg"],))
        return jwt.encode(whole, claims, key, registry=registry)

    def identity(self, nonce: str, access_token: str) -> dict[str, Any]:
        now = int(time.time())
        hash_ = hashlib.sha512 if self.algorithm in HALVES else hashlib.sha256
        digest = hash_(access_token.encode()).digest()
        claims = {
            "iss": self.issuer, "sub": self.subject, "aud": CLIENT, "azp": CLIENT,
            "exp": now + 120, "iat": now, "auth_time": now, "nonce": nonce, "acr": "eidas1",
            "sid": "session-there",
            "at_hash": _part(digest[: len(digest) // 2]),
            **self.claims,
        }  # fmt: skip
        return {name: value for name, value in claims.items() if value is not None}

    def logout_token(self, typ: str = "logout+jwt", **over: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120,
            "jti": secrets.token_hex(8), "sub": self.subject, "events": {EVENT: {}}, **over,
        }  # fmt: skip
        return self.sign({k: v for k, v in claims.items() if v is not None}, typ=typ)

    # --- Over HTTP ---------------------------------------------------------------------------

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._misbehaving])
        application.router.add_get(
            f"{REALM}/.well-known/wallet-openid-configuration", self._discovery
        )
        application.router.add_get("/auth", self._authorize)
        application.router.add_post(f"{REALM}/token", self._token)
        application.router.add_get(f"{REALM}/certs", self._certs)
        application.router.add_get(f"{REALM}/userinfo", self._userinfo)
        return application

    @web.middleware
    async def _misbehaving(self, request: web.Request, handler: Any) -> web.StreamResponse:
        place = request.path.rpartition("/")[2]
        self.requests.append(place)
        if "down" in self.faults or f"down {place}" in self.faults:
            return web.Response(status=503)
        if f"slow {place}" in self.faults:
            await asyncio.sleep(60)
        if f"huge {place}" in self.faults:
            return web.Response(body=b'{"issuer": "' + b"x" * 4_000_000, content_type="text/json")
        if f"nonsense {place}" in self.faults:
            return web.Response(body=b"[" * 100_000, content_type="application/json")
        found: web.StreamResponse = await handler(request)
        return found

    async def _discovery(self, _: web.Request) -> web.Response:
        root = self.issuer.removesuffix(REALM)
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{root}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/certs",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        if "issuer" in self.faults:
            said["issuer"] = "https://ailleurs.example"
        if "clear" in self.faults:
            said["token_endpoint"] = "http://ailleurs.example/token"
        if "iss" in self.faults:
            said["authorization_response_iss_parameter_supported"] = True
        return web.json_response(said)

    async def _authorize(self, request: web.Request) -> web.Response:
        """Whoever comes is signed in at once."""
        self.asked = dict(request.query)
        code = secrets.token_hex(16)
        self.codes[code] = self.asked
        back = urlencode({"state": self.asked["state"], "code": code})
        return web.Response(
            status=302, headers={"Location": f"{self.asked['redirect_uri']}?{back}"}
        )

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        asked = self.codes.pop(str(form["code"]), None)
        verifier = str(form.get("code_verifier", ""))
        challenge = _part(hashlib.sha256(verifier.encode()).digest())
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return web.json_response({"error": "invalid_client"}, status=401)
        if (
            asked is None
            or asked["redirect_uri"] != form.get("redirect_uri")
            or asked["code_challenge"] != challenge
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        access_token = secrets.token_urlsafe(32)
        id_token = self.sign(self.identity(asked["nonce"], access_token))
        return web.json_response({
            "access_token": access_token, "token_type": "Bearer", "expires_in": 120,
            "id_token": id_token,
        })  # fmt: skip

    async def _certs(self, _: web.Request) -> web.Response:
        keys = [self.key.as_dict(private=False, use="sig")]
        return web.json_response({"keys": keys})

    async def _userinfo(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"].startswith("Bearer ")
        said = {**userinfo(self.subject), **self.told}
        said = {name: value for name, value in said.items() if value is not None}
        if "signed" in self.faults:
            signed = self.sign({"iss": self.issuer, "aud": CLIENT, **said})
            return web.Response(text=signed, content_type="application/jwt")
        return web.json_response(said)


KEYS = {
    "RS256": lambda: RSAKey.generate_key(2048, {"kid": "one"}),
    "PS256": lambda: RSAKey.generate_key(2048, {"kid": "one"}),
    "ES256": lambda: ECKey.generate_key("P-256", {"kid": "one"}),
    "Ed25519": lambda: OKPKey.generate_key("Ed25519", {"kid": "one"}),
    "EdDSA": lambda: OKPKey.generate_key("Ed25519", {"kid": "one"}),
}


@asynccontextmanager
async def running(simulator: Simulator) -> AsyncIterator[Simulator]:
    """On a free port of this machine."""
    runner = web.AppRunner(simulator.application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    simulator.issuer = f"http://127.0.0.1:{port}{REALM}"
    try:
        yield simulator
    finally:
        await runner.cleanup()


def brought(location: str) -> dict[str, str]:
    """What the browser brings back, of the address it was sent to."""
    return {name: found[0] for name, found in parse_qs(urlsplit(location).query).items()}
