"""Breaking the glass: for who may, with a motive, for a while; and somebody else reviews it."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.access.conftest import PASSWORD, HandClock

from hygie.access import Access, Account
from hygie.access.glass import Breaking, Reason
from hygie.access.motive import read_motive
from hygie.ledger import Ledger
from hygie.limits.access import (
    GLASS_HOURS,
    GLASS_REVIEW_DAYS,
    MAX_GLASSES_A_DAY,
    MAX_MOTIVE_CHARACTERS,
)
from hygie.refusal import Refused
from hygie.store.keys.keyring import Keyring
from hygie.trace import Context

MOTIVE = "Garde des urgences, patient inconscient"
NONE: frozenset[Reason] = frozenset()
REVIEWER = Context("relecteur", "account")


@pytest.fixture
async def nurse(access: Access) -> Account:
    return await access.create_account("ines", "Inès Leroy", "nurse", PASSWORD)


def by(account: Account) -> Context:
    return Context(account.name, "account")


async def broken(access: Access, account: Account, patient: str = "p1") -> Breaking:
    return await access.glass.break_(by(account), account, patient, "vital", MOTIVE, opposed=NONE)


async def test_the_record_is_open_to_who_broke_it_alone_and_for_a_while(
    access: Access, nurse: Account, clock: HandClock, keyring: Keyring
) -> None:
    """Guards: a record open to a whole ward, or for good."""
    made = await broken(access, nurse)
    key = keyring.reference("Patient", "p1")
    assert await access.glass.open_for("ines", clock()) == {key}
    assert await access.glass.open_for("paul", clock()) == frozenset()
    sight = await access.sight(nurse)
    assert sight.holds("Observation", "r", key)
    assert sight.grounds[key] == "team.break-glass"
    assert made.ends == clock() + timedelta(hours=GLASS_HOURS)
    clock.advance(hours=GLASS_HOURS)
    assert await access.glass.open_for("ines", clock()) == frozenset()
    assert not (await access.sight(nurse)).holds("Observation", "r", key)


async def test_a_clock_that_goes_back_opens_nothing_again(
    access: Access, nurse: Account, clock: HandClock
) -> None:
    """Guards: a record open before it was opened."""
    await broken(access, nurse)
    clock.advance(hours=-1)
    assert await access.glass.open_for("ines", clock()) == frozenset()


async def test_it_is_closed_before_its_time(
    access: Access, nurse: Account, clock: HandClock, ledger: Ledger
) -> None:
    """Guards: a record left open on a shared screen; a closing without a trace."""
    await broken(access, nurse)
    await access.glass.close(by(nurse), nurse, "p1")
    assert await access.glass.open_for("ines", clock()) == frozenset()
    entries = [record.entry for record in await ledger.recent(2)]
    assert [entry.action for entry in entries] == ["end-break-glass", "break-glass"]
    assert MOTIVE in entries[1].detail
    assert entries[0].patient == entries[1].patient != 0


@pytest.mark.parametrize("role", ["secretary", "technician", "administrator", "patient"])
async def test_not_every_role_may(access: Access, role: str) -> None:
    """Guards: bris de glace as everybody's key."""
    person = "Patient/autre" if role == "patient" else ""
    account = await access.create_account("autre", "Autre", role, PASSWORD, practitioner=person)
    with pytest.raises(Refused, match=r"glass\.role"):
        await broken(access, account)


@pytest.mark.parametrize(
    ("reason", "motive", "rule"),
    [
        ("", MOTIVE, r"glass\.reason"),
        ("curiosity", MOTIVE, r"glass\.reason"),
        ("vital", "", r"glass\.motive"),
        ("vital", "urgence", r"glass\.motive"),
        ("vital", "." * 100, r"glass\.motive"),
        ("vital", "a" * (MAX_MOTIVE_CHARACTERS + 1), r"glass\.motive"),
    ],
)
async def test_a_motive_says_something(
    access: Access, nurse: Account, reason: str, motive: str, rule: str
) -> None:
    """Guards: a motive that tells its reviewer nothing."""
    with pytest.raises(Refused, match=rule):
        await access.glass.break_(by(nurse), nurse, "p1", reason, motive, opposed=NONE)


@given(st.text(max_size=600))
def test_whatever_is_typed_is_kept_whole_or_refused(text: str) -> None:
    """Guards: a motive cut, or one that breaks the page."""
    try:
        said = read_motive(text, "glass")
    except Refused:
        return
    assert said.split() == text.split()


