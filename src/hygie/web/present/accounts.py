"""Accounts in words: how each stands, what a review finds, and what a form says of one."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.access import Account
from hygie.access.accounts import Standing
from hygie.access.lifecycle.ending import read_end, say_end
from hygie.access.lifecycle.facts import Facts, facts_of
from hygie.access.lifecycle.reviewing import Finding, Reviewed
from hygie.access.lifecycle.table import SECOND
from hygie.access.rights import Rights
from hygie.limits import MAX_UNITS
from hygie.limits.access import ABSENT_DAYS
from hygie.web.present.dates import Moment, say_day

UNIT: Final = "unite-"
FINDINGS: Final[dict[Finding, str]] = {
    "no-role": "rôle disparu : n’ouvre plus rien",
    "no-second": "vient sans second facteur",
    "never": f"jamais venu depuis {ABSENT_DAYS} jours",
    "absent": f"absent depuis {ABSENT_DAYS} jours",
    "no-person": "lié à aucun professionnel",
    "unreviewed": "à confirmer",
    "privileged": "donne ou juge les accès",
}
FACTS: Final = {
    "display": "nom", "role": "rôle", "national": "identifiant national",
    "practitioner": "fiche", "units": "unités", "specialty": "spécialité", "email": "courriel",
    "until": "dernier jour",
}  # fmt: skip
STATES: Final = ("ouvert", "invité", "fermé")


class AccountLine(msgspec.Struct, frozen=True):
    """One account of the list."""

    name: str
    display: str
    role: str
    state: str
    seen: Moment | None
    second: str
    weak: bool
    """Whether somebody comes in with it by one factor."""
    ends: Moment | None
    """The last day on which it is good."""
    origin: str


class ReviewLine(msgspec.Struct, frozen=True):
    """One account of the review."""

    line: AccountLine
    faults: tuple[str, ...]
    due: bool
    mark: str
    confirmed: Moment | None


def read_line(one: Standing, rights: Rights, now: datetime, zone: ZoneInfo) -> AccountLine:
    account = one.account
    return AccountLine(
        name=account.name, display=account.display, role=role_label(account.role, rights),
        state=state_of(one, now), seen=_moment(one.seen, zone), second=SECOND[one.second],
        weak=one.second != "set" and one.seen is not None, ends=_last_day(account.until, zone),
        origin="" if account.origin == "local" else account.origin,
    )  # fmt: skip


def state_of(one: Standing, now: datetime) -> str:
    if one.account.closed(now):
        return "fermé"
    return "invité" if one.invited and now < one.invited and one.seen is None else "ouvert"


def read_reviewed(
    found: Iterable[Reviewed], rights: Rights, now: datetime, zone: ZoneInfo
) -> list[ReviewLine]:
    return [
        ReviewLine(
            line=read_line(one.standing, rights, now, zone),
            faults=tuple(FINDINGS[finding] for finding in one.findings), due=one.due,
            mark=mark_of(facts_of(one.standing.account)),
            confirmed=_moment(one.standing.account.reviewed, zone),
        )
        for one in found
    ]  # fmt: skip


def role_label(role: str, rights: Rights) -> str:
    known = rights.roles.get(role)
    return known.label if known else role


def mark_of(facts: Facts) -> str:
    """Which facts a form was made from: who comes second is told."""
    return hashlib.sha256(msgspec.msgpack.encode(facts)).hexdigest()[:32]


def typed_facts(form: Mapping[str, str], zone: ZoneInfo) -> Facts:
    """What a form says. Raises `Refused` when its end is no day."""
    units = (form.get(f"{UNIT}{number}", "").strip() for number in range(MAX_UNITS))
    return Facts(
        display=form.get("nom", ""), role=form.get("role", ""),
        practitioner=form.get("praticien", "").strip(),
        units=tuple(dict.fromkeys(unit for unit in units if unit)),
        specialty=form.get("specialite", "").strip(), email=form.get("courriel", "").strip(),
        national=form.get("identifiant", "").strip(), until=read_end(form.get("fin", ""), zone),
    )  # fmt: skip


def fields_of(account: Account, zone: ZoneInfo) -> dict[str, str]:
    """What a form shows of an account: `typed_facts` reads it back."""
    units = {f"{UNIT}{number}": unit for number, unit in enumerate(account.units)}
    return {
        "nom": account.display, "role": account.role, "praticien": account.practitioner,
        "specialite": account.specialty, "courriel": account.email,
        "identifiant": account.national, "fin": say_end(account.until, zone), **units,
    }  # fmt: skip


def say_changes(before: Facts, after: Facts, rights: Rights, zone: ZoneInfo) -> list[str]:
    """« rôle : Infirmier → Médecin », for each fact that changes."""
    pairs = (
        (words, *(_said(fact, getattr(one, fact), rights, zone) for one in (before, after)))
        for fact, words in FACTS.items()
    )
    return [f"{words} : {old} → {new}" for words, old, new in pairs if old != new]


def _said(fact: str, value: object, rights: Rights, zone: ZoneInfo) -> str:
    match value:
        case datetime():
            last = _last_day(value, zone)
            return say_day(last) if last else ""
        case tuple():
            return ", ".join(value) or "rien"
        case _:
            return role_label(str(value), rights) if fact == "role" else str(value or "rien")


def _last_day(until: datetime | None, zone: ZoneInfo) -> Moment | None:
    return _moment(until - timedelta(seconds=1), zone) if until else None


def _moment(at: datetime | None, zone: ZoneInfo) -> Moment | None:
    return Moment(at.astimezone(zone)) if at else None
