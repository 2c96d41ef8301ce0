"""The values at the access room's door."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

import msgspec

from hygie.access.roles import Role
from hygie.access.scopes import Scopes
from hygie.limits import SESSION_IDLE_MINUTES, SESSION_IDLE_SHARED_MINUTES
from hygie.purpose import Purpose
from hygie.sight import Sight
from hygie.trace import Sealer

Connection = Any
"""An asyncpg connection, one lent by a pool, or the pool itself for a single statement."""
Clock = Callable[[], datetime]
"""The present instant, with its time zone."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class Vault(Sealer, Protocol):
    """Seals values, and makes keyed hashes: what the store's keyring offers."""

    def blind(self, purpose: str, text: str) -> int:
        """A signed 64-bit keyed hash."""
        ...

    def reference(self, resource_type: str, id: str, /) -> int:  # noqa: A002 - FHIR's word
        """The same of "Type/id": what rows and sights name a patient by."""
        ...


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person's named account. Never shared: it answers for what it does."""

    name: str
    display: str
    role: Role
    """Of the rights file: `physician`, `nurse`, `administrator`…"""
    created: datetime
    disabled: bool = False
    practitioner: str = ""
    """Who this is in the records: "Practitioner/123"; of a patient's account "Patient/123"."""
    units: tuple[str, ...] = ()
    """Where this person works: "Location/…", "Organization/…", or the "system|value" of one."""
    specialty: str = ""
    """Code of the profession's specialty (TRE_R38), when rights ask for it."""
    email: str = ""
    national: str = ""
    """National identifier (RPPS, ADELI…) by which an identity provider names this person."""
    origin: str = "local"
    """Who vouches for it: "local", or the name of a directory or identity provider."""
    until: datetime | None = None
    """When it ends by itself."""
    reviewed: datetime | None = None
    """When somebody last confirmed that it is still to be what it is."""

    def closed(self, now: datetime) -> bool:
        """Whether nobody comes in with it: disabled, or past its end."""
        return self.disabled or (self.until is not None and now >= self.until)


Stage = Literal["in", "second", "enrol", "locked"]
"""How far somebody has come in: through; a second factor is asked; one is to be set up first; or
in, and locked until it is proven anew who is there."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at one browser, and how well it is known who that is."""

    id: str
    """Names it to its owner; nobody comes in with it."""
    account: Account
    stage: Stage
    opened: datetime
    proven: datetime
    """When this person last proved who they are, here."""
    amr: tuple[str, ...]
    """How: `pwd`, `otp`, `hwk` (a passkey), `mfa`, … (RFC 8176), or the name of a provider."""
    shown: Mapping[str, datetime]
    """When each of them was last, here; `mfa` of what proves two factors by itself."""
    expires: datetime
    seen: datetime
    source: str = ""
    """The address it was opened from."""
    shared: bool = False
    """On a workstation that several people use: locked sooner."""
    purpose: Purpose | None = None
    """What its owner chose to see data for; None: what their role is for."""

    @property
    def idle_seconds(self) -> int:
        """How long it may be left alone before it locks."""
        return 60 * (SESSION_IDLE_SHARED_MINUTES if self.shared else SESSION_IDLE_MINUTES)

    @property
    def strong(self) -> bool:
        """Whether two factors were proven."""
        return "mfa" in self.amr


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A machine client, as its bearer token tells."""

    token: int
    """Number of the token, as in `Token.id`."""
    name: str
    scopes: Scopes
    expires: datetime
    sight: Sight
    """What it may see and change: of its scopes, and of the person it acts for."""
    account: str = ""
    """Name of the account it acts for; empty: it acts for itself."""
    role: str = ""
    """Of that account."""
    purpose: Purpose = "HOPERAT"
    """What for: that account's, or the house's own working."""
    patient: str = ""
    """Id of the patient it was opened for."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token as administrators see it: all but its secret."""

    id: int
    name: str
    scopes: str
    created: datetime
    expires: datetime
    revoked: datetime | None = None
