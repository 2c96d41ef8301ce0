"""The channel `email`: a mail that says there is news, through the establishment's relay.

The text names no patient and no event. A notification is attached when the payload is FHIR; with
health data in it only for mailboxes of domains that the administrator named (MSSanté).
"""

import asyncio
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate
from typing import Final

from hygie.exchange.subscriptions.channels import Delivered, Header, Outcome, Retry, Target
from hygie.exchange.subscriptions.channels.phrases import (
    ENDPOINT_MAIL,
    NO_HEALTH_DATA,
    NO_PAYLOAD,
    RELAY_ANSWERED,
    RELAY_AWAY,
    SUBJECT,
    TEXT,
    filled,
    said,
    wrong,
)
from hygie.exchange.subscriptions.channels.signature import ID, identifier_of
from hygie.outbound.mailing import Relay, domain_of
from hygie.outbound.trust import trusted
from hygie.refusal import Refused

SCHEME: Final = "mailto:"
TEXTS: Final = frozenset({"", "text/plain"})
ATTACHED: Final = {
    "application/fhir+json": ("fhir+json", "notification.json"),
    "application/json": ("fhir+json", "notification.json"),
    "application/fhir+xml": ("fhir+xml", "notification.xml"),
    "application/xml": ("fhir+xml", "notification.xml"),
}
"""Payload -> what it is attached as."""


class EMail:
    """Keeps `Channel`. One mail, one conversation with the relay, an attempt."""

    def __init__(self, relay: Relay, public_url: str = "") -> None:
        """`public_url`: of the pages, for a link to them."""
        self._relay = relay
        self._link = public_url.rstrip("/") + "/" if public_url else ""
        self._trusted: ssl.SSLContext | None = None

    async def admit(self, target: Target) -> None:
        domain = domain_of(mailbox_of(target))
        kind = _kind(target)
        if kind not in ATTACHED and kind not in TEXTS:
            raise wrong("payload", NO_PAYLOAD, "channel.payload", code="not-supported")
        if target.content != "full-resource":
            return
        if kind in TEXTS:
            raise wrong("payload", NO_PAYLOAD, "channel.payload", code="not-supported")
        if domain not in self._relay.health_domains:
            raise wrong("mailbox", NO_HEALTH_DATA, "channel.endpoint", code="forbidden")

    async def deliver(self, target: Target, body: bytes, headers: Sequence[Header] = ()) -> Outcome:
        try:
            await self.admit(target)
            mail = self._mail(target, body, headers)
        except Refused as refused:
            return Retry(filled(refused.refusal.issues[0]))
        return await self._handed_over(mail, target.timeout_seconds)

    def _mail(self, target: Target, body: bytes, headers: Sequence[Header]) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._relay.sender
        mail["To"] = mailbox_of(target)
        mail["Subject"] = f"{SUBJECT.fr} / {SUBJECT.en}"
        mail["Date"] = formatdate()
        given = next((value for name, value in headers if name.lower() == ID), "")
        identifier = given or identifier_of(target.id, body)
        mail["Message-ID"] = f"<{identifier}@{domain_of(self._relay.sender)}>"
        mail["Auto-Submitted"] = "auto-generated"
        text = said(TEXT, subscription=target.id, link=self._link)
        mail.set_content(f"{text.fr}\n\n{text.en}\n".replace("\n\n\n", "\n\n"))
        if attached := ATTACHED.get(_kind(target)):
            subtype, name = attached
            mail.add_attachment(body, maintype="application", subtype=subtype, filename=name)
        return mail

    async def _handed_over(self, mail: EmailMessage, seconds: float) -> Outcome:
        import aiosmtplib  # noqa: PLC0415 - loaded by the first mail

        relay = self._relay
        if self._trusted is None and relay.security != "none":
            self._trusted = trusted(relay.authorities)
        client = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            username=relay.user or None,
            password=relay.password or None,
            use_tls=relay.security == "tls",
            start_tls=relay.security == "starttls",
            tls_context=self._trusted,
            local_hostname=domain_of(relay.sender),
            timeout=seconds,
        )
        try:
            async with asyncio.timeout(seconds):
                await client.connect()
                await client.send_message(mail)
        except aiosmtplib.SMTPResponseException as answered:
            return Retry(said(RELAY_ANSWERED, status=str(answered.code)))
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return Retry(said(RELAY_ANSWERED, status=str(refused.recipients[0].code)))
        except (aiosmtplib.SMTPException, OSError):
            return Retry(RELAY_AWAY)
        finally:
            client.close()
        return Delivered()


def mailbox_of(target: Target) -> str:
    if target.endpoint[: len(SCHEME)].lower() != SCHEME:
        raise wrong("endpoint", ENDPOINT_MAIL, "channel.endpoint")
    return target.endpoint[len(SCHEME) :]


def _kind(target: Target) -> str:
    return target.mime_type.partition(";")[0].strip().lower()
