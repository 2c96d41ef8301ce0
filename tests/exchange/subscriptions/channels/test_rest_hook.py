"""Notifications by HTTP, to real servers that take them, refuse them, or misbehave."""

import asyncio
import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.outbound.servers import answering, certificate, hang, read_request, serving

from hygie.exchange.subscriptions.channels import Delivered, Gone, Retry, Target
from hygie.exchange.subscriptions.channels.rest_hook import RestHook, seconds_until
from hygie.limits import MAX_RETRY_AFTER_SECONDS
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.refusal import Refused

SECRET = "whsec_" + b64encode(bytes(range(32))).decode()
NOW = 1_800_000_000.0


def target(port: int, path: str = "/hook") -> Target:
    return Target(
        id="s1",
        endpoint=f"http://127.0.0.1:{port}{path}",
        mime_type="application/fhir+json",
        content="id-only",
        timeout_seconds=5,
    )


@pytest.fixture
async def hook() -> AsyncIterator[RestHook]:
    outbound = Outbound(read_permission("127.0.0.1"))
    yield RestHook(outbound, lambda: NOW)
    await outbound.close()


async def rule_of(asked: object) -> str:
    with pytest.raises(Refused) as refused:
        await asked  # type: ignore[misc]
    return refused.value.refusal.issues[0].rule


async def test_a_notification_arrives_signed(hook: RestHook) -> None:
    """Guards: a subscriber who cannot tell our notifications from those of an impostor."""
    seen: list[tuple[str, dict[str, str], bytes]] = []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.append(await read_request(reader))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with serving(speak) as port:
        asked = replace(target(port), secret=SECRET, headers=(("Authorization", "Bearer x"),))
        assert await hook.deliver(asked, b'{"a":1}', [("Webhook-Id", "n-7")]) == Delivered()
        assert await hook.deliver(asked, b'{"a":1}') == Delivered()
        plain = replace(target(port), mime_type="", method="PUT")
        assert await hook.deliver(plain, b"") == Delivered()
    first, headers, body = seen[0]
    assert first == "POST /hook HTTP/1.1"
    assert headers["authorization"] == "Bearer x"
    assert headers["content-type"] == "application/fhir+json"
    assert headers["webhook-id"] == "n-7"
    text = f"n-7.{int(NOW)}.".encode() + body
    proof = hmac.new(b64decode(SECRET[6:]), text, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + b64encode(proof).decode()
    assert seen[1][1]["webhook-id"].startswith("msg_")
    assert SECRET not in str(seen)
    first, headers, body = seen[2]
    assert first == "PUT /hook HTTP/1.1"
    assert headers["content-length"] == "0"
    assert "content-type" not in headers
    assert "webhook-signature" not in headers


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_success_is_taken(hook: RestHook, status: int) -> None:
    """Guards: a notification sent for ever although it was taken."""
    async with serving(answering(f"{status} Fine")) as port:
        assert await hook.deliver(target(port), b"{}") == Delivered()


async def test_gone_ends_it(hook: RestHook) -> None:
    """Guards: a subscriber that is no more, told for ever."""
    async with serving(answering("410 Gone")) as port:
        assert isinstance(await hook.deliver(target(port), b"{}"), Gone)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 429, 500, 503])
async def test_all_else_comes_again(hook: RestHook, status: int) -> None:
    """Guards: a notification lost because a subscriber was not ready for it."""
    async with serving(answering(f"{status} No\r\nRetry-After: 120")) as port:
        outcome = await hook.deliver(target(port), b"{}")
    assert isinstance(outcome, Retry)
    assert str(status) in outcome.reason.fr
    assert outcome.after_seconds == 120


