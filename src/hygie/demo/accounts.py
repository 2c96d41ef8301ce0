"""The demonstration's accounts: one for each role, with passwords that exist nowhere else."""

import secrets
import string
from typing import Final, NamedTuple

from hygie.access import Access
from hygie.access.passwords import is_strong
from hygie.demo.hl7 import FACILITY

UF: Final = f"urn:hygie:authority:{FACILITY}:uf|"


class Person(NamedTuple):
    """Of the demonstration's staff."""

    name: str
    display: str
    role: str
    national: str = ""
    """By which stays name the one who attends."""
    units: tuple[str, ...] = ()


ACCOUNTS: Final = (
    Person("dr.martin", "Dr Claire Martin", "physician", "810997000012", (f"{UF}2100",)),
    Person("inf.leroy", "Inès Leroy, infirmière", "nurse", "", (f"{UF}2120",)),
    Person("sec.petit", "Nora Petit, secrétaire", "secretary", "", (f"{UF}2120",)),
    Person("dim", "Dr Alain Faure, DIM", "medical-information"),
    Person("identites", "Cellule d’identitovigilance", "identity"),
    Person("tech", "Technicien des flux", "technician"),
    Person("admin", "Administration des accès", "administrator"),
    Person("audit", "Audit des accès", "auditor"),
)
_LETTERS = "".join(c for c in string.ascii_letters + string.digits if c not in "lIO01")
_GROUPS, _LONG = 4, 5


class Credential(NamedTuple):
    """To be shown once, to whoever started the demonstration."""

    name: str
    display: str
    role: str
    password: str


async def open_accounts(access: Access) -> tuple[Credential, ...]:
    """Creates the accounts that are missing; gives the passwords of those only."""
    known = {account.name for account in await access.list_accounts()}
    made = []
    for one in ACCOUNTS:
        if one.name not in known:
            credential = Credential(one.name, one.display, one.role, new_password())
            await access.create_account(
                one.name, one.display, one.role, credential.password,
                national=one.national, units=one.units,
            )  # fmt: skip
            made.append(credential)
    return tuple(made)


async def renew_passwords(access: Access) -> tuple[Credential, ...]:
    """New passwords for all of them: the old ones were shown once and kept nowhere."""
    made = []
    for one in ACCOUNTS:
        credential = Credential(one.name, one.display, one.role, new_password())
        await access.set_password(one.name, credential.password)
        made.append(credential)
    return tuple(made)


async def accounts_exist(access: Access) -> bool:
    known = {account.name for account in await access.list_accounts()}
    return all(one.name in known for one in ACCOUNTS)


def new_password() -> str:
    """Easy to copy by hand: four groups of five, no look-alike characters; 110 bits."""
    while True:
        groups = ("".join(secrets.choice(_LETTERS) for _ in range(_LONG)) for _ in range(_GROUPS))
        password = "-".join(groups)
        if is_strong(password):
            return password
