"""Registrations (RFC 7591), which wait for an administrator."""

from typing import Any

import httpx
import pytest
from tests.api.smart.conftest import ADMIN, BASE, ISSUER, Flow, metadata

from hygie.access import Access
from hygie.api.smart.cors import Cors
from hygie.limits import smart as limits
from hygie.refusal import Refused


async def test_who_registers_waits(web: httpx.AsyncClient, access: Access, flow: Flow) -> None:
    """Guards: an application that lets itself in."""
    response = await web.post("/oauth/register", json=metadata(scope="patient/*.rs x/y system/*.r"))
    said = response.json()
    assert response.status_code == 201
    assert said["client_id"].startswith("courbes-")
    assert said["scope"] == "patient/*.rs system/*.r"
    assert "client_secret" not in said
    flow.application = await access.smart.registry.named(said["client_id"])
    assert flow.application.state == "pending"
    with pytest.raises(Refused):
        await flow.ask()
    assert (await flow.refresh("x")).status_code == 401
    await access.smart.registry.approve(said["client_id"], "patient/*.rs", [], by=ADMIN)
    assert isinstance(await flow.ask(), str)


async def test_a_secret_is_shown_once_and_kept_as_its_hash(
    web: httpx.AsyncClient, store: Any
) -> None:
    """Guards: a secret that can be read where it is kept."""
    given = metadata(token_endpoint_auth_method="client_secret_post")
    said = (await web.post("/oauth/register", json=given)).json()
    assert said["client_secret"].startswith("hygie_")
    assert said["client_secret_expires_at"] == 0
    row = await store.pool.fetchval("SELECT a::text FROM hygie.application a")
    assert said["client_secret"] not in row


@pytest.mark.parametrize(
    "address",
    [
        "http://app.test/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://app.test/#fragment",
        "https://app.test/#",
        "https://user@app.test/",
        "https://app.test\\@evil.test/",
        "https://app.test/a b",
        "https://app.test/é",
        "//app.test/callback",
        "/callback",
        "",
        "callback:",
        "https://",
        "https://app.test:port/",
        "https://app.test/" + "a" * 2000,
        "http://127.0.0.1.evil.test/",
        "http://localhost.evil.test/",
    ],
)
async def test_dangerous_addresses_are_refused(web: httpx.AsyncClient, address: str) -> None:
    """Guards: answers that lead to a script, in clear, or to somebody else."""
    response = await web.post("/oauth/register", json=metadata(redirect_uris=[address]))
    assert response.status_code == 400
    assert response.json()["error"] in ("invalid_redirect_uri", "invalid_client_metadata")


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000/x", "http://localhost/", "http://[::1]:9/", "com.example.app:/x"],
)
async def test_addresses_of_the_machine_itself_are_taken(
    web: httpx.AsyncClient, address: str
) -> None:
    """Guards: applications on a phone, or being developed, that cannot register."""
    response = await web.post("/oauth/register", json=metadata(redirect_uris=[address]))
    assert response.status_code == 201


@pytest.mark.parametrize(
    "changed",
    [
        {"client_name": ""},
        {"client_name": "x" * 500},
        {"client_name": "a\u202eb"},
        {"client_name": 5},
        {"client_name": None},
        {"redirect_uris": "https://app.test/"},
        {"redirect_uris": [5]},
        {"redirect_uris": []},
        {"redirect_uris": ["https://app.test/"] * 50},
        {"token_endpoint_auth_method": "client_secret_jwt"},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": "x"}},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [{"kty": "EC"}] * 50}},
        {"jwks": {"keys": [5]}},
        {"jwks": {"keys": []}, "jwks_uri": "https://app.test/jwks"},
        {"jwks_uri": "http://10.0.0.1/jwks"},
        {"jwks_uri": "file:///etc/passwd"},
        {"launch_uri": "javascript:alert(1)"},
        {"client_uri": "http://app.test"},
        {"grant_types": ["password"]},
        {"grant_types": ["implicit"]},
        {"scope": "x " * 5000},
        {"scope": ["patient/*.rs"]},
    ],
)
async def test_metadata_that_is_wrong_is_refused(
    web: httpx.AsyncClient, changed: dict[str, Any]
) -> None:
    """Guards: registrations that break the page that lists them, or the server that reads them."""
    response = await web.post("/oauth/register", json=metadata(**changed))
    assert response.status_code == 400, response.text
    assert response.json()["error"] in ("invalid_redirect_uri", "invalid_client_metadata")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"5", b'"x"', b"\xff", b"[" * 50_000])
async def test_what_is_no_metadata_is_refused(web: httpx.AsyncClient, raw: bytes) -> None:
    """Guards: an error page, or a deep structure that ends the process."""
    headers = {"content-type": "application/json"}
    response = await web.post("/oauth/register", content=raw, headers=headers)
    assert response.status_code == 400


async def test_waiting_registrations_are_bounded(
    web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: a table that strangers fill, and a page nobody can review."""
    from hygie.access.smart import registry  # noqa: PLC0415

    assert limits.MAX_APPLICATIONS_PENDING < 1000
    monkeypatch.setattr(registry, "MAX_APPLICATIONS_PENDING", 2)
    codes = [(await web.post("/oauth/register", json=metadata())).status_code for _ in range(3)]
    assert codes == [201, 201, 503]


async def test_pages_of_approved_applications_alone_read_answers(flow: Flow) -> None:
    """Guards: a stranger's page that reads answers, or an application's that cannot."""
    app = Cors(flow.web._transport.app, flow.access.smart.registry.origins)  # type: ignore[attr-defined]
    transport = httpx.ASGITransport(app)
    asking = {"access-control-request-method": "POST"}
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as web:
        for origin, known in (
            ("https://app.test", True), ("https://evil.test", False), ("null", False),
            ("https://app.test.evil.test", False),
        ):  # fmt: skip
            headers = {"origin": origin}
            response = await web.get("/oauth/jwks", headers=headers)
            allowed = response.headers.get("access-control-allow-origin")
            assert allowed == (origin if known else None)
            assert response.headers["vary"] == "origin"
            assert "access-control-allow-credentials" not in response.headers
            before = await web.options("/oauth/token", headers={**headers, **asking})
            assert before.status_code == (204 if known else 405)
    assert BASE.startswith(ISSUER)


@pytest.mark.parametrize(
    ("origin", "first"),
    [
        (b"https://evil.test", "websocket.close"), (b"null", "websocket.close"),
        (b"https://app.test", "websocket.accept"), (None, "websocket.accept"),
    ],
)  # fmt: skip
async def test_a_stranger_s_page_opens_no_socket(
    flow: Flow, origin: bytes | None, first: str
) -> None:
    """Guards: a page elsewhere that listens through the browser of somebody here."""
    heard: list[str] = []

    async def said() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def hear(message: Any) -> None:
        heard.append(message["type"])

    async def socket(_: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})

    headers = [] if origin is None else [(b"origin", origin)]
    app = Cors(socket, flow.access.smart.registry.origins)
    await app({"type": "websocket", "path": "/fhir/ws", "headers": headers}, said, hear)
    assert heard == [first]