async def test_an_opposition_is_honoured(access: Access, nurse: Account, clock: HandClock) -> None:
    """Guards: a patient who said no, and whose record opens all the same."""
    against = frozenset[Reason]({"continuity", "other"})

    async def tried(reason: str) -> Breaking:
        return await access.glass.break_(by(nurse), nurse, "p1", reason, MOTIVE, opposed=against)

    for reason in sorted(against):
        with pytest.raises(Refused, match=r"glass\.opposed"):
            await tried(reason)
    assert await access.glass.open_for("ines", clock()) == frozenset()
    assert (await tried("vital")).reason == "vital"


async def test_a_search_party_ends(access: Access, nurse: Account, clock: HandClock) -> None:
    """Guards: a hundred neighbours' records in one night; and two requests at one instant."""
    asked = (broken(access, nurse, f"p{n}") for n in range(MAX_GLASSES_A_DAY + 3))
    done = await asyncio.gather(*asked, return_exceptions=True)
    refused = [one for one in done if isinstance(one, Refused)]
    assert len(refused) == 3
    assert {one.refusal.issues[0].rule for one in refused} == {"glass.too-many"}
    clock.advance(hours=25)
    await broken(access, nurse, "p99")


async def test_one_that_is_open_is_not_broken_twice(access: Access, nurse: Account) -> None:
    """Guards: a form sent twice that counts twice."""
    first, second = await asyncio.gather(broken(access, nurse), broken(access, nurse))
    assert first.id == second.id


async def test_somebody_else_reviews_it_once(
    access: Access, nurse: Account, clock: HandClock, ledger: Ledger
) -> None:
    """Guards: a review of oneself; two reviewers of whom the second silently wins."""
    made = await broken(access, nurse)
    assert [one.id for one in await access.glass.waiting()] == [made.id]
    with pytest.raises(Refused, match=r"glass\.own"):
        await access.glass.review(by(nurse), made.id, "justified", "")
    with pytest.raises(Refused, match=r"glass\.verdict"):
        await access.glass.review(REVIEWER, made.id, "perhaps", "")
    done = await asyncio.gather(
        access.glass.review(REVIEWER, made.id, "justified", "Appel confirmé"),
        access.glass.review(Context("autre", "account"), made.id, "unjustified", ""),
        return_exceptions=True,
    )
    refused = [one for one in done if isinstance(one, Refused)]
    assert [one.refusal.issues[0].rule for one in refused] == ["glass.reviewed"]
    assert await access.glass.waiting() == []
    assert len(await access.glass.reviewed()) == 1
    assert (await ledger.recent(1))[0].entry.action == "review-break-glass"


async def test_what_waits_too_long_is_said_to(
    access: Access, nurse: Account, clock: HandClock
) -> None:
    """Guards: a review that nobody ever makes."""
    made = await broken(access, nurse)
    assert not made.is_overdue(clock())
    assert made.is_overdue(clock() + timedelta(days=GLASS_REVIEW_DAYS, seconds=1))


async def test_a_row_made_by_hand_opens_nothing(
    access: Access, nurse: Account, clock: HandClock, pool: asyncpg.Pool
) -> None:
    """Guards: who can write to the database, and has no key, opening a record."""
    await broken(access, nurse)
    paul = await access.create_account("paul", "Paul", "nurse", PASSWORD)
    await pool.execute(
        "INSERT INTO hygie.broken_glass (account, patient, sealed, opened, ends) "
        "SELECT 'paul', patient, sealed, opened, ends FROM hygie.broken_glass"
    )
    assert await access.glass.open_for("paul", clock()) == frozenset()
    assert (await access.sight(paul)).grounds == {}
    number = await pool.fetchval("SELECT id FROM hygie.broken_glass WHERE account = 'paul'")
    assert await access.glass.altered() == [number]
    await pool.execute("DELETE FROM hygie.broken_glass WHERE account = 'paul'")
    await pool.execute("UPDATE hygie.broken_glass SET ends = ends + interval '1 year'")
    clock.advance(hours=GLASS_HOURS + 1)
    assert await access.glass.open_for("ines", clock()) == frozenset()


async def test_a_dump_tells_no_motive(access: Access, nurse: Account, dump) -> None:
    """Guards: motives, which speak of a patient's state, read by a thief."""
    await broken(access, nurse)
    assert "inconscient" not in await dump()
