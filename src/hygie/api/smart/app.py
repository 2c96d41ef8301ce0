"""`/oauth/token` and its neighbours: what applications ask without a person before them."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from hygie.access import Access
from hygie.access.smart.model import Application, SmartRefusedError
from hygie.api import body
from hygie.api.door import Door
from hygie.api.request import Request
from hygie.api.response import JSON, Header, Response
from hygie.api.smart import discovery
from hygie.api.smart.fetching import by_outbound
from hygie.limits.smart import (
    MAX_OAUTH_AT_ONCE,
    MAX_OAUTH_FORM_BYTES,
    MAX_OAUTH_PER_MINUTE,
    MAX_OAUTH_VALUE_CHARACTERS,
    MAX_REGISTRATION_BYTES,
)
from hygie.outbound.outbound import Outbound
from hygie.refusal import Category, Refusal
from hygie.store.interactions.addresses import pairs

FORM: Final = frozenset({"application/x-www-form-urlencoded"})
JSON_TYPES: Final = frozenset({"application/json"})
Handler = Callable[["SmartApp", Request], Awaitable[Response]]
Form = dict[str, str]


class SmartApp(Door):
    """An ASGI application (HTTP), for the addresses of `ROUTES`."""

    def __init__(self, access: Access, outbound: Outbound) -> None:
        super().__init__(MAX_OAUTH_AT_ONCE, MAX_OAUTH_PER_MINUTE)
        self.access = access
        self.outbound = outbound

    async def served(self, request: Request) -> Response:
        methods = ROUTES.get("/" + "/".join(request.segments), {})
        handler = methods.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            return Response(405 if methods else 404, headers=((b"allow", _allowed(methods)),))
        try:
            return await handler(self, request)
        except SmartRefusedError as wrong:
            return _refused(wrong)

    async def refused(self, refusal: Refusal, request: Request) -> Response:
        if refusal.category is Category.INVALID:
            return _refused(SmartRefusedError("invalid_request"))
        return await super().refused(refusal, request)


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
    application = await app.access.smart.issuing.prove(
        form, given, request.base, by_outbound(app.outbound)
    )
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
