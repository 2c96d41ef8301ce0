"""Signing in with a passkey, alone and as the second step."""

import json
from dataclasses import replace
from typing import Any

import asyncpg
import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.access.factors.authenticator import Authenticator
from tests.access.factors.conftest import SITE
from tests.access.factors.test_factors import why
from webauthn.helpers import bytes_to_base64url

from hygie.access import Access
from hygie.access.access import CONSOLE
from hygie.access.factors import passkeys
from hygie.access.factors.passkeys import Site
from hygie.access.factors.proofs import Answer
from hygie.access.factors.rows import Passkey
from hygie.access.signing import Visit
from hygie.limits import CHALLENGE_MINUTES, MAX_ASSERTION_CHARACTERS

DOOR = "a secret of this browser"


async def enter(access: Access, answer: str, door: str = DOOR, site: Site = SITE) -> str:
    visit = Visit("", "home", access._clock())
    return await access.entrance.sign_in(visit, Answer(answer, site), door)


def asked(access: Access) -> str:
    return access.entrance.open_request(DOOR, SITE)


async def test_a_passkey_alone_opens_a_strong_session(
    access: Access, alice: str, held: Authenticator
) -> None:
    """Guards: the door without a password."""
    current = await access.current(await enter(access, held.get(asked(access))))
    assert current
    assert (current.account.name, current.stage, current.amr) == (alice, "in", ("hwk", "mfa"))


async def test_it_must_verify_who_uses_it(access: Access, held: Authenticator) -> None:
    """Guards: a key found on a desk that opens by being touched."""
    held.verifies = False
    assert await why(enter(access, held.get(asked(access)))) == "access.wrong-passkey"


async def test_as_a_second_step_touching_is_enough(
    access: Access, alice: str, password: str, held: Authenticator
) -> None:
    """Guards: keys without a PIN, shut out from beside a password."""
    held.verifies = False
    half = await access.sign_in(alice, password)
    current = await access.current(half)
    assert current
    options = await access.entrance.request(half, current, SITE)
    answer = Answer(held.get(options), SITE)
    renewed = await access.current(await access.entrance.prove(half, answer))
    assert renewed
    assert renewed.amr == ("pwd", "hwk", "mfa")


async def test_an_answer_works_once(access: Access, held: Authenticator) -> None:
    """Guards: an answer that was listened to, sent again."""
    answer = held.get(asked(access))
    await enter(access, answer)
    assert await why(enter(access, answer)) == "access.wrong-passkey"


async def test_a_challenge_is_for_one_browser_and_a_while(
    access: Access, alice: str, password: str, held: Authenticator, clock: Any
) -> None:
    """Guards: an answer given to another's page, or kept for later."""
    assert await why(enter(access, held.get(asked(access)), "other")) == "access.wrong-passkey"
    assert await why(enter(access, held.get(asked(access)), "")) == "access.wrong-passkey"
    half = await access.sign_in(alice, password)
    elsewhere = Answer(held.get(asked(access)), SITE)
    assert await why(access.entrance.prove(half, elsewhere)) == "access.wrong-passkey"
    late = held.get(asked(access))
    clock.advance(minutes=CHALLENGE_MINUTES)
    assert await why(enter(access, late)) == "access.wrong-passkey"
    early = held.get(asked(access))
    clock.advance(minutes=-CHALLENGE_MINUTES - 1)
    assert await why(enter(access, early)) == "access.wrong-passkey"


async def test_our_challenges_cannot_be_made_elsewhere(access: Access, held: Authenticator) -> None:
    """Guards: a forged challenge, whose answer was got by a page of the forger."""
    for challenge in (b"x", b"\0" * 70):
        options = json.dumps({"challenge": bytes_to_base64url(challenge)})
        assert await why(enter(access, held.get(options))) == "access.wrong-passkey"


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://hygie.example.evil"},
        {"origin": "http://hygie.example"},
        {"origin": "https://hygie.example:8443"},
        {"rp": "evil.example"},
    ],
)
async def test_another_site_gets_nothing(
    access: Access, held: Authenticator, bent: dict[str, str]
) -> None:
    """Guards: phishing, which is what passkeys are for."""
    answer = replace(held, **bent).get(asked(access))
    assert await why(enter(access, answer)) == "access.wrong-passkey"


