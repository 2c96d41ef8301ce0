"""The establishment's mail relay, and the addresses that mail goes to."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from hygie.outbound.permission import read_host_port
from hygie.outbound.phrases import BAD_MAILBOX
from hygie.outbound.place import NAME
from hygie.refusal import Category, refuse

Security = Literal["starttls", "tls", "none"]
PORTS: Final[dict[Security, int]] = {"starttls": 587, "tls": 465, "none": 25}
MAILBOX: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?P<domain>[A-Za-z0-9.-]{3,253})"
)
"""RFC 5321 §4.1.2, without quoted names and literal addresses."""


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mail is handed over. It is the administrator's word: no guard stands before it."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    health_domains: frozenset[str] = frozenset()
    """Domains whose mailboxes may be sent health data (MSSanté)."""
    authorities: Path | None = None


def read_relay(host: str, security: Security) -> tuple[str, int]:
    """`host[:port]` -> both. Raises `Refused`."""
    name, port = read_host_port(host)
    return name, port or PORTS[security]


def domain_of(mailbox: str) -> str:
    """In small letters. Raises `Refused` when `mailbox` is no plain `name@domain`."""
    found = MAILBOX.fullmatch(mailbox)
    domain = found["domain"].lower() if found else ""
    if not NAME.fullmatch(domain):
        raise refuse(Category.UNPROCESSABLE, "outbound.mailbox", BAD_MAILBOX, code="value")
    return domain
