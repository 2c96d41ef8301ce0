"""Guards what is shown and logged when something breaks: a number, never data."""

import asyncio
import logging
from typing import Any

import asyncpg
import httpx
import pytest

from hygie.api import FhirApp
from hygie.store.interactions import Repository
from hygie.store.store import Store

SECRET = "Durand Martine 1970-01-01"
FHIR = {"Content-Type": "application/fhir+json"}


async def test_a_bug_shows_a_number_and_is_logged_without_data(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Danger: an exception's text, which may quote a record, reaches a client or a log."""

    async def broken(*_args: Any, **_named: Any) -> Any:
        raise ValueError(SECRET)

    monkeypatch.setattr(Store, "read", broken)
    with caplog.at_level(logging.DEBUG):
        response = await client.get("/Patient/p", headers={"X-Request-Id": "lab.7"})
    assert response.status_code == 500
    issue = response.json()["issue"][0]
    assert (issue["severity"], issue["code"]) == ("fatal", "exception")
    assert "lab.7" in issue["details"]["text"]
    assert SECRET not in response.text + caplog.text
    assert "ValueError" in caplog.text
    assert "lab.7" in caplog.text


async def test_a_store_that_is_away_asks_for_patience(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: a restart of the database looks like a bug, and clients give up."""

    async def away(*_args: Any, **_named: Any) -> Any:
        raise asyncpg.CannotConnectNowError("starting up")

    monkeypatch.setattr(Repository, "search", away)
    response = await client.get("/Patient")
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert response.json()["issue"][0]["code"] == "transient"


async def test_no_request_is_logged_with_what_it_asks(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Danger: names and dates of birth pile up in log files."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with caplog.at_level(logging.DEBUG, logger="hygie"):
        await client.get("/Patient?family=Durand&birthdate=1970-01-01")
        await client.get("/Patient?famille=Durand")
        await client.post("/Patient", content=b'{"resourceType":"Patient","x":"Durand"}')
        await client.get("/Patient/Durand")
    assert "Durand" not in "".join(r.getMessage() for r in caplog.records if r.name[0] == "h")


async def asked(app: FhirApp, scope: dict[str, Any], *received: dict[str, Any]) -> list[Any]:
    sent: list[Any] = []
    messages = iter(received)

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def scope(app_path: str, *, root: str, token: str = "", **more: Any) -> dict[str, Any]:
    headers = [(b"host", b"h.test"), (b"content-type", b"application/fhir+json")]
    if token:
        headers.append((b"authorization", b"Bearer " + token.encode()))
    return {
        "type": "http", "method": "GET", "scheme": "http", "path": app_path, "root_path": root,
        "query_string": b"", "headers": headers, "server": ("h.test", 80), **more,
    }  # fmt: skip


async def test_who_leaves_in_the_middle_is_not_answered(
    app: FhirApp, client: httpx.AsyncClient, store: Store
) -> None:
    """Danger: half a body is taken for the whole."""
    token = client.headers["authorization"].removeprefix("Bearer ")
    sent = await asked(
        app,
        scope("/fhir/Patient", root="/fhir", token=token, method="POST"),
        {"type": "http.request", "body": b'{"resourceType":"Patient"}', "more_body": True},
        {"type": "http.disconnect"},
    )
    assert sent == []
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource") == 0


async def test_the_base_is_where_the_server_is_mounted(app: FhirApp) -> None:
    """Danger: links of an answer lead nowhere behind a proxy, or without the last slash."""
    for path, root, base in (
        ("/fhir/metadata", "/fhir", "http://h.test/fhir"),
        ("/fhir/metadata", "", "http://h.test/fhir"),
        ("/chu/fhir/metadata", "/chu/fhir", "http://h.test/chu/fhir"),
    ):
        sent = await asked(app, scope(path, root=root))
        assert sent[0]["status"] == 200
        assert f'"url":"{base}"'.encode() in sent[1]["body"]
    for path in ("/fhir", "/fhir/"):
        sent = await asked(app, scope(path, root="", method="POST"))
        assert sent[0]["status"] == 401


async def test_a_web_socket_is_declined(app: FhirApp) -> None:
    """Danger: a connection of another kind passes by the doors."""
    sent = await asked(app, {"type": "websocket", "path": "/fhir/elsewhere", "headers": []})
    assert [message["type"] for message in sent] == ["websocket.close"]


async def test_many_at_once_are_kept_apart(client: httpx.AsyncClient) -> None:
    """Danger: one client is given what another one asked for."""
    await asyncio.gather(
        *(
            client.put(f"/Patient/p{n}", json={"resourceType": "Patient", "id": f"p{n}"})
            for n in range(20)
        )
    )
    answers = await asyncio.gather(*(client.get(f"/Patient/p{n}") for n in range(20)))
    assert [answer.json()["id"] for answer in answers] == [f"p{n}" for n in range(20)]
