"""Sessions and sign-ins of one's own account, in words."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.access import Session
from hygie.access.factors.factors import Kept
from hygie.access.federation.federation import Offer
from hygie.access.federation.links import Linked
from hygie.ledger.rows import AuditRecord
from hygie.trace import Action
from hygie.web.present.dates import Moment

METHODS: Final = {
    "pwd": "mot de passe", "otp": "application", "hwk": "clé d’accès",
    "recovery": "code de secours", "fed": "fournisseur d’identité",
}  # fmt: skip
STAGES: Final = {"in": "", "locked": "verrouillée", "second": "inachevée", "enrol": "inachevée"}
ACTS: Final[dict[Action, str]] = {
    "sign-in": "Connexion", "sign-out": "Déconnexion", "step-up": "Confirmation",
    "enrol-factor": "Second facteur ajouté", "remove-factor": "Second facteur retiré",
    "renew-recovery-codes": "Codes de secours renouvelés",
}  # fmt: skip


class FactorView(msgspec.Struct, frozen=True):
    id: str
    label: str
    created: Moment
    used: Moment | None
    copied: bool


class IdentityView(msgspec.Struct, frozen=True):
    """A provider of which an identity may be linked to the account."""

    name: str
    title: str
    since: Moment | None


class SessionView(msgspec.Struct, frozen=True):
    id: str
    opened: Moment
    seen: Moment
    source: str
    methods: str
    state: str
    own: bool
    """Whether it is the one that asks."""


class SignInView(msgspec.Struct, frozen=True):
    at: Moment
    what: str
    source: str
    methods: str
    refused: bool


def read_factor(kept: Kept, zone: ZoneInfo) -> FactorView:
    return FactorView(
        id=kept.id,
        label=kept.label,
        created=Moment(kept.created.astimezone(zone)),
        used=Moment(kept.used.astimezone(zone)) if kept.used else None,
        copied=kept.copied,
    )


def read_identities(
    offers: Sequence[Offer], linked: Sequence[Linked], zone: ZoneInfo
) -> tuple[IdentityView, ...]:
    """Of the providers by which one may link an identity."""
    since = {one.provider: Moment(one.created.astimezone(zone)) for one in linked}
    return tuple(
        IdentityView(one.name, one.title, since.get(one.name))
        for one in offers
        if one.linkable or one.name in since
    )


def read_sessions(
    sessions: Sequence[Session], own: Session, zone: ZoneInfo
) -> tuple[SessionView, ...]:
    return tuple(
        SessionView(
            id=one.id,
            opened=Moment(one.opened.astimezone(zone)),
            seen=Moment(one.seen.astimezone(zone)),
            source=one.source,
            methods=say_methods(one.amr),
            state=STAGES[one.stage],
            own=one.id == own.id,
        )
        for one in sessions
    )


def read_sign_ins(records: Sequence[AuditRecord], zone: ZoneInfo) -> tuple[SignInView, ...]:
    """What was done at the door of one account, refusals included; all else is left out."""
    return tuple(
        SignInView(
            at=Moment(record.at.astimezone(zone)),
            what=ACTS[record.entry.action],
            source=record.entry.context.address,
            methods=say_methods(record.entry.detail.partition(";")[0].split()),
            refused=record.entry.outcome == "refused",
        )
        for record in records
        if record.entry.action in ACTS
    )


def say_methods(amr: Sequence[str]) -> str:
    """« mot de passe, application ». What an identity provider calls its own is left as it is."""
    shown = [one.removeprefix("by:") for one in amr if one != "mfa" and not one.startswith("acr:")]
    return ", ".join(METHODS.get(one, one) for one in shown)
