"""Who waits where before a password is looked at."""

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.access.test_sign_in import attempt, fail, paused

from hygie.access import Access
from hygie.access.doorkeeper import network
from hygie.access.lanes import Lane
from hygie.ledger import Ledger
from hygie.limits import SIGN_IN_ATTEMPTS, SIGN_IN_ATTEMPTS_ALL_SOURCES, SIGN_IN_FAMILIAR_DAYS


async def lane(access: Access, source: str, device: str = "") -> Lane:
    now = access._clock()
    known = access._devices.read(device, now)
    return (await access._keeper._lane(known, source, now))[0]


async def test_who_signed_in_is_known_by_browser_and_address(
    access: Access, alice: str, password: str, clock: Any
) -> None:
    """Guards: people taken for strangers where they work every day."""
    assert await lane(access, "10.0.0.7") is Lane.STRANGER
    await access.sign_in(alice, password, source="10.0.0.7")
    device = access.know_device("")
    clock.advance(minutes=2)
    assert await lane(access, "10.0.0.7") is Lane.ADDRESS
    assert await lane(access, "10.0.0.8") is Lane.STRANGER
    assert await lane(access, "10.0.0.8", device) is Lane.DEVICE
    clock.advance(days=SIGN_IN_FAMILIAR_DAYS)
    assert await lane(access, "10.0.0.7", device) is Lane.STRANGER


@given(st.text(max_size=450))
def test_a_device_is_not_invented(text: str) -> None:
    """Guards: a flood that calls itself known."""
    import os  # noqa: PLC0415

    from hygie.access.devices import Devices  # noqa: PLC0415
    from hygie.access.model import utc_now  # noqa: PLC0415
    from hygie.store.keys.keyring import Keyring  # noqa: PLC0415

    devices = Devices(Keyring(os.urandom(32)))
    assert devices.read(text, utc_now()) == ""
    assert devices.read(os.urandom(60).hex(), utc_now()) == ""


async def test_a_colleague_behind_the_same_address_locks_nobody_out(
    access: Access, alice: str, password: str
) -> None:
    """Guards: ten wrong passwords by a neighbour, whom a proxy gives the same address."""
    await access.sign_in(alice, password, source="proxy")
    device = access.know_device("")
    await fail(access, SIGN_IN_ATTEMPTS, source="proxy")
    assert await paused(access, alice, password, "proxy")
    assert await access.sign_in(alice, password, source="proxy", device=device)


async def test_guessing_by_a_known_device_is_paused_too(
    access: Access, alice: str, password: str
) -> None:
    """Guards: a stolen device cookie good for guessing without end."""
    device = access.know_device("")
    for _ in range(SIGN_IN_ATTEMPTS):
        refused = None
        try:
            await access.sign_in(alice, "wrong", source="home", device=device)
        except Exception as error:
            refused = error
        assert refused
    assert await attempt(access, alice, password, "home") is None


async def test_many_strangers_do_not_lock_a_device_out_at_home(
    access: Access, alice: str, password: str
) -> None:
    """Guards: the owner taken for new on the first day of a new browser at a known address."""
    await access.sign_in(alice, password, source="home")
    for stranger in range(SIGN_IN_ATTEMPTS_ALL_SOURCES // SIGN_IN_ATTEMPTS):
        await fail(access, SIGN_IN_ATTEMPTS, source=f"stranger {stranger}")
    assert await access.sign_in(alice, password, source="home", device=access.know_device(""))


async def test_a_flood_is_counted_in_one_line(access: Access, ledger: Ledger) -> None:
    """Guards: an attack without a trace; and one that fills the ledger."""
    tries = (attempt(access, f"nobody{n}", "wrong", "198.51.100.9") for n in range(200))
    refusals = await asyncio.gather(*tries)
    sent_away = [r for r in refusals if r and r.issues[0].rule == "access.crowded"]
    assert len(sent_away) > 100
    told = [
        record.entry for record in await ledger.recent(500)
        if record.entry.reason == "access.crowded"
    ]  # fmt: skip
    assert len(told) == 1


def test_a_stranger_is_a_network() -> None:
    """Guards: two hundred addresses of one attacker that count as two hundred people."""
    assert network("198.51.100.9") == network("198.51.100.200") == "198.51.100.0/24"
    assert network("2001:db8:0:1::1") == network("2001:db8:0:ff::2") == "2001:db8::/56"
    assert network("unix") == "unix"
