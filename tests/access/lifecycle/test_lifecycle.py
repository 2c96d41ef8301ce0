"""Changes of accounts, departure and return."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from hygie.access import Access
from hygie.access.lifecycle.facts import Facts, facts_of
from hygie.ledger import Ledger
from hygie.limits import MAX_UNITS
from hygie.refusal import Refused
from hygie.trace import Context

ROOT = Context("root", "account", "administration")
END = datetime(2026, 3, 1, 9, tzinfo=UTC)
"""An hour after the hand clock begins."""


async def change(access: Access, name: str, **said: object) -> Facts:
    shown = facts_of(await access.lifecycle.account(name))
    wanted = msgspec.structs.replace(shown, **said)
    return facts_of(
        await access.lifecycle.change(name, wanted, shown=shown, by=ROOT, why="arrivée")
    )


async def administrators(access: Access, password: str, *names: str) -> None:
    for name in names:
        await access.create_account(name, name, "administrator", password)


async def test_a_change_says_what_it_was_and_why(
    access: Access, alice: str, ledger: Ledger
) -> None:
    """Guards: a right that grew, and nobody can say from what."""
    await change(access, alice, units=("Location/1",), national="810003456789")
    entry = (await ledger.recent())[0].entry
    assert entry.context == ROOT
    assert entry.detail == (
        "account alice: units - → Location/1, national - → 810003456789; arrivée"
    )


UNFIT = (
    {"role": "root"},
    {"display": " "},
    {"practitioner": "Patient/1"},
    {"practitioner": "Practitioner/1/_history/2"},
    {"role": "patient"},
    {"role": "patient", "practitioner": "Practitioner/1"},
    {"units": ("Patient/1",)},
    {"units": ("Location/1",) * (MAX_UNITS + 1)},
    {"national": "10003456789"},
    {"specialty": "SM 26"},
    {"email": "a@b"},
    {"email": "a@b.fr\nBcc: c@d.fr"},
    {"until": END.replace(tzinfo=None)},
)


@pytest.mark.parametrize("said", UNFIT)
async def test_what_cannot_be_is_refused(
    access: Access, alice: str, said: dict[str, object]
) -> None:
    """Guards: a patient's record opened to a misspelt reference; a header put into mail."""
    before = await access.lifecycle.account(alice)
    with pytest.raises(Refused):
        await change(access, alice, **said)
    assert await access.lifecycle.account(alice) == before


async def test_who_comes_second_is_told(access: Access, alice: str) -> None:
    """Guards: two administrators at once, and what the first wrote is lost."""
    shown = facts_of(await access.lifecycle.account(alice))
    await change(access, alice, units=("Location/1",))
    wanted = msgspec.structs.replace(shown, specialty="SM26")
    with pytest.raises(Refused, match=r"access\.changed-meanwhile"):
        await access.lifecycle.change(alice, wanted, shown=shown, by=ROOT)
    assert (await access.lifecycle.account(alice)).units == ("Location/1",)


async def test_nobody_raises_or_closes_himself(access: Access, password: str) -> None:
    """Guards: an administrator who gives himself the records."""
    await administrators(access, password, "root", "second")
    with pytest.raises(Refused, match=r"access\.not-oneself"):
        await change(access, "root", role="physician")
    with pytest.raises(Refused, match=r"access\.not-oneself"):
        await access.disable_account("Root", by=ROOT)


async def test_the_last_administrator_stays(access: Access, password: str) -> None:
    """Guards: a house that nobody can open any more."""
    await administrators(access, password, "anne", "paul")
    await change(access, "paul", until=END)
    for attempt in (
        change(access, "anne", role="technician"),
        change(access, "anne", until=END),
        access.disable_account("anne", by=ROOT),
    ):
        with pytest.raises(Refused, match=r"access\.last-administrator"):
            await attempt


async def test_two_who_close_each_other_do_not_both(access: Access, password: str) -> None:
    """Guards: two checks that each saw the other, and nobody left."""
    await administrators(access, password, "anne", "paul")
    outcomes = await asyncio.gather(
        access.disable_account("anne", by=Context("paul", "account")),
        access.disable_account("paul", by=Context("anne", "account")),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "Refused"]


async def test_an_account_ends_by_itself(
    access: Access, alice: str, password: str, clock: Any
) -> None:
    """Guards: a locum who left months ago, and whose password and browser still open records."""
    await change(access, alice, until=END)
    token = await access.sign_in(alice, password)
    assert await access.session(token)
    clock.now = END
    assert await access.session(token) is None
    with pytest.raises(Refused, match=r"access\.wrong"):
        await access.sign_in(alice, password)
    with pytest.raises(Refused, match=r"access\.wrong"):
        await access.open_session(alice, source="", amr=("fed",))


async def test_a_new_role_ends_sessions(access: Access, alice: str, password: str) -> None:
    """Guards: the factors of the old role, carried into the new one."""
    token = await access.sign_in(alice, password)
    await change(access, alice, role="nurse")
    assert await access.session(token) is None


async def test_everybody_comes_in_anew(
    access: Access, alice: str, password: str, ledger: Ledger
) -> None:
    """Guards: a stolen table of sessions that stays good, because there is one account too many."""
    await administrators(access, password, "root")
    tokens = [await access.sign_in(name, password) for name in (alice, "root")]
    await access.lifecycle.end_everybodys_sessions(by=ROOT)
    assert [await access.current(token) for token in tokens] == [None, None]
    entry = (await ledger.recent())[0].entry
    assert (entry.context.actor, entry.detail) == ("root", "sessions of everybody ended")
