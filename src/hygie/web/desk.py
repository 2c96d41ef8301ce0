"""What every page works with: the rooms it was given, and the visit it answers."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment
from starlette.requests import Request

from hygie.access import Access, Account, Capability, Rights, Session
from hygie.access.admission import Admission
from hygie.access.federation.federation import Federation
from hygie.exchange.hooks.calling import Calling
from hygie.exchange.routes.registry import Routes
from hygie.fhir.policy import Policy
from hygie.intake import Gateway
from hygie.intake.sources.registry import Sources
from hygie.intake.sources.watching import Silences
from hygie.ledger import Ledger
from hygie.limits.access import MAX_ACCOUNT_REQUESTS_AT_ONCE, MAX_ACCOUNT_REQUESTS_PER_MINUTE
from hygie.nomenclature.mapping.mappings import Mappings
from hygie.nomenclature.terminology import Terminology
from hygie.purpose import Purpose, said
from hygie.store.store import Store
from hygie.trace import Context

Clock = Callable[[], datetime]


class Desk(msgspec.Struct, frozen=True):
    store: Store
    access: Access
    ledger: Ledger
    gateway: Gateway
    sources: Sources
    routes: Routes
    silences: Silences
    templates: Environment
    terminology: Terminology
    mappings: Mappings
    federation: Federation
    calling: Calling
    """Services of others that are asked about records."""
    secure: bool
    """True behind HTTPS: cookies are then `__Host-` and `Secure`."""
    clock: Clock
    """The present instant, with its zone."""
    policy: Callable[[], Policy] = Policy
    """What is done with faults, as it is now."""
    lenient: bool = False
    """Whether roles that require a second factor go without here: a demonstration."""
    admission: Admission = msgspec.field(
        default_factory=lambda: Admission(
            MAX_ACCOUNT_REQUESTS_AT_ONCE, MAX_ACCOUNT_REQUESTS_PER_MINUTE
        )
    )
    """How much each person asks."""

    @property
    def zone(self) -> ZoneInfo:
        return self.store.zone

    @property
    def now(self) -> datetime:
        return self.clock().astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.now.date()


class Visit(msgspec.Struct, frozen=True):
    """One request by someone who has signed in and may make it."""

    request: Request
    account: Account
    context: Context
    session: str
    """The session token: for sign-out and to derive form tokens; never shown."""
    form: dict[str, str]
    """Fields of a form that passed its checks; empty on GET."""
    facts: Session
    """How it is known who this is, and since when."""
    rights: Rights
    """What roles may do."""

    @property
    def choices(self) -> tuple[Purpose, ...]:
        """What one may say one sees data for."""
        role = self.rights.roles.get(self.account.role)
        return role.choices if role else ()

    @property
    def aside(self) -> str:
        """What one chose to see data for, in words, when it is not what the role is for."""
        purpose = self.context.purpose
        return "" if purpose == self.rights.purpose_of(self.account.role) else said(purpose)

    def may(self, capability: Capability) -> bool:
        return self.rights.permits(self.account.role, capability)
