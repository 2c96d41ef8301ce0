"""The values of the authorization server."""

from datetime import datetime
from typing import Final, Literal

import msgspec

State = Literal["pending", "approved", "suspended"]
Method = Literal["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]
"""How an application proves who it is (RFC 7591 §2); "none": a public one."""
IDENTITY: Final = ("openid", "fhirUser")
CONTEXT: Final = ("launch", "launch/patient", "launch/encounter")
LASTING: Final = ("offline_access", "online_access")
SPECIAL: Final = (*IDENTITY, *CONTEXT, *LASTING)
"""Scopes about something else than resources (SMART App Launch 2.2, §3.0.3 and following)."""


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """One application, as it registered and as an administrator judged it."""

    id: str
    name: str
    created: datetime
    state: State = "pending"
    method: Method = "none"
    redirects: tuple[str, ...] = ()
    """Where answers may go: each character counts."""
    launch: str = ""
    """Where a record page opens it; empty: it is not opened from there."""
    scopes: str = ""
    """The most it may be granted on resources."""
    roles: tuple[str, ...] = ()
    """Of accounts that may use it; none: any."""
    secret: str = ""
    """Hexadecimal SHA-256 of its secret."""
    keys: str = ""
    """Its public keys, as a JSON Web Key Set."""
    keys_url: str = ""
    home: str = ""
    contacts: tuple[str, ...] = ()

    @property
    def machine(self) -> bool:
        """Whether it may act for itself: it proves a key, not a secret."""
        return self.method == "private_key_jwt"

    def may_serve(self, role: str) -> bool:
        return self.state == "approved" and (not self.roles or role in self.roles)


class Launched(msgspec.Struct, frozen=True):
    """A person opened an application from a record."""

    application: str
    account: str
    session: str
    """Hexadecimal digest of the session it was opened in."""
    patient: str
    encounter: str = ""


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """What an application asks a person for, once it can be answered."""

    application: str
    redirect: str
    state: str
    scopes: str
    """On resources: those it may be granted, of those it asked for."""
    special: tuple[str, ...]
    challenge: str
    base: str
    """Of FHIR, as the application calls it."""
    nonce: str = ""
    launched: Launched | None = None

    @property
    def needs_patient(self) -> bool:
        """Whether a patient is still to be chosen."""
        wanted = "launch/patient" in self.special or "patient/" in self.scopes
        return wanted and self.launched is None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody granted, and in which context. Sealed, bound to its row's content."""

    application: str
    account: str
    scopes: str
    special: tuple[str, ...] = ()
    patient: str = ""
    """Id of the patient in context."""
    encounter: str = ""
    session: str = ""
    """The session with which it ends (`online_access`), or in which it was given."""
    base: str = ""
    nonce: str = ""
    signed_in: int = 0

    @property
    def told(self) -> str:
        """The scope that answers tell."""
        return " ".join((*self.scopes.split(), *self.special))


class Granted(msgspec.Struct, frozen=True):
    """A grant as its person, or an administrator, sees it."""

    id: int
    application: str
    name: str
    account: str
    scopes: str
    patient: str
    created: datetime


class Code(msgspec.Struct, frozen=True):
    redirect: str
    challenge: str


class Ticket(msgspec.Struct, frozen=True):
    """What is sealed of an access or refresh token beside its grant."""

    scopes: str
    """Those of the grant, or fewer."""
    expires: datetime


class SmartRefusedError(Exception):
    """An answer of RFC 6749 §5.2: its code, and a sentence for the application's developer."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status
