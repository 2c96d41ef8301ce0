"""Guards `$import`: what is fetched is filed once, what is wrong is told by line, and only what was
named is fetched."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from aiohttp import web
from tests.api.conftest import Asking

from hygie.identity import Identity
from hygie.insight.quality.standards import standards_of
from hygie.intake import Gateway, dispatch
from hygie.intake.imports import fetching
from hygie.intake.imports.imports import Imports
from hygie.intake.imports.worker import Worker
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.refusal import Refused
from hygie.store.interactions import Repository
from hygie.store.store import Store

ASYNC = {"Prefer": "respond-async", "Accept": "application/fhir+json"}
Files = dict[str, bytes]
Json = dict[str, Any]


class Source:
    """A server of files, and how often each was asked for."""

    def __init__(self) -> None:
        self.files: Files = {}
        self.asked: list[str] = []
        self.address = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        found = self.files.get(request.path)
        return web.Response(status=404) if found is None else web.Response(body=found)


@pytest.fixture
async def source() -> AsyncIterator[Source]:
    source, application = Source(), web.Application()
    application.router.add_get("/{name}", source.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    source.address = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    yield source
    await runner.cleanup()


@pytest.fixture
async def worker(
    store: Store, imports: Imports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Worker]:
    """Makes them in this process, in batches of a few lines."""
    monkeypatch.setattr(dispatch, "RESOURCES_TOGETHER", 4)
    monkeypatch.setattr(fetching, "NOTE_SECONDS", 0)
    standards = standards_of(tmp_path, lambda: date(2026, 6, 1))
    repository = Repository(store, standards.under(""), standards.under)
    gateway = Gateway(store, repository, Identity(store))
    outbound = Outbound(read_permission("127.0.0.1"))

    async def make(job: UUID) -> None:
        found = await imports.find(job)
        assert found is not None
        try:
            await fetching.make(store, imports, outbound, gateway.importers, found)
        except Refused:
            return

    yield Worker(store, imports, make)
    await outbound.close()


def basic(name: str, text: str = "x") -> bytes:
    return json.dumps({"resourceType": "Basic", "id": name, "code": {"text": text}}).encode()


def manifest(source: Source, *names: str, kind: str = "Basic") -> Json:
    inputs = [{"type": kind, "url": f"{source.address}/{name}"} for name in names]
    return {"inputFormat": "application/fhir+ndjson", "input": inputs}


async def kick_off(client: httpx.AsyncClient, content: Json) -> str:
    response = await client.post("/$import", json=content, headers=ASYNC)
    assert response.status_code == 202, response.text
    return local(response.headers["content-location"])


def local(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path.removeprefix('/fhir')}?{parts.query}"


async def test_files_are_fetched_and_filed(
    client: httpx.AsyncClient, worker: Worker, source: Source
) -> None:
    """Danger: lines lost, a second time filed, or a wrong one that holds up the rest."""
    lines = [basic(f"b{number}") for number in range(25)]
    lines[7] = b'{"resourceType":"Basic","id":"w"'
    lines[11] = b'{"resourceType":"Patient","id":"w"}'
    source.files = {"/one": b"\n".join(lines), "/two": basic("other")}
    where = await kick_off(client, manifest(source, "one", "two"))
    assert (await client.get(where)).status_code == 202
    await worker.once()
    answer = await client.get(where)
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert [(one["count"], one["new"]) for one in result["output"]] == [(23, 23), (1, 1)]
    (error,) = result["error"]
    assert error["count"] == 2
    told = (await client.get(local(error["url"]))).text.splitlines()
    texts = [json.loads(line)["issue"][0]["details"]["text"] for line in told]
    assert [text.partition(":")[0] for text in texts] == ["Line 8", "Line 12"]
    assert (await client.get("/Basic?_summary=count")).json()["total"] == 24
    again = await kick_off(client, manifest(source, "one"))
    await worker.once()
    result = (await client.get(again)).json()
    repeated, (error,) = result["output"][0], result["error"]
    # The line in quarantine is known, and no more filed than before.
    assert (repeated["count"], repeated["new"], error["count"]) == (23, 0, 2)


async def test_the_manifest_may_be_a_parameters_resource(
    client: httpx.AsyncClient, worker: Worker, source: Source
) -> None:
    """Danger: a client of another server's `$import` that is not understood."""
    source.files = {"/one": basic("b")}
    part = [
        {"name": "type", "valueCode": "Basic"},
        {"name": "url", "valueUri": f"{source.address}/one"},
    ]
    body = {"resourceType": "Parameters", "parameter": [
        {"name": "inputFormat", "valueCode": "application/fhir+ndjson"},
        {"name": "storageDetail", "part": [{"name": "type", "valueCode": "https"}]},
        {"name": "input", "part": part},
    ]}  # fmt: skip
    where = await kick_off(client, body)
    await worker.once()
    assert (await client.get(where)).json()["output"][0]["new"] == 1


