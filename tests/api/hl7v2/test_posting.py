"""Messages posted: who may, what comes back, and that nothing is taken from strangers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from hygie.api.hl7v2.app import PostApp, Posting
from hygie.hl7v2.parse import parse
from hygie.identity import Identity
from hygie.intake import Gateway
from hygie.intake.listening.posts import Posts
from hygie.intake.sources import state
from hygie.intake.sources.declaration import Http, Mllp, Source
from hygie.store.declarations import Declared

RAW = (
    "MSH|^~\\&|LAB|CH|HYGIE|CH|20260110120000||ADT^A28|{}|P|2.5^FRA^2.11|||{}|FRA|UNICODE UTF-8\r"
    "EVN||20260110120000\rPID|||8001^^^CH&1.2.3&ISO^PI||MARTIN^ANNE^^^^^L||19760302|F\r"
)
HL7 = {"Content-Type": "application/hl7-v2; charset=UTF-8"}


def raw(control: str, wishes: str = "|") -> bytes:
    return RAW.format(control, wishes).encode()


class Declarations:
    def __init__(self) -> None:
        self.found = {
            "lab": Source(name="lab", way=Http()),
            "off": Source(name="off", way=Http(), running=False),
            "wire": Source(name="wire", way=Mllp(port=2575)),
        }

    async def find(self, name):
        source = self.found.get(name)
        return source and Declared(source, 1, datetime.now(UTC))

    async def declared(self):
        return tuple([await self.find(name) for name in self.found])


@pytest.fixture
def gateway(store, repository) -> Gateway:
    return Gateway(store, repository, Identity(store))


@pytest.fixture
def declarations() -> Declarations:
    return Declarations()


@pytest.fixture
def posts(store, gateway, declarations) -> Posts:
    return Posts(store, gateway, declarations.declared)


@pytest.fixture
def posting(access, trail, posts, declarations):
    app = PostApp(Posting(access=access, trail=trail, sources=declarations, posts=posts))

    @asynccontextmanager
    async def posting(scopes: str) -> AsyncIterator[httpx.AsyncClient]:
        token = await access.create_token("lab-engine", scopes, timedelta(hours=1))
        headers = {"Authorization": f"Bearer {token}"} | HL7
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://hygie", headers=headers
        ) as client:
            yield client

    return posting


async def test_a_message_is_answered_in_its_language(posting, gateway):
    """A sender told of success by a status while its message waits for somebody."""
    async with posting("hl7v2/lab") as client:
        good = await client.post("/hl7v2/lab", content=raw("C1"))
        bad = await client.post("/hl7v2/lab", content=raw("C2").replace(b"A28", b"A99"))
        again = await client.post("/hl7v2/lab", content=raw("C1"))
    codes = [parse(answer.content).require("MSA").text(1) for answer in (good, bad, again)]
    assert codes == ["AA", "AR", "AA"]
    assert {answer.status_code for answer in (good, bad, again)} == {200}
    assert good.headers["content-type"] == "application/hl7-v2"
    assert (await gateway.counts()).states["filed"] == 1


@pytest.mark.parametrize(
    ("wishes", "code"), [("AL|AL", "AA"), ("AL|NE", "CA"), ("NE|AL", "AA"), ("NE|NE", "")]
)
async def test_there_is_one_answer_to_a_request(posting, wishes, code):
    """A sender in enhanced mode that waits for an answer that no request brings."""
    async with posting("hl7v2/*") as client:
        answer = await client.post("/hl7v2/lab", content=raw("C1", wishes))
    found = parse(answer.content).require("MSA").text(1) if answer.content else ""
    assert (found, answer.status_code) == (code, 200 if code else 204)


@pytest.mark.parametrize(
    ("scopes", "path", "status"),
    [
        ("system/*.cruds", "/hl7v2/lab", 403),
        ("hl7v2/wire", "/hl7v2/lab", 403),
        ("hl7v2/lab", "/hl7v2/unknown", 403),
        ("hl7v2/*", "/hl7v2/unknown", 404),
        ("hl7v2/*", "/hl7v2/off", 404),
        ("hl7v2/*", "/hl7v2/wire", 404),
        ("hl7v2/*", "/hl7v2/lab/more", 404),
    ],
)
async def test_only_what_was_granted(posting, gateway, scopes, path, status):
    """A token for one source, or for reading, with which anything is filed in any name."""
    async with posting(scopes) as client:
        assert (await client.post(path, content=raw("C1"))).status_code == status
    assert (await gateway.counts()).states == {}


async def test_what_is_no_message_of_this_kind_is_not_taken(posting, gateway):
    """A stranger's message; a form that a browser was made to send; a body without end."""
    async with posting("hl7v2/lab") as client:
        assert (await client.get("/hl7v2/lab")).status_code == 405
        asked = {"headers": {"Content-Type": "text/plain"}, "content": raw("C1")}
        assert (await client.post("/hl7v2/lab", **asked)).status_code == 415
        long = {"headers": HL7 | {"Content-Length": str(65 * 1024 * 1024)}, "content": b"MSH"}
        assert (await client.post("/hl7v2/lab", **long)).status_code == 413
        del client.headers["Authorization"]
        assert (await client.post("/hl7v2/lab", content=raw("C1"))).status_code == 401
    assert (await gateway.counts()).states == {}


async def test_what_is_posted_is_counted(posting, posts, store, declarations):
    """A source that posts a thousand faulty messages a day, and a page that shows none."""
    async with posting("hl7v2/lab") as client:
        await client.post("/hl7v2/lab", content=raw("C1"))
        await client.post("/hl7v2/lab", content=raw("C2").replace(b"A28", b"A99"))
        told = posts.of(declarations.found["lab"]).gauge.state()
        assert (told.last_refusal, told.received) == ("event.unknown", 2)
        await client.post("/hl7v2/lab", content=b"x", headers={"Content-Type": "text/plain"})
    await posts.write()
    (told,) = (await state.read(store.pool, store.keyring))["lab"]
    assert told.answered == {"AA": 1, "AR": 1}
    assert (told.received, told.connections, told.unanswered) == (2, 0, 0)
    assert 0 < told.p50_ms <= told.p99_ms
    assert told.last_refusal == "request.media-type"
    assert told.phase == "listening"


async def test_what_could_not_be_kept_is_counted(
    posting, posts, gateway, declarations, monkeypatch
):
    """A database that was away for an hour, and nothing that says the sender was sent away."""

    async def away(*_):
        raise ConnectionRefusedError

    monkeypatch.setattr(gateway, "accept", away)
    async with posting("hl7v2/lab") as client:
        assert (await client.post("/hl7v2/lab", content=raw("C1"))).status_code == 503
    told = posts.of(declarations.found["lab"]).gauge.state()
    assert (told.received, told.unanswered, told.answered) == (1, 1, {})


async def test_a_source_that_stopped_is_counted_no_more(posts, store, declarations):
    """Counts of a source that was removed, kept in memory and in the database for ever."""
    posts.of(declarations.found["lab"])
    await posts.write()
    del declarations.found["lab"]
    await posts.write()
    assert await state.read(store.pool, store.keyring) == {}


def test_a_change_of_the_declaration_keeps_the_counts(posts):
    """Counts that begin again whenever somebody changes the title; the pace of yesterday."""
    posts.of(Source(name="lab", way=Http())).gauge.received(1, 10)
    changed = posts.of(Source(name="lab", way=Http(), title="Labo"))
    assert changed.source.title == "Labo"
    assert changed.gauge.state().received == 1
    assert posts.of(Source(name="lab", way=Http(), title="Labo")) is changed
