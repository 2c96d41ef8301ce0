"""`/oauth/token` and its neighbours: what applications ask without a person before them."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

import msgspec

from hygie.access import Access
from hygie.access.admission import Admission
from hygie.access.smart.jwks import Fetch
from hygie.access.smart.model import Application, SmartRefusedError
from hygie.api import body, errors
from hygie.api.body import DisconnectedError
from hygie.api.request import Receive, Request, Scope
from hygie.api.response import JSON, Header, Response, Send, deliver
from hygie.api.smart import discovery
from hygie.limits.smart import (
    MAX_JWKS_BYTES,
    MAX_OAUTH_AT_ONCE,
    MAX_OAUTH_FORM_BYTES,
    MAX_OAUTH_PER_MINUTE,
    MAX_OAUTH_VALUE_CHARACTERS,
    MAX_REGISTRATION_BYTES,
)
from hygie.outbound.outbound import Outbound
from hygie.refusal import Category, Refused
from hygie.store.interactions.addresses import pairs

FORM: Final = frozenset({"application/x-www-form-urlencoded"})
JSON_TYPES: Final = frozenset({"application/json"})
Handler = Callable[["SmartApp", Request], Awaitable[Response]]
Form = dict[str, str]


class SmartApp:
    """An ASGI application (HTTP), for the addresses of `ROUTES`."""

    def __init__(self, access: Access, outbound: Outbound) -> None:
        self.access = access
        self.outbound = outbound
        self._admission = Admission(MAX_OAUTH_AT_ONCE, MAX_OAUTH_PER_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, "", scope["path"])
        with suppress(DisconnectedError):
            await deliver(await self._answer(request), request, send)

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._served(request)
        except SmartRefusedError as wrong:
            return _refused(wrong)
        except Refused as refused:
            if refused.refusal.category is Category.INVALID:
                return _refused(SmartRefusedError("invalid_request"))
            return errors.refused(refused.refusal, request)
        except DisconnectedError:
            raise
        except Exception as error:
            return errors.fault(error, request)

    async def _served(self, request: Request) -> Response:
        request.require_host()
        methods = ROUTES.get("/" + "/".join(request.segments), {})
        handler = methods.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            return Response(405 if methods else 404, headers=((b"allow", _allowed(methods)),))
        self._admission.enter(request.address)
        try:
            return await handler(self, request)
        finally:
            self._admission.leave(request.address)

    def fetch(self) -> Fetch:
        """Where applications publish their keys."""

        async def fetched(url: str) -> bytes:
            accept = [("Accept", "application/json")]
            async with self.outbound.download(url, accept, MAX_JWKS_BYTES) as found:
                content = b"".join([piece async for piece in found.pieces])
                return content if found.status == 200 else b""

        return fetched


async def _token(app: SmartApp, request: Request) -> Response:
    form, application = await _proven(app, request)
    answer = await app.access.smart.issuing.token(application, form, request.base)
    return _json(200, answer)


async def _introspect(app: SmartApp, request: Request) -> Response:
    """For applications that prove who they are: what a public one says of itself is no proof."""
    form, application = await _proven(app, request)
    if application.method == "none":
        raise SmartRefusedError("invalid_client", "a confidential client is required", 401)
    return _json(200, await app.access.smart.issuing.introspect(application, form, request.base))


async def _revoke(app: SmartApp, request: Request) -> Response:
    form, application = await _proven(app, request)
    await app.access.smart.issuing.revoke(application, form)
    return Response(200)


async def _register(app: SmartApp, request: Request) -> Response:
    raw = await body.content(request, JSON_TYPES, "application/json", MAX_REGISTRATION_BYTES)
    try:
        metadata = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise SmartRefusedError("invalid_client_metadata", "a JSON object expected") from error
    if not isinstance(metadata, dict):
        raise SmartRefusedError("invalid_client_metadata", "a JSON object expected")
    application, secret = await app.access.smart.registry.register(metadata)
    return _json(201, _registered(application, secret))


async def _jwks(app: SmartApp, _: Request) -> Response:
    return _json(200, {"keys": await app.access.smart.issuing.published()})


async def _openid(_: SmartApp, request: Request) -> Response:
    return _json(200, discovery.openid(request.base))


async def _server(_: SmartApp, request: Request) -> Response:
    return _json(200, discovery.server(request.base))


ROUTES: Final[dict[str, dict[str, Handler]]] = {
    "/oauth/token": {"POST": _token},
    "/oauth/introspect": {"POST": _introspect},
    "/oauth/revoke": {"POST": _revoke},
    "/oauth/register": {"POST": _register},
    "/oauth/jwks": {"GET": _jwks},
    "/.well-known/openid-configuration": {"GET": _openid},
    "/.well-known/oauth-authorization-server": {"GET": _server},
}


async def _proven(app: SmartApp, request: Request) -> tuple[Form, Application]:
    form = await _form(request)
    given = request.header(b"authorization")
    application = await app.access.smart.issuing.prove(form, given, request.base, app.fetch())
    return form, application


async def _form(request: Request) -> Form:
    """RFC 6749 §3.2: no parameter twice."""
    expected = "application/x-www-form-urlencoded"
    raw = await body.content(request, FORM, expected, MAX_OAUTH_FORM_BYTES)
    try:
        given = pairs(raw.decode("ascii"))
    except UnicodeDecodeError:
        raise SmartRefusedError("invalid_request", "not UTF-8") from None
    form = dict(given)
    if len(form) != len(given) or any(
        len(value) > MAX_OAUTH_VALUE_CHARACTERS or "\0" in value for value in form.values()
    ):
        raise SmartRefusedError("invalid_request", "a parameter twice, or too long")
    return form


def _registered(application: Application, secret: str) -> dict[str, Any]:
    """RFC 7591 §3.2.1. The scope is the one asked for, until somebody reviews it."""
    said: dict[str, Any] = {
        "client_id": application.id,
        "client_id_issued_at": int(application.created.timestamp()),
        "client_name": application.name,
        "token_endpoint_auth_method": application.method,
        "redirect_uris": list(application.redirects),
        "scope": application.scopes,
    }
    if secret:
        said |= {"client_secret": secret, "client_secret_expires_at": 0}
    return said


def _json(status: int, said: dict[str, Any], headers: tuple[Header, ...] = ()) -> Response:
    """RFC 6749 §5.1 asks for both headers; `no-store` stands on every answer."""
    return Response(status, msgspec.json.encode(said), ((b"pragma", b"no-cache"), *headers), JSON)


def _refused(wrong: SmartRefusedError) -> Response:
    said = {"error": wrong.error}
    if wrong.description:
        said["error_description"] = wrong.description
    challenge = ((b"www-authenticate", b'Basic realm="hygie"'),) if wrong.status == 401 else ()
    return _json(wrong.status, said, challenge)


def _allowed(methods: dict[str, Handler]) -> bytes:
    return ", ".join(methods).encode()