async def test_it_is_good_at_the_host_it_was_made_for_alone(
    access: Access, held: Authenticator
) -> None:
    """Guards: a caller who chooses the host by a header."""
    evil = Site("https://evil.example")
    bent = replace(held, origin=evil.origin, rp=evil.host)
    answer = bent.get(access.entrance.open_request(DOOR, evil))
    assert await why(enter(access, answer, site=evil)) == "access.wrong-passkey"


async def test_another_key_proves_nothing(access: Access, held: Authenticator) -> None:
    """Guards: a signature that is not looked at."""
    forged = Authenticator(credential=held.credential)
    assert await why(enter(access, forged.get(asked(access)))) == "access.wrong-passkey"
    assert await why(enter(access, Authenticator().get(asked(access)))) == "access.wrong-passkey"


async def test_a_counter_that_goes_back_is_told_and_ends_the_key(
    access: Access, alice: str, held: Authenticator
) -> None:
    """Guards: a copy of a key, used beside the original."""
    await enter(access, held.get(asked(access)))
    held.count -= 1
    assert await why(enter(access, held.get(asked(access)))) == "access.copied-passkey"
    held.count += 10
    assert await why(enter(access, held.get(asked(access)))) == "access.copied-passkey"
    (kept,) = (await access.factors.of(alice)).passkeys
    assert kept.copied


async def test_keys_that_do_not_count_are_taken(access: Access, held: Authenticator) -> None:
    """Guards: passkeys kept by telephones, whose counter stays at zero."""
    for _ in range(2):
        held.count = -1
        assert await enter(access, held.get(asked(access)))


async def test_a_disabled_account_stays_shut(
    access: Access, alice: str, held: Authenticator
) -> None:
    """Guards: people who left with their key."""
    await access.disable_account(alice)
    assert await why(enter(access, held.get(asked(access)))) == "access.wrong-passkey"


async def test_after_a_reset_the_old_key_opens_nothing(
    access: Access, alice: str, held: Authenticator, pool: asyncpg.Pool
) -> None:
    """Guards: a lost key that still opens; also when its row is put back."""
    rows = await pool.fetch("SELECT * FROM hygie.factor WHERE kind = 'passkey'")
    await access.factors.reset(alice, by=CONSOLE)
    assert await why(enter(access, held.get(asked(access)))) == "access.wrong-passkey"
    await pool.execute("INSERT INTO hygie.factor VALUES ($1, $2, $3, $4, $5)", *rows[0][:5])
    assert await why(enter(access, held.get(asked(access)))) == "access.wrong-passkey"


PLACES = ("id", "rawId", "type", "response")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
CBOR = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.binary(max_size=80) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NOBODY = Passkey("alice", "Clé", b"x", b"y", 0, SITE.host)


@given(
    st.text()
    | JSON.map(json.dumps)
    | st.dictionaries(st.sampled_from(PLACES), JSON).map(json.dumps)
)
def test_garbage_is_refused_and_breaks_nothing(answer: str) -> None:
    """Guards: a parser that a stranger makes fall over."""
    assert passkeys.register(SITE, answer) is None
    assert passkeys.verify(SITE, answer, NOBODY) is None
    assert passkeys.challenge_of(answer) == b""


@given(st.binary(max_size=400) | CBOR.map(cbor2.dumps), st.binary(max_size=200))
def test_garbage_within_a_good_envelope_is_refused(attested: bytes, data: bytes) -> None:
    """Guards: the same, one layer deeper: what the browser passes on of the authenticator."""
    held = Authenticator()
    options = json.dumps({"challenge": bytes_to_base64url(b"challenge")})
    made = json.loads(held.create(options))
    made["response"]["attestationObject"] = bytes_to_base64url(attested)
    assert passkeys.register(SITE, json.dumps(made)) is None
    attest = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
    made["response"]["attestationObject"] = bytes_to_base64url(attest)
    assert passkeys.register(SITE, json.dumps(made)) is None
    used = json.loads(held.get(options))
    used["response"]["authenticatorData"] = bytes_to_base64url(data)
    used["response"]["signature"] = bytes_to_base64url(attested)
    assert passkeys.verify(SITE, json.dumps(used), NOBODY) is None


def test_what_is_too_long_is_not_read() -> None:
    """Guards: megabytes parsed for a stranger."""
    answer = json.dumps({"rawId": "A" * MAX_ASSERTION_CHARACTERS})
    assert passkeys.credential_of(answer) == b""
    assert passkeys.register(SITE, answer) is None
