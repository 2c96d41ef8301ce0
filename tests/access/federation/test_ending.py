"""Sessions that end here and there: at the provider with ours, and ours by its word."""

import time
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from tests.access.conftest import HandClock
from tests.access.federation.conftest import PUBLIC, Desk
from tests.access.federation.simulator import CLIENT, EVENT, Simulator, brought

from hygie.access.sessions import Sessions
from hygie.ledger import Ledger
from hygie.refusal import Refused
from hygie.store.keys.keyring import Keyring


async def test_the_provider_is_told(desk: Desk, simulator: Simulator) -> None:
    """Guards against the next at this workstation, whom the provider signs in as the one before."""
    token = (await desk.sign_in()).token
    address = await desk.federation.farewell(token)
    assert address.startswith(f"{simulator.issuer}/logout?")
    told = brought(address)
    assert told["post_logout_redirect_uri"] == f"{PUBLIC}/connexion"
    assert told["client_id"] == CLIENT
    assert told["id_token_hint"].count(".") == 2


async def test_a_session_that_was_renewed_still_ends(
    desk: Desk, simulator: Simulator, keyring: Keyring, clock: HandClock
) -> None:
    """Guards against a second factor, or another password, after which nobody is signed out."""
    token = (await desk.sign_in()).token
    sessions = Sessions(keyring, desk.accounts)
    async with desk.pool.acquire() as connection:
        renewed = await sessions.renew(connection, token, clock.now, amr=("fed", "otp", "mfa"))
    assert renewed
    assert await desk.access.current(token) is None
    assert await desk.federation.farewell(renewed)
    await desk.federation.told_to_end("psc", simulator.logout_token())
    assert await desk.access.current(renewed) is None


async def test_a_session_of_ours_ends_here(desk: Desk, alice: str, password: str) -> None:
    """Guards against somebody sent to a provider that they did not come from."""
    token = await desk.access.sign_in(alice, password)
    assert await desk.federation.farewell(token) == ""
    assert await desk.federation.farewell("made-up") == ""


async def test_a_provider_that_is_down_keeps_nobody_in(
    desk_of: Any, desk: Desk, simulator: Simulator, provider: Any
) -> None:
    """Guards against a sign-out that fails because somebody else does."""
    token = (await desk.sign_in()).token
    simulator.faults = {"down"}
    assert await desk_of(provider).federation.farewell(token) == ""


@pytest.mark.parametrize(
    "over", [{}, {"sub": None, "sid": "session-there"}, {"sid": "session-there"}], ids=str
)
async def test_a_session_that_ended_there_ends_here(
    over: dict[str, Any], desk: Desk, simulator: Simulator, alice: str, password: str,
    ledger: Ledger,
) -> None:  # fmt: skip
    """Guards against a session that outlives the one it stands on; and ends others with it."""
    token, own = (await desk.sign_in()).token, await desk.access.sign_in(alice, password)
    await desk.federation.told_to_end("psc", simulator.logout_token(**over))
    assert await desk.access.current(token) is None
    assert await desk.access.current(own) is not None
    (last,) = await ledger.recent(limit=1)
    assert (last.entry.action, last.entry.context.actor) == ("sign-out", alice)


@pytest.mark.parametrize("over", [{"sub": "another"}, {"sid": "another"}], ids=str)
async def test_another_session_stays(over: Any, desk: Desk, simulator: Simulator) -> None:
    """Guards against a word about somebody else that ends everybody's."""
    token = (await desk.sign_in()).token
    await desk.federation.told_to_end("psc", simulator.logout_token(**over))
    assert await desk.access.current(token) is not None


@pytest.mark.parametrize(
    ("over", "rule"),
    [
        ({"iss": "https://ailleurs.example"}, "issuer"),
        ({"aud": "ailleurs"}, "audience"),
        ({"iat": int(time.time()) - 9999}, "logout-time"),
        ({"iat": int(time.time()) + 9999}, "logout-time"),
        ({"iat": None}, "logout-time"),
        ({"exp": int(time.time()) - 9999}, "logout-time"),
        ({"events": None}, "logout-event"),
        ({"events": {}}, "logout-event"),
        ({"events": [EVENT]}, "logout-event"),
        ({"nonce": "x"}, "logout-event"),
        ({"jti": None}, "logout-subject"),
        ({"sub": None}, "logout-subject"),
        ({"sub": 3}, "logout-subject"),
        ({"typ": "JWT"}, "token-type"),
        ({"typ": "at+jwt"}, "token-type"),
    ],
)
async def test_a_false_word_ends_nothing(
    over: dict[str, Any], rule: str, desk: Desk, simulator: Simulator
) -> None:
    """Guards against an identity token, an old word, or somebody else's, that signs people out."""
    token = (await desk.sign_in()).token
    with pytest.raises(Refused, match=rf"federation\.{rule}$"):
        await desk.federation.told_to_end("psc", simulator.logout_token(**over))
    assert await desk.access.current(token) is not None


async def test_a_word_is_said_once(desk: Desk, simulator: Simulator) -> None:
    """Guards against a word that was overheard, and keeps somebody out."""
    word = simulator.logout_token()
    await desk.federation.told_to_end("psc", word)
    token = (await desk.sign_in()).token
    with pytest.raises(Refused, match=r"federation\.replayed"):
        await desk.federation.told_to_end("psc", word)
    assert await desk.access.current(token) is not None


async def test_a_word_signed_by_a_stranger(
    desk: Desk, simulator: Simulator, monkeypatch: Any
) -> None:
    """Guards against anybody who signs people out."""
    other = RSAKey.generate_key(2048, {"kid": "one"})
    real = simulator.sign
    monkeypatch.setattr(simulator, "sign", lambda claims, **_: real(claims, other))
    for word in (simulator.logout_token(), "", "a.b.c", "é", "x" * 100_000):
        with pytest.raises(Refused):
            await desk.federation.told_to_end("psc", word)