async def test_what_was_begun_is_gone_on_with(
    client: httpx.AsyncClient, worker: Worker, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: an import that begins anew, or passes over lines, after a crash."""
    source.files = {"/one": b"\n".join(basic(f"b{number}") for number in range(40))}
    where = await kick_off(client, manifest(source, "one"))
    whole: Callable[..., Awaitable[None]] = fetching.Fetching._note
    noted: list[int] = []

    async def cut(self: Any, found: Any, number: int, line: int, *, finished: bool) -> None:
        if line > 20:
            raise ConnectionError
        await whole(self, found, number, line, finished=finished)
        noted.append(line)

    monkeypatch.setattr(fetching.Fetching, "_note", cut)
    with pytest.raises(ConnectionError):
        await worker.once()
    monkeypatch.setattr(fetching.Fetching, "_note", whole)
    assert noted
    await worker.once()
    output = (await client.get(where)).json()["output"][0]
    assert output["count"] == 40
    assert (await client.get("/Basic?_summary=count")).json()["total"] == 40
    assert source.asked == ["/one", "/one"]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://127.0.0.2/x", 403),
        ("https://elsewhere.test/x", 403),
        ("http://127.0.0.1@evil.test/x", 422),
        ("file:///etc/passwd", 422),
    ],
)
async def test_only_named_sources_are_fetched_from(
    client: httpx.AsyncClient, url: str, status: int
) -> None:
    """Danger: a client that has us fetch from inside our own network (SSRF)."""
    body = {"input": [{"type": "Basic", "url": url}]}
    response = await client.post("/$import", json=body, headers=ASYNC)
    assert response.status_code == status


async def test_rights_are_those_of_who_asks(asking: Asking, source: Source) -> None:
    """Danger: types filed that the token may not write; a bundle that brings them along."""
    async with asking("system/Patient.cruds") as other:
        response = await other.post("/$import", json=manifest(source, "one"), headers=ASYNC)
        assert response.status_code == 403
        bundle = manifest(source, "one", kind="Bundle")
        assert (await other.post("/$import", json=bundle, headers=ASYNC)).status_code == 400


async def test_a_file_that_is_not_there_is_tried_again_then_given_up(
    client: httpx.AsyncClient, worker: Worker, source: Source
) -> None:
    """Danger: an import that never ends, or ends at the first stumble of its source."""
    where = await kick_off(client, manifest(source, "absent"))
    for _ in range(5):
        assert (await client.get(where)).status_code == 202
        await worker.once()
    assert (await client.get(where)).status_code == 500


async def test_a_cancelled_import_is_no_more(
    client: httpx.AsyncClient, asking: Asking, worker: Worker, source: Source
) -> None:
    """Danger: it goes on; or somebody else's is cancelled."""
    source.files = {"/one": basic("b")}
    where = await kick_off(client, manifest(source, "one"))
    assert (await client.delete(where)).status_code == 202
    assert (await client.get(where)).status_code == 404
    await worker.once()
    assert source.asked == []
