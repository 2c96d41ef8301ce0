"""What an administrator may say of an account, and whether it can be so. Pure."""

import re
from datetime import datetime

import msgspec

from hygie.access.accounts import check_display
from hygie.access.model import Account
from hygie.access.phrases import BAD_FACT, TOO_MANY_UNITS
from hygie.access.rights import Rights
from hygie.access.rights.rights import SPECIALTY, UNIT
from hygie.access.roles import check_role
from hygie.limits import MAX_EMAIL_CHARACTERS, MAX_UNITS
from hygie.refusal import Category, refuse

ID = r"[A-Za-z0-9.-]{1,64}"
PERSON = re.compile(f"(Practitioner|Patient)/{ID}")
NATIONAL = re.compile(r"8[0-9]{11}|0[0-9A-Z]{9}")
"""RPPS or ADELI, with the digit that says which (ANS, "identifiant national")."""
EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All of an account that is changed by hand, as somebody was shown it or wants it."""

    display: str
    role: str
    practitioner: str = ""
    units: tuple[str, ...] = ()
    specialty: str = ""
    email: str = ""
    national: str = ""
    until: datetime | None = None


NOBODY = Facts(display="", role="")
"""Of who is not there yet."""


def facts_of(account: Account) -> Facts:
    return Facts(**{name: getattr(account, name) for name in Facts.__struct_fields__})


def check_facts(wanted: Facts, before: Facts, rights: Rights) -> Facts:
    """`wanted`, tidied. Raises `Refused`. What is as it was is not looked at again: an account that
    was made before a rule can still be changed elsewhere."""
    if wanted.role != before.role:
        check_role(wanted.role, rights)
    if (wanted.role, wanted.practitioner) != (before.role, before.practitioner):
        _check_person(wanted)
    if wanted.units != before.units:
        _check_units(wanted.units)
    for name, form in (("national", NATIONAL), ("specialty", SPECIALTY), ("email", EMAIL)):
        value: str = getattr(wanted, name)
        if value and value != getattr(before, name):
            _check(name, form.fullmatch(value) and len(value) <= MAX_EMAIL_CHARACTERS)
    if wanted.until != before.until:
        _check("until", wanted.until is None or wanted.until.tzinfo is not None)
    return msgspec.structs.replace(wanted, display=check_display(wanted.display))


def _check_person(wanted: Facts) -> None:
    """A patient's account is of a patient, and nobody else's is."""
    found = PERSON.fullmatch(wanted.practitioner)
    kind = "Patient" if wanted.role == "patient" else "Practitioner"
    empty = not wanted.practitioner and wanted.role != "patient"
    _check("practitioner", empty or (found and found[1] == kind))


def _check_units(units: tuple[str, ...]) -> None:
    if len(units) > MAX_UNITS:
        raise refuse(Category.INVALID, "access.units", TOO_MANY_UNITS, limit=str(MAX_UNITS))
    _check("units", all(UNIT.fullmatch(unit) for unit in units))


def _check(name: str, good: object) -> None:
    if not good:
        raise refuse(Category.INVALID, f"access.{name}", BAD_FACT[name], code="value")
