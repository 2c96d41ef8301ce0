"""Mails through a real relay: what they hold, to whom they may go, what becomes of failures."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from tests.outbound.servers import certificate, hang, serving

from hygie.exchange.subscriptions.channels import Delivered, Retry, Target
from hygie.exchange.subscriptions.channels.e_mail import EMail
from hygie.outbound.mailing import Relay
from hygie.refusal import Refused

BODY = b'{"resourceType":"Bundle","id":"DUPONT"}'
SECURE = "medecin@cabinet.mssante.example"


class Box:
    """A relay's memory, and its mood."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.mails: list[EmailMessage] = []
        self.answer = answer

    async def handle_RCPT(self, *args: Any) -> str:  # noqa: N802 - aiosmtpd's name
        envelope, address = args[2], args[3]
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, *args: Any) -> str:  # noqa: N802 - aiosmtpd's name
        envelope: Envelope = args[2]
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@asynccontextmanager
async def relaying(box: Box, tls: ssl.SSLContext | None = None) -> AsyncIterator[Relay]:
    """A relay on this machine; with STARTTLS and a password when there is a certificate."""

    def known(server: Any, session: Any, envelope: Any, mechanism: Any, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"p4ss")

    def speak() -> SMTP:
        return SMTP(
            box,
            hostname="relay.example.org",
            tls_context=tls,
            require_starttls=tls is not None,
            auth_required=tls is not None,
            authenticator=known,
        )

    server = await asyncio.get_running_loop().create_server(speak, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield Relay("127.0.0.1", port, "none", "hygie@hopital.example")
    finally:
        server.close()


def target(endpoint: str = "mailto:dim@hopital.example", **changes: Any) -> Target:
    plain = Target("s1", endpoint, "text/plain", "empty", timeout_seconds=5)
    return replace(plain, **changes)


async def rule_of(asked: object) -> str:
    with pytest.raises(Refused) as refused:
        await asked  # type: ignore[misc]
    return refused.value.refusal.issues[0].rule


async def test_a_mail_says_that_there_is_news_and_no_more() -> None:
    """Guards: health data in a mail that anybody on its way may read."""
    box = Box()
    async with relaying(box) as relay:
        outcome = await EMail(relay, "https://hygie.example.org").deliver(target(), BODY)
    assert outcome == Delivered()
    (mail,) = box.mails
    assert b"DUPONT" not in mail.as_bytes()
    assert mail["To"] == "dim@hopital.example"
    assert mail["From"] == "hygie@hopital.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert "https://hygie.example.org/" in text
    assert "Il y a du nouveau" in text
    assert "There is news" in text


async def test_a_notification_is_attached_when_it_is_asked_for() -> None:
    """Guards: a notification altered in an attachment; another mail for each attempt at it."""
    box = Box()
    asked = target(mime_type="application/fhir+json", content="id-only")
    async with relaying(box) as relay:
        channel = EMail(relay)
        assert await channel.deliver(asked, BODY, [("webhook-id", "n-1")]) == Delivered()
        assert await channel.deliver(asked, BODY, [("webhook-id", "n-1")]) == Delivered()
    first, second = box.mails
    (attached,) = first.iter_attachments()
    assert attached.get_content() == BODY
    assert attached.get_content_type() == "application/fhir+json"
    assert first["Message-ID"] == second["Message-ID"] == "<n-1@hopital.example>"


async def test_health_data_go_to_secure_mailboxes_only() -> None:
    """Guards: resources mailed to an ordinary mailbox, by whoever writes a subscription."""
    box = Box()
    whole = target(mime_type="application/fhir+json", content="full-resource")
    secure = replace(whole, endpoint=f"mailto:{SECURE}")
    async with relaying(box) as relay:
        channel = EMail(replace(relay, health_domains=frozenset({"cabinet.mssante.example"})))
        await channel.admit(secure)
        assert await channel.deliver(secure, BODY) == Delivered()
        assert await rule_of(channel.admit(whole)) == "subscription.mailbox"
        assert isinstance(await channel.deliver(whole, BODY), Retry)
        lookalike = replace(whole, endpoint="mailto:a@x.cabinet.mssante.example")
        assert await rule_of(channel.admit(lookalike)) == "subscription.mailbox"
    assert len(box.mails) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "dim@hopital.example",
        "mailto:",
        "mailto:dim",
        "mailto:a@b,c@d.example",
        "mailto:a@hopital.example?bcc=x@y.example",
        "mailto:a@hopital.example\r\nBcc: x@y.example",
        "mailto:A <a@hopital.example>",
        "mailto:a@[127.0.0.1]",
        "https://hopital.example/",
    ],
)
async def test_an_odd_mailbox_is_refused(endpoint: str) -> None:
    """Guards: a second recipient smuggled in; a header of somebody else's."""
    channel = EMail(Relay("127.0.0.1", 1, "none", "hygie@hopital.example"))
    assert await rule_of(channel.admit(target(endpoint))) in (
        "outbound.mailbox",
        "subscription.endpoint",
    )


@pytest.mark.parametrize(
    "changes",
    [{"mime_type": "text/html"}, {"mime_type": "text/plain", "content": "full-resource"}],
)
async def test_what_a_mail_cannot_carry_is_refused(changes: dict[str, str]) -> None:
    """Guards: a subscriber who waits for what never comes."""
    channel = EMail(Relay("127.0.0.1", 1, "none", "hygie@hopital.example"))
    assert await rule_of(channel.admit(target(**changes))) == "subscription.payload"


@pytest.mark.parametrize("answer", ["450 later", "550 nobody"])
async def test_a_relay_that_refuses_is_asked_again(answer: str) -> None:
    """Guards: a mail lost because the relay was busy, or told wrongly for a while."""
    async with relaying(Box(answer)) as relay:
        outcome = await EMail(relay).deliver(target(), BODY)
    assert isinstance(outcome, Retry)
    assert answer[:3] in outcome.reason.fr
    assert "later" not in outcome.reason.fr


async def test_a_relay_that_hangs_is_left_in_time() -> None:
    """Guards: a queue behind a relay that never answers; one that is not there."""
    async with serving(hang) as port:
        channel = EMail(Relay("127.0.0.1", port, "none", "hygie@hopital.example"))
        before = monotonic()
        assert isinstance(await channel.deliver(target(timeout_seconds=0.3), BODY), Retry)
        assert monotonic() - before < 3
    assert isinstance(await channel.deliver(target(), BODY), Retry)


async def test_a_relay_is_verified_before_it_gets_a_password(tmp_path: Path) -> None:
    """Guards: the relay's password, and mails, given to whoever sits on the line."""
    tls, authority = certificate(tmp_path, "127.0.0.1")
    box = Box()
    async with relaying(box, tls) as plain:
        relay = replace(plain, security="starttls", user="hygie", password="p4ss")
        assert isinstance(await EMail(relay).deliver(target(), BODY), Retry)
        assert not box.mails
        known = replace(relay, authorities=authority)
        assert await EMail(known).deliver(target(), BODY) == Delivered()
        wrong = replace(known, password="other")
        outcome = await EMail(wrong).deliver(target(), BODY)
        assert isinstance(outcome, Retry)
        assert "other" not in repr(wrong) + outcome.reason.fr
    async with relaying(Box()) as without:
        asked = replace(without, security="starttls")
        assert isinstance(await EMail(asked).deliver(target(), BODY), Retry)
