"""The demonstration's accounts: one for each role, with passwords that exist nowhere else."""

import secrets
import string
from typing import Final, NamedTuple

from hygie.access import Access
from hygie.access.passwords import is_strong

ACCOUNTS: Final = (
    ("dr.martin", "Dr Claire Martin", "physician"),
    ("tech", "Technicien des flux", "technician"),
    ("admin", "Administration des accès", "administrator"),
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
    for name, display, role in ACCOUNTS:
        if name not in known:
            credential = Credential(name, display, role, new_password())
            await access.create_account(name, display, role, credential.password)
            made.append(credential)
    return tuple(made)


async def renew_passwords(access: Access) -> tuple[Credential, ...]:
    """New passwords for all of them: the old ones were shown once and kept nowhere."""
    made = []
    for name, display, role in ACCOUNTS:
        credential = Credential(name, display, role, new_password())
        await access.set_password(name, credential.password)
        made.append(credential)
    return tuple(made)


async def accounts_exist(access: Access) -> bool:
    known = {account.name for account in await access.list_accounts()}
    return all(name in known for name, _, _ in ACCOUNTS)


def new_password() -> str:
    """Easy to copy by hand: four groups of five, no look-alike characters; 110 bits."""
    while True:
        groups = ("".join(secrets.choice(_LETTERS) for _ in range(_LONG)) for _ in range(_GROUPS))
        password = "-".join(groups)
        if is_strong(password):
            return password