async def test_a_redirect_to_an_inner_address_is_not_followed(hook: RestHook) -> None:
    """Guards: SSRF by redirect, and a loop of redirects."""
    reached = 0

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal reached
        while True:
            await read_request(reader)
            reached += 1
            writer.write(b"HTTP/1.1 307 T\r\nLocation: /hook\r\nContent-Length: 0\r\n\r\n")

    async with serving(speak) as port:
        assert isinstance(await hook.deliver(target(port), b"{}"), Retry)
        assert reached == 1
    head = "302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/"
    async with serving(answering(head)) as port:
        assert isinstance(await hook.deliver(target(port), b"{}"), Retry)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://169.254.169.254/", "ftp://a.b/"])
async def test_what_may_not_be_sent_to_is_refused_beforehand(url: str) -> None:
    """Guards: a subscription accepted that can only fail, or that leads inside."""
    outbound = Outbound(read_permission(""))
    hook = RestHook(outbound)
    asked = replace(target(1), endpoint=url)
    assert (await rule_of(hook.admit(asked))).startswith("outbound.")
    assert isinstance(await hook.deliver(asked, b"{}"), Retry)
    await outbound.close()


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "Webhook-Id"])
async def test_headers_that_frame_a_request_are_ours(hook: RestHook, name: str) -> None:
    """Guards: a request smuggled into another; a signature that somebody else chose."""
    asked = replace(target(9), headers=((name, "x"),))
    assert await rule_of(hook.admit(asked)) == "subscription.header"


@pytest.mark.parametrize("secret", ["x", "whsec_", "whsec_AAAA", "whsec_é", "A" * 44])
async def test_a_weak_secret_is_refused(hook: RestHook, secret: str) -> None:
    """Guards: signatures that anybody can make."""
    with pytest.raises(Refused) as refused:
        await hook.admit(replace(target(9), secret=secret))
    assert refused.value.refusal.issues[0].rule == "subscription.secret"


async def test_a_hook_that_hangs_is_left_in_time(hook: RestHook) -> None:
    """Guards: a queue behind a subscriber that never answers."""
    async with serving(hang) as port:
        before = monotonic()
        outcome = await hook.deliver(replace(target(port), timeout_seconds=0.3), b"{}")
        assert isinstance(outcome, Retry)
        assert monotonic() - before < 3


async def test_a_wrong_certificate_is_no_subscriber(tmp_path: Path) -> None:
    """Guards: health data sent to whoever sits on the line."""
    tls, _ = certificate(tmp_path, "127.0.0.1")
    reached: list[bytes] = []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(await reader.read())

    outbound = Outbound(read_permission("127.0.0.1"))
    async with serving(speak, tls) as port:
        asked = replace(target(port), endpoint=f"https://127.0.0.1:{port}/")
        outcome = await RestHook(outbound).deliver(asked, b"{}")
    await outbound.close()
    assert isinstance(outcome, Retry)
    assert "certificat" in outcome.reason.fr
    assert not any(reached)


async def test_many_at_once_to_one_host(hook: RestHook) -> None:
    """Guards: notifications of several subscriptions of one subscriber, lost or mixed."""
    bodies: list[bytes] = []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            bodies.append((await read_request(reader))[2])
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with serving(speak) as port:
        sent = [b"%d" % number for number in range(200)]
        outcomes = await asyncio.gather(*(hook.deliver(target(port), body) for body in sent))
    assert set(outcomes) == {Delivered()}
    assert sorted(bodies) == sorted(sent)


@given(st.text(max_size=40) | st.integers(-10, 10**12).map(str))
def test_a_wait_is_bounded(text: str) -> None:
    """Guards: a subscriber who has us wait for a century, or fail."""
    assert 0 <= seconds_until(text, NOW) <= MAX_RETRY_AFTER_SECONDS


def test_a_wait_may_be_a_date() -> None:
    """Guards: a subscriber's wish misread."""
    assert seconds_until("Fri, 15 Jan 2027 08:01:30 GMT", NOW) == 90
    assert seconds_until("Fri, 15 Jan 2027 07:01:30 GMT", NOW) == 0
    assert seconds_until("17", NOW) == 17
