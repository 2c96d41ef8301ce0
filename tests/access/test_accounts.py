"""Accounts of people."""

from typing import Any

import asyncpg
import pytest

from hygie.access import Access
from hygie.ledger import Ledger
from hygie.limits import MAX_DISPLAY_CHARACTERS, SIGN_IN_ATTEMPTS
from hygie.refusal import Refused
from hygie.trace import Context

ROOT = Context("root", "account", "administration")


async def test_a_name_is_taken_once(access: Access, alice: str, password: str) -> None:
    """Guards: an account replaced by another of the same name."""
    with pytest.raises(Refused, match=r"access\.name-taken"):
        await access.create_account("ALICE", "Another", "administrator", password)
    assert [account.role for account in await access.list_accounts()] == ["physician"]


UNFIT = (
    ("name", "bo b", "access.name"),
    ("display", "  ", "access.display"),
    ("display", "a\nb", "access.display"),
    ("display", "a" * (MAX_DISPLAY_CHARACTERS + 1), "access.display"),
    ("role", "root", "access.role"),
    ("password", "short", "access.password"),
    ("password", "Bob-Agrafe-2026", "access.password"),
)


async def test_unfit_accounts_are_refused(access: Access, password: str) -> None:
    """Guards: accounts that cannot be told apart, or are open to anybody."""
    fit = {"name": "bob", "display": "Bob", "role": "technician", "password": password}
    for field, value, rule in UNFIT:
        with pytest.raises(Refused) as refused:
            await access.create_account(**(fit | {field: value}))
        assert refused.value.refusal.issues[0].rule == rule
    assert await access.list_accounts() == ()


async def test_a_new_password_replaces_the_old(access: Access, alice: str, password: str) -> None:
    """Guards: a stolen password that goes on working."""
    await access.set_password("Alice", "Autre-Phrase-2027")
    assert await access.sign_in(alice, "Autre-Phrase-2027")
    with pytest.raises(Refused, match=r"access\.wrong"):
        await access.sign_in(alice, password)


async def test_a_new_password_ends_a_pause(access: Access, alice: str) -> None:
    """Guards: a locked-out colleague whom nobody can help."""
    for _ in range(SIGN_IN_ATTEMPTS):
        with pytest.raises(Refused):
            await access.sign_in(alice, "wrong")
    await access.set_password(alice, "Autre-Phrase-2027")
    assert await access.sign_in(alice, "Autre-Phrase-2027")


async def test_an_account_that_is_not_there(access: Access) -> None:
    """Guards: a misspelt name taken for done."""
    for change in (access.disable_account, access.enable_account):
        with pytest.raises(Refused, match=r"access\.no-account"):
            await change("nobody")
    with pytest.raises(Refused, match=r"access\.no-account"):
        await access.set_password("nobody", "Autre-Phrase-2027")


async def test_changes_are_traced_to_who_made_them(
    access: Access, password: str, ledger: Ledger
) -> None:
    """Guards: an account that nobody can say who made."""
    await access.create_account("bob", "Bob", "technician", password, by=ROOT)
    await access.set_password("bob", "Autre-Phrase-2027", by=ROOT)
    await access.disable_account("bob", by=ROOT)
    await access.enable_account("bob", by=ROOT)
    entries = [record.entry for record in reversed(await ledger.recent())]
    assert {entry.context for entry in entries} == {ROOT}
    assert [(entry.action, entry.detail) for entry in entries] == [
        ("create-account", "account bob: display - → Bob, role - → technician"),
        ("change-account", "account bob: new password"),
        ("change-account", "account bob: disabled"),
        ("change-account", "account bob: enabled"),
    ]


async def test_an_untraceable_change_does_not_happen(
    access: Access, password: str, pool: asyncpg.Pool
) -> None:
    """Guards: an account made while the ledger is out of order."""
    await pool.execute("ALTER TABLE hygie.audit RENAME TO elsewhere")
    with pytest.raises(asyncpg.UndefinedTableError):
        await access.create_account("bob", "Bob", "technician", password)
    await pool.execute("ALTER TABLE hygie.elsewhere RENAME TO audit")
    assert await access.list_accounts() == ()


async def test_a_dump_shows_no_password_role_or_display_name(
    access: Access, alice: str, password: str, dump: Any
) -> None:
    """Guards: passwords tried offline with a stolen dump."""
    stolen = await dump()
    for secret in (password, "argon2", "physician", "Alice Martin"):
        assert secret not in stolen
        assert secret.encode().hex() not in stolen
