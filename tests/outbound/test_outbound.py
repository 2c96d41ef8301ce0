"""Requests to real servers that hang, drip, redirect, lie, or are not who they say they are."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_address
from pathlib import Path
from time import monotonic

import pytest
from tests.outbound.servers import answering, certificate, hang, read_request, serving

from hygie.limits import MAX_DRAINED_BYTES
from hygie.outbound.addresses import Address
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.refusal import Category, Refused

LOCAL = ip_address("127.0.0.1")


class Names:
    """Answers in turn; the last one for ever."""

    def __init__(self, *answers: list[Address]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> list[Address]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    """Allowed to send to this machine."""
    made = Outbound(read_permission("127.0.0.1"))
    yield made
    await made.close()


async def rule_of(asked: object) -> str:
    with pytest.raises(Refused) as refused:
        await asked  # type: ignore[misc]
    return refused.value.refusal.issues[0].rule


async def test_a_post_arrives_as_it_was_given(outbound: Outbound) -> None:
    """Guards: a notification altered on its way, or sent with what nobody asked for."""
    seen: list[tuple[str, dict[str, str], bytes]] = []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.append(await read_request(reader))
            writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")

    async with serving(speak) as port:
        url = f"http://127.0.0.1:{port}/a%2Fb?c=%C3%A9"
        headers = [("X-One", "1"), ("x-one", "2"), ("Content-Type", "application/fhir+json")]
        answer = await outbound.post(url, b"{}", headers)
        await outbound.post(url, b"second", [])
    assert answer.taken
    first, given, body = seen[0]
    assert first == "POST /a%2Fb?c=%C3%A9 HTTP/1.1"
    assert body == b"{}"
    assert given["x-one"] == "2"
    assert given["content-type"] == "application/fhir+json"
    assert given["user-agent"] == "Hygie"
    assert "cookie" not in given


async def test_a_redirect_is_told_and_not_followed(outbound: Outbound) -> None:
    """Guards: health data led to an inner address by who answers; a loop of redirects."""
    reached = 0

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal reached
        reached += 1

    async with serving(elsewhere) as other:
        head = f"307 Temporary Redirect\r\nLocation: http://127.0.0.1:{other}/"
        async with serving(answering(head)) as port:
            answer = await outbound.post(f"http://127.0.0.1:{port}/", b"x", [])
    assert answer.leads_elsewhere
    assert not answer.taken
    assert reached == 0


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: "])
async def test_a_server_that_hangs_is_left(outbound: Outbound, start: bytes) -> None:
    """Guards: a subscriber that never answers and holds everything up."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(start)
        await hang(reader, writer)

    async with serving(speak) as port:
        before = monotonic()
        asked = outbound.post(f"http://127.0.0.1:{port}/", b"x", [], 0.3)
        assert await rule_of(asked) == "outbound.slow"
        assert monotonic() - before < 3


async def test_a_drip_of_headers_is_left(outbound: Outbound) -> None:
    """Guards: a clock that starts anew with each byte."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(1_000):
            writer.write(b"X-%d: y\r\n" % number)
            await writer.drain()
            await asyncio.sleep(0.05)

    async with serving(speak) as port:
        asked = outbound.post(f"http://127.0.0.1:{port}/", b"x", [], 0.4)
        assert await rule_of(asked) == "outbound.slow"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
    ],
)
async def test_heads_are_bounded_and_strict(outbound: Outbound, said: bytes) -> None:
    """Guards: memory filled by headers; an answer that is taken for HTTP and is not."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(said)
        await writer.drain()

    async with serving(speak) as port:
        asked = outbound.post(f"http://127.0.0.1:{port}/", b"x", [])
        assert await rule_of(asked) == "outbound.not-http"


