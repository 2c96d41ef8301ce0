"""Setting factors up, and removing them."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from pyotp import TOTP
from tests.access.factors.authenticator import Authenticator
from tests.access.factors.conftest import SITE, Phone, register, set_up

from hygie.access import Access
from hygie.access.factors.factors import Factors
from hygie.access.factors.proofs import Answer, Code, Password
from hygie.limits import MAX_PASSKEYS, SIGN_IN_MINUTES, STEP_UP_MINUTES
from hygie.refusal import Refused


def demanding(access: Access) -> Access:
    """The same room, whose every role must prove two factors."""
    signing = replace(access.factors.signing, requires=lambda _: True)
    access._signing = signing
    access.factors = replace(access.factors, signing=signing)
    access.entrance = replace(access.entrance, signing=signing)
    return access


async def why(work: Any) -> str:
    try:
        await work
    except Refused as refused:
        return refused.refusal.issues[0].rule
    return ""


async def test_a_role_that_requires_one_leads_to_setting_it_up(
    access: Access, alice: str, password: str, clock: Any
) -> None:
    """Guards: a role whose second factor is asked of those alone who chose to have one."""
    token = await demanding(access).sign_in(alice, password)
    current = await access.current(token)
    assert current
    assert current.stage == "enrol"
    assert await access.session(token) is None
    through, phone = await set_up(access, token, clock)
    assert through != token
    assert await access.session(through)
    assert len(phone.codes) == 10


async def test_the_last_one_stays_where_it_is_required(
    access: Access, alice: str, phone: Phone, token: str
) -> None:
    """Guards: a required factor removed the day after."""
    inside = (await _prove_again(access, alice, phone))[0]
    (kept,) = [(await access.factors.of(alice)).application]
    assert kept
    assert await why(demanding(access).factors.remove(inside, kept.id)) == "access.last-factor"


async def _prove_again(access: Access, name: str, phone: Phone) -> tuple[str, str]:
    half = await access.sign_in(name, "Cheval-Agrafe-2026")
    return await access.entrance.prove(half, Code(phone.code())), half


async def test_removing_the_last_ends_the_codes_and_other_sessions(
    access: Access, alice: str, phone: Phone, password: str, clock: Any
) -> None:
    """Guards: recovery codes that open an account without a factor; a thief who stays."""
    inside, _ = await _prove_again(access, alice, phone)
    clock.advance(minutes=1)
    other, _ = await _prove_again(access, alice, phone)
    status = await access.factors.of(alice)
    assert status.application
    renewed = await access.factors.remove(inside, status.application.id)
    assert await access.session(renewed)
    assert await access.session(other) is None
    assert await access.factors.of(alice) == (None, (), 0)
    assert await access.session(await access.sign_in(alice, password))


async def test_factors_are_changed_by_who_was_there_lately(
    access: Access, token: str, clock: Any
) -> None:
    """Guards: a factor added by who found a screen open."""
    clock.advance(minutes=STEP_UP_MINUTES, seconds=1)
    with pytest.raises(Refused) as refused:
        await set_up(access, token, clock)
    assert refused.value.refusal.issues[0].rule == "access.stale-proof"
    fresh = await access.entrance.prove(token, Password("Cheval-Agrafe-2026"))
    assert (await set_up(access, fresh, clock))[0]


async def test_factors_are_changed_by_who_proved_all_of_it_lately(
    access: Access, alice: str, phone: Phone, clock: Any
) -> None:
    """Guards: a phone found beside an open screen, or a password overheard, that is enough."""
    inside, _ = await _prove_again(access, alice, phone)
    clock.advance(minutes=STEP_UP_MINUTES, seconds=1)
    current = await access.current(inside)
    assert current
    assert await access.entrance.asked(current) == (Answer, Code)
    with pytest.raises(Refused):
        await access.entrance.prove(inside, Password("Cheval-Agrafe-2026"))
    by_phone = await access.entrance.prove(inside, Code(phone.code()))
    current = await access.current(by_phone)
    assert current
    assert access.proven_lately(current)
    assert not await access.entrance.proven_wholly(current)
    assert await access.entrance.asked(current) == (Password,)
    assert await why(access.factors.renew_codes(by_phone)) == "access.stale-proof"
    wholly = await access.entrance.prove(by_phone, Password("Cheval-Agrafe-2026"))
    assert not await why(access.factors.renew_codes(wholly))


async def test_an_offer_is_for_one_session_and_a_while(
    access: Access, alice: str, password: str, token: str, clock: Any
) -> None:
    """Guards: a secret slipped under somebody by another's form."""
    other = await access.sign_in(alice, password)
    offers, factors = access.factors.offers, access.factors
    offer = offers.new(other, alice, clock())
    code = TOTP(offer.secret).at(clock())
    assert await why(factors.confirm_application(token, offer.ticket, code)) == "access.offer"
    for bad in ("", "zz", "00" * 40, offer.ticket[:-2]):
        assert await why(factors.confirm_application(other, bad, code)) == "access.offer"
    clock.advance(minutes=SIGN_IN_MINUTES)
    code = TOTP(offer.secret).at(clock())
    assert await why(factors.confirm_application(other, offer.ticket, code)) == "access.offer"


