"""How somebody chooses the password of their own account."""

import asyncio

import pytest
from cryptography.exceptions import InvalidTag
from tests.access.conftest import PASSWORD, HandClock

from hygie.access import Access
from hygie.access.lifecycle.facts import Facts
from hygie.ledger import Ledger
from hygie.limits.access import INVITATION_HOURS
from hygie.refusal import Refused
from hygie.trace import Context

ROOT = Context("root", "account", "administration")
OWN = "Girafe-Lucarne-2026"


async def arrive(access: Access, name: str = "zoe") -> str:
    """A new account; the code of its invitation."""
    await access.lifecycle.arrive(name, Facts(display="Zoé Blin", role="nurse"), by=ROOT)
    return (await access.invite(name, by=ROOT)).code


async def refused(access: Access, code: str) -> None:
    with pytest.raises(Refused, match=r"access\.invitation"):
        await access.accept_invitation(code, OWN)


async def test_who_is_invited_chooses_a_password_and_is_in(access: Access, ledger: Ledger) -> None:
    """Guards: a password that an administrator knows."""
    code = await arrive(access)
    for wrong in ("", PASSWORD):
        with pytest.raises(Refused, match=r"access\.wrong"):
            await access.sign_in("zoe", wrong)
    assert (await access.invited(code)).display == "Zoé Blin"
    token = await access.accept_invitation(code, OWN, source="10.0.0.1")
    session = await access.current(token)
    assert session is not None
    assert (session.account.name, session.amr) == ("zoe", ("pwd",))
    assert await access.sign_in("zoe", OWN)
    acts = [record.entry.action for record in await ledger.recent()]
    assert [one for one in reversed(acts) if one != "sign-in"] == [
        "create-account", "invite", "change-account",
    ]  # fmt: skip


async def test_an_invitation_serves_once(access: Access) -> None:
    """Guards: a letter that is found later, and opens the account again."""
    code = await arrive(access)
    tries = [access.accept_invitation(code, OWN) for _ in range(4)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, str) for one in answers) == 1
    assert all(isinstance(one, str | Refused) for one in answers)
    await refused(access, code)


async def test_the_last_invitation_alone_is_good(access: Access) -> None:
    """Guards: one that was sent to the wrong person, and replaced too late."""
    first = await arrive(access)
    second = (await access.invite("zoe", by=ROOT)).code
    await refused(access, first)
    await access.invitations.withdraw("zoe", by=ROOT)
    await refused(access, second)


async def test_an_invitation_ends(access: Access, clock: HandClock) -> None:
    """Guards: one that waits in a drawer for whoever opens it."""
    code = await arrive(access)
    clock.advance(hours=INVITATION_HOURS)
    await refused(access, code)


async def test_a_closed_account_takes_its_invitation_along(access: Access) -> None:
    """Guards: somebody who left before coming in, and is invited for good."""
    code = await arrive(access)
    await access.disable_account("zoe", by=ROOT)
    await refused(access, code)
    with pytest.raises(Refused, match=r"access\.closed"):
        await access.invite("zoe", by=ROOT)
    await access.enable_account("zoe", by=ROOT)
    await refused(access, code)


async def test_a_forgotten_password_is_replaced_by_its_owner(access: Access, alice: str) -> None:
    """Guards: sessions of whoever knew the old one; a code that takes the account away unread."""
    before = await access.sign_in(alice, PASSWORD)
    code = (await access.invite(alice, by=ROOT)).code
    assert await access.session(before)
    for weak in ("court", "alice-Alice-2026!", PASSWORD[:5]):
        with pytest.raises(Refused, match=r"access\.password"):
            await access.accept_invitation(code, weak)
    await access.accept_invitation(code, OWN)
    assert await access.session(before) is None
    with pytest.raises(Refused, match=r"access\.wrong"):
        await access.sign_in(alice, PASSWORD)


@pytest.mark.parametrize(
    "code", ["", "A" * 24, "é" * 24, "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", "x" * 9999]
)
async def test_a_code_that_is_none_is_refused_and_kept(
    access: Access, ledger: Ledger, code: str
) -> None:
    """Guards: guesses that leave no trace, or their text in it."""
    await refused(access, code)
    entry = (await ledger.recent())[0].entry
    assert (entry.context.actor, entry.reason, entry.detail) == ("unknown", "access.invitation", "")


async def test_a_row_made_without_the_key_invites_nobody(access: Access, alice: str) -> None:
    """Guards: who can write into the database, and comes in as somebody else."""
    code = await arrive(access)
    await access.invite(alice, by=ROOT)
    pool = access.invitations.pool
    gone = "DELETE FROM hygie.invitation WHERE account = 'zoe' RETURNING digest, sealed"
    digest, sealed = await pool.fetchrow(gone)
    moved = "UPDATE hygie.invitation SET digest = $2 WHERE account = $1"
    await pool.execute(moved, alice, digest)
    await refused(access, code)
    await pool.execute("UPDATE hygie.invitation SET sealed = $2 WHERE account = $1", alice, sealed)
    with pytest.raises(InvalidTag):
        await access.accept_invitation(code, OWN)
