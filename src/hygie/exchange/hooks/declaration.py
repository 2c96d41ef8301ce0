"""Services of others that are asked when a record is opened: `DATA/aides.toml`, read at start.

Each `[[service]]` is an agreement: which service, for whose records, and what it is sent. What it
asks for itself (its discovery) changes nothing of that.
"""

import re
from pathlib import Path
from typing import Final

import msgspec

from hygie.access.federation.footing import is_safe
from hygie.access.rights import Rights
from hygie.access.scopes import Level, Scopes, parse_scopes
from hygie.exchange.hooks import phrases
from hygie.exchange.hooks.filling import read_template
from hygie.limits.hooks import MAX_SERVICES, MAX_SERVICES_BYTES
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.store.declared_file import read_declared

NAME: Final = "aides.toml"
FORM: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
LEVELS: Final[tuple[Level, ...]] = ("patient",)
TOKENS: Final = {"context.patientId": "x", "context.userId": "Practitioner/x"}
"""Those that a record always has."""


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    """In traces: "interactions"."""
    title: str
    """To readers: « Interactions médicamenteuses »."""
    url: str
    """Of the service itself, its id included."""
    scopes: str
    """The most it is sent, of the patient: "patient/Patient.r patient/MedicationRequest.s"."""
    roles: tuple[str, ...]
    """Whose opening of a record asks it."""
    prefetch: dict[str, str] = {}
    """Name -> template: what it is sent."""

    @property
    def granted(self) -> Scopes:
        return parse_scopes(self.scopes, LEVELS)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    service: tuple[Declared, ...] = ()


def read_services(data: Path, rights: Rights) -> tuple[Declared, ...]:
    """Every service, in the order of the file; none without it. Raises `Refused`: the house does
    not open on a doubtful declaration."""
    file = read_declared(data / NAME, _File, "hooks", MAX_SERVICES_BYTES)
    services = file.service if file else ()
    if len(services) > MAX_SERVICES:
        raise refuse(Category.INVALID, "hooks.services", phrases.MANY, limit=str(MAX_SERVICES))
    for one in services:
        _check(one, rights)
    if len({one.name for one in services}) < len(services):
        raise refuse(Category.INVALID, "hooks.names", phrases.TWICE)
    return services


def _check(one: Declared, rights: Rights) -> None:
    """Raises `Refused`."""
    if not FORM.fullmatch(one.name):
        raise _wrong(one, phrases.BAD_NAME)
    if not 0 < len(one.title) <= 60 or not one.title.isprintable():
        raise _wrong(one, phrases.BAD_TITLE)
    if not is_safe(one.url):
        raise _wrong(one, phrases.BAD_URL)
    if not one.roles or not set(one.roles) <= rights.roles.keys():
        raise _wrong(one, phrases.BAD_ROLES)
    try:
        scopes = one.granted
        wanted = [read_template(template, TOKENS) for template in one.prefetch.values()]
    except Refused as refused:
        issue = refused.refusal.issues[0]
        raise _wrong(one, Phrase(issue.text("fr"), issue.text("en"))) from refused
    if not all(scopes.allows(need.type, need.letter) for need in wanted):
        raise _wrong(one, phrases.BEYOND)


def _wrong(one: Declared, why: Phrase) -> Refused:
    return refuse(
        Category.INVALID, "hooks.declaration", phrases.DECLARATION, code="value",
        service=one.name[:32], fr=why.fr, en=why.en,
    )  # fmt: skip