async def test_an_application_is_kept_once_it_has_shown_a_code(
    access: Access, alice: str, token: str, clock: Any
) -> None:
    """Guards: people locked out by a QR code that they never scanned."""
    offer = access.factors.offers.new(token, alice, clock())
    wrong = access.factors.confirm_application(token, offer.ticket, "000000")
    assert await why(wrong) == "access.wrong-code"
    assert (await access.factors.of(alice)).application is None
    again = access.factors.offers.again(token, alice, offer.ticket, clock())
    assert again == offer


async def test_two_set_up_at_once_leave_one(
    access: Access, alice: str, token: str, clock: Any
) -> None:
    """Guards: two tabs, two applications, one of which nobody knows of."""
    offers = [access.factors.offers.new(token, alice, clock()) for _ in range(2)]
    both = (
        why(access.factors.confirm_application(token, o.ticket, TOTP(o.secret).at(clock())))
        for o in offers
    )
    assert sorted(await asyncio.gather(*both)) == ["", "access.no-session"]


async def test_passkeys_are_bounded_and_named(access: Access, token: str) -> None:
    """Guards: a table filled by one account; passkeys that nobody can tell apart."""
    for label in ("", " ", "x" * 61, "a\nb"):
        assert await why(register(access, token, Authenticator(), label)) == "access.label"
    for _ in range(MAX_PASSKEYS):
        token = (await register(access, token, Authenticator())).token
    assert await why(register(access, token, Authenticator())) == "access.passkeys"


async def test_a_passkey_is_registered_once(access: Access, token: str) -> None:
    """Guards: one key counted as two factors; another's key taken over."""
    held = Authenticator()
    token = (await register(access, token, held)).token
    assert await why(register(access, token, held)) == "access.known-passkey"


async def test_a_passkey_of_elsewhere_is_not_registered(access: Access, token: str) -> None:
    """Guards: a passkey made on another site, or for another session, or twice."""
    current = await access.current(token)
    assert current
    factors: Factors = access.factors
    options = await factors.passkey_options(token, current, SITE)
    for bent in (
        Authenticator(origin="https://hygie.example.evil"),
        Authenticator(rp="evil.example"),
        Authenticator(origin="http://hygie.example"),
    ):
        answer = Answer(bent.create(options), SITE)
        assert await why(factors.confirm_passkey(token, "Clé", answer)) == "access.wrong-passkey"
    answer = Answer(Authenticator().get(options), SITE)
    assert await why(factors.confirm_passkey(token, "Clé", answer)) == "access.wrong-passkey"
    good = Answer(Authenticator().create(options), SITE)
    renewed = (await factors.confirm_passkey(token, "Clé", good)).token
    assert await why(factors.confirm_passkey(renewed, "Clé", good)) == "access.wrong-passkey"
