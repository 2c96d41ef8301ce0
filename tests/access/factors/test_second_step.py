"""The second step of signing in, by a code."""

import asyncio
from typing import Any

import asyncpg
import pytest
from tests.access.factors.conftest import Phone, set_up

from hygie.access import Access
from hygie.access.factors.proofs import Code, Password
from hygie.ledger import Ledger
from hygie.limits import SECOND_FACTOR_ATTEMPTS, SIGN_IN_MINUTES, SIGN_IN_WINDOW_MINUTES
from hygie.refusal import Refusal, Refused
from hygie.trace import Context

ADMIN = Context(actor="admin", kind="account", purpose="HSYSADMIN")


@pytest.fixture
async def halfway(access: Access, alice: str, password: str, phone: Phone) -> str:
    """Alice has given her password, and a code is asked."""
    return await access.sign_in(alice, password, source="home")


async def refusal(access: Access, token: str, proof: Any, source: str = "home") -> Refusal | None:
    try:
        await access.entrance.prove(token, proof, source=source)
    except Refused as refused:
        return refused.refusal
    return None


def rule(found: Refusal | None) -> str:
    return found.issues[0].rule if found else ""


async def test_the_password_alone_opens_nothing(access: Access, halfway: str) -> None:
    """Guards: a stolen password that is enough."""
    assert await access.session(halfway) is None
    current = await access.current(halfway)
    assert current
    assert current.stage == "second"
    assert not current.strong


async def test_a_code_opens_under_another_token(access: Access, halfway: str, phone: Phone) -> None:
    """Guards: a token seen before the second step that is good after it (session fixation)."""
    token = await access.entrance.prove(halfway, Code(phone.code()))
    assert token != halfway
    assert await access.current(halfway) is None
    current = await access.current(token)
    assert current
    assert (current.stage, current.amr) == ("in", ("pwd", "otp", "mfa"))


async def test_a_code_works_once(
    access: Access, alice: str, password: str, halfway: str, phone: Phone
) -> None:
    """Guards: a code read over a shoulder, or on its way, used within its thirty seconds."""
    code = phone.code()
    await access.entrance.prove(halfway, Code(code))
    again = await access.sign_in(alice, password)
    assert rule(await refusal(access, again, Code(code))) == "access.wrong-code"


async def test_of_two_at_the_same_instant_one_comes_in(
    access: Access, alice: str, password: str, halfway: str, phone: Phone
) -> None:
    """Guards: one code for two browsers, sent at once."""
    other = await access.sign_in(alice, password)
    code = Code(phone.code())
    found = await asyncio.gather(refusal(access, halfway, code), refusal(access, other, code))
    assert sorted(map(rule, found)) == ["", "access.wrong-code"]


async def test_guessing_codes_is_paused_from_wherever(
    access: Access, alice: str, password: str, halfway: str, phone: Phone, clock: Any
) -> None:
    """Guards: a million codes tried by who has the password; and a pause without an end."""
    for number in range(SECOND_FACTOR_ATTEMPTS):
        wrong = await refusal(access, halfway, Code("000000"), f"stranger {number}")
        assert rule(wrong) == "access.wrong-code"
    assert rule(await refusal(access, halfway, Code(phone.code()))) == "access.paused"
    clock.advance(minutes=SIGN_IN_WINDOW_MINUTES)
    token = await access.sign_in(alice, password)
    assert await access.entrance.prove(token, Code(phone.code()))


async def test_the_second_step_does_not_wait_for_ever(
    access: Access, halfway: str, phone: Phone, clock: Any
) -> None:
    """Guards: a workstation left between the two steps."""
    clock.advance(minutes=SIGN_IN_MINUTES)
    assert rule(await refusal(access, halfway, Code(phone.code()))) == "access.no-session"


async def test_what_is_not_asked_is_not_taken(
    access: Access, alice: str, halfway: str, password: str, phone: Phone
) -> None:
    """Guards: the password given twice, as if that made two factors."""
    assert rule(await refusal(access, halfway, Password(password))) == "access.no-session"
    for nothing in ("", "hygie_" + "x" * 43):
        assert rule(await refusal(access, nothing, Code(phone.code()))) == "access.no-session"