async def test_a_server_that_cuts_is_unreachable(outbound: Outbound) -> None:
    """Guards: half an answer taken for one."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 20")
        await writer.drain()

    async with serving(speak) as port:
        asked = outbound.post(f"http://127.0.0.1:{port}/", b"x", [])
        assert await rule_of(asked) in ("outbound.unreachable", "outbound.not-http")
    assert await rule_of(outbound.post(f"http://127.0.0.1:{port}/", b"x", [])) == (
        "outbound.unreachable"
    )


async def test_a_huge_answer_is_not_read(outbound: Outbound) -> None:
    """Guards: a subscriber that answers a notification with gigabytes."""
    sent = 0

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            sent += 65_536
            await writer.drain()

    async with serving(speak) as port:
        answer = await outbound.post(f"http://127.0.0.1:{port}/", b"x", [])
        assert answer.taken
        await asyncio.sleep(0.2)
        assert sent < 50 * 1024 * 1024 + MAX_DRAINED_BYTES


async def test_what_is_not_allowed_is_not_connected_to() -> None:
    """Guards: an inner service reached by a literal address, or by a name that leads to it."""
    reached = 0

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal reached
        reached += 1

    nobody = Outbound(read_permission(""), names=Names([LOCAL]))
    async with serving(speak) as port:
        for host in ("127.0.0.1", "[::ffff:127.0.0.1]", "inner.example.org"):
            for scheme in ("http", "https"):
                url = f"{scheme}://{host}:{port}/"
                assert await rule_of(nobody.post(url, b"x", [])) == "outbound.forbidden"
                assert await rule_of(nobody.check(url)) == "outbound.forbidden"
    await nobody.close()
    assert reached == 0


async def test_a_name_that_changes_its_mind_leads_nowhere() -> None:
    """Guards: DNS rebinding. What was judged is connected to; what comes later is judged again."""
    reached = 0

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal reached
        reached += 1

    names = Names([ip_address("93.184.215.14")], [LOCAL])
    outbound = Outbound(read_permission(""), names=names)
    async with serving(speak) as port:
        url = f"https://rebinding.example.org:{port}/"
        await outbound.check(url)
        assert await rule_of(outbound.post(url, b"x", [])) == "outbound.forbidden"
    assert (names.asked, reached) == (2, 0)
    await outbound.close()


async def test_a_proxy_of_the_environment_is_not_used(
    outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: health data sent through whoever set a variable."""
    async with serving(answering("200 OK")) as port, serving(answering("500 No")) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy}")
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy}")
        assert (await outbound.post(f"http://127.0.0.1:{port}/", b"x", [])).status == 200


async def test_tls_is_verified_by_name(tmp_path: Path) -> None:
    """Guards: a certificate that nobody vouches for, or of another name, taken for good."""
    tls, authority = certificate(tmp_path, "good.example.org")
    known = Outbound(read_permission("good.example.org,bad.example.org"), authority, Names([LOCAL]))
    unknown = Outbound(read_permission("good.example.org"), None, Names([LOCAL]))
    async with serving(answering("204 No Content"), tls) as port:
        good = f"https://good.example.org:{port}/"
        assert (await known.post(good, b"x", [])).taken
        bad = f"https://bad.example.org:{port}/"
        assert await rule_of(known.post(bad, b"x", [])) == "outbound.untrusted"
        assert await rule_of(unknown.post(good, b"x", [])) == "outbound.untrusted"
    await known.close()
    await unknown.close()


async def test_failures_may_go_better_and_prohibitions_not(outbound: Outbound) -> None:
    """Guards: a subscription given up for a cable that was out; one tried for ever in vain."""
    async with serving(answering("200 OK")) as port:
        pass
    with pytest.raises(Refused) as busy:
        await outbound.post(f"http://127.0.0.1:{port}/", b"x", [])
    assert busy.value.refusal.category is Category.BUSY
    with pytest.raises(Refused) as forbidden:
        await outbound.post("https://169.254.169.254/", b"x", [])
    assert forbidden.value.refusal.category is Category.FORBIDDEN


async def read(outbound: Outbound, port: int, limit: int = 0) -> bytes:
    async with outbound.download(f"http://127.0.0.1:{port}/", limit=limit) as answer:
        return b"".join([piece async for piece in answer.pieces])


async def test_a_download_comes_whole_or_is_refused(outbound: Outbound) -> None:
    """Guards: half a file taken for all of it; one without end."""
    body = b"0123456789" * 100_000
    async with serving(answering("200 OK", body)) as port:
        assert await read(outbound, port) == body
        assert await rule_of(read(outbound, port, 999_999)) == "outbound.too-long"

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        await writer.drain()

    async with serving(cut) as port:
        assert await rule_of(read(outbound, port)) == "outbound.not-http"
    async with serving(answering("200 OK\r\nContent-Encoding: gzip", b"xx")) as port:
        assert await rule_of(read(outbound, port)) == "outbound.not-http"


async def test_a_drip_of_a_download_is_left(
    outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: an import that lasts for ever, one byte at a time. A slow reader is not blamed."""
    monkeypatch.setattr("hygie.outbound.body.BODY_SECONDS", 0.4)

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with serving(speak) as port:
        assert await rule_of(read(outbound, port)) == "outbound.stalled"
    async with (
        serving(answering("200 OK", b"x" * 200_000)) as port,
        outbound.download(f"http://127.0.0.1:{port}/") as answer,
    ):
        size = 0
        async for piece in answer.pieces:
            size += len(piece)
            await asyncio.sleep(0.3)
    assert size == 200_000


async def test_what_fails_in_the_reader_stays_its_own(outbound: Outbound) -> None:
    """Guards: a full disk of ours reported as the other side's failure."""
    async with serving(answering("200 OK", b"x")) as port:
        with pytest.raises(OSError, match="disk"):
            async with outbound.download(f"http://127.0.0.1:{port}/"):
                raise OSError("disk")