async def test_a_recovery_code_opens_once(
    access: Access, alice: str, password: str, halfway: str, phone: Phone
) -> None:
    """Guards: who lost the telephone, kept out; a code that was used, used again."""
    token = await access.entrance.prove(halfway, Code(phone.codes[0].lower()))
    assert (await access.factors.of(alice)).codes_left == len(phone.codes) - 1
    assert await access.session(token)
    again = await access.sign_in(alice, password)
    assert rule(await refusal(access, again, Code(phone.codes[0]))) == "access.wrong-code"


async def test_new_recovery_codes_end_the_old(
    access: Access, alice: str, password: str, halfway: str, phone: Phone
) -> None:
    """Guards: a lost sheet of paper that opens for ever."""
    token = await access.entrance.prove(halfway, Code(phone.code()))
    fresh = await access.factors.renew_codes(token)
    half = await access.sign_in(alice, password)
    assert rule(await refusal(access, half, Code(phone.codes[1]))) == "access.wrong-code"
    assert await access.entrance.prove(half, Code(fresh[1]))


async def test_removing_the_row_does_not_remove_the_factor(
    access: Access, alice: str, password: str, phone: Phone, pool: asyncpg.Pool
) -> None:
    """Guards: a database writer without the key who does away with the second factor."""
    await pool.execute("DELETE FROM hygie.factor")
    token = await access.sign_in(alice, password)
    assert await access.session(token) is None
    assert rule(await refusal(access, token, Code(phone.code()))) == "access.wrong-code"


async def test_a_factor_of_another_account_proves_nothing(
    access: Access, alice: str, password: str, phone: Phone, pool: asyncpg.Pool, clock: Any
) -> None:
    """Guards: a database writer without the key who gives an account a factor of his own."""
    await access.create_account("mallory", "Mallory", "physician", password)
    _, mine = await set_up(access, await access.sign_in("mallory", password), clock)
    clock.advance(minutes=1)
    await pool.execute("DELETE FROM hygie.factor WHERE account = 'alice'")
    await pool.execute("UPDATE hygie.factor SET account = 'alice'")
    token = await access.sign_in(alice, password)
    assert rule(await refusal(access, token, Code(mine.code()))) == "access.wrong-code"


async def test_the_database_does_not_know_secrets(phone: Phone, dump: Any) -> None:
    """Guards: codes made from a stolen dump."""
    stolen = (await dump()).casefold()
    for secret in (phone.secret, phone.codes[0], phone.codes[0].replace("-", "")):
        assert secret.casefold() not in stolen
        assert secret.encode().hex() not in stolen


async def test_a_lost_factor_is_given_back_by_an_administrator(
    access: Access,
    alice: str,
    password: str,
    halfway: str,
    phone: Phone,
    clock: Any,
) -> None:
    """Guards: a way round the second factor that nobody sees; old sessions that stay."""
    inside = await access.entrance.prove(halfway, Code(phone.code()))
    await access.factors.reset(alice, by=ADMIN)
    assert await access.current(inside) is None
    token = await access.sign_in(alice, password)
    current = await access.current(token)
    assert current
    assert current.stage == "enrol"
    assert await access.session(token) is None
    assert rule(await refusal(access, token, Code(phone.code()))) == "access.no-session"
    through, _ = await set_up(access, token, clock)
    assert await access.session(through)


async def test_each_step_is_traced(
    access: Access, halfway: str, phone: Phone, ledger: Ledger
) -> None:
    """Guards: factors set up, guessed or used without a trace."""
    await refusal(access, halfway, Code("000000"))
    await access.entrance.prove(halfway, Code(phone.code()), source="home")
    entries = [record.entry for record in await ledger.recent(4)]
    assert [(e.action, e.outcome, e.detail) for e in entries] == [
        ("sign-in", "permitted", "otp"),
        ("sign-in", "refused", ""),
        ("sign-in", "permitted", "pwd; second factor asked"),
        ("enrol-factor", "permitted", "otp"),
    ]


async def test_a_reset_is_traced(access: Access, alice: str, phone: Phone, ledger: Ledger) -> None:
    """Guards: a second factor taken away by nobody."""
    await access.factors.reset(alice, by=ADMIN)
    told = (await ledger.recent(1))[0].entry
    assert (told.context.actor, told.action) == ("admin", "reset-factor")
    assert told.detail == "account alice"
