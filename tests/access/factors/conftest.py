"""Accounts with factors, and what their owners hold."""

from dataclasses import dataclass
from typing import Any

import pytest
from pyotp import TOTP
from tests.access.factors.authenticator import Authenticator

from hygie.access import Access
from hygie.access.factors.passkeys import Site
from hygie.access.factors.proofs import Answer

SITE = Site("https://hygie.example")


@dataclass
class Phone:
    """The application on a telephone, with the recovery codes on a sheet of paper."""

    secret: str
    codes: tuple[str, ...]
    clock: Any

    def code(self, seconds: int = 0) -> str:
        """What it shows, that many seconds from now."""
        return TOTP(self.secret).at(int(self.clock().timestamp()) + seconds)


async def set_up(access: Access, token: str, clock: Any) -> tuple[str, Phone]:
    """An application, confirmed at once; the session's new token."""
    session = await access.current(token)
    assert session
    offer = access.factors.offers.new(token, session.account.name, clock())
    code = TOTP(offer.secret).at(clock())
    enrolled = await access.factors.confirm_application(token, offer.ticket, code)
    return enrolled.token, Phone(offer.secret, enrolled.codes, clock)


async def register(access: Access, token: str, held: Authenticator, label: str = "Clé") -> Any:
    """A passkey, made and kept."""
    session = await access.current(token)
    assert session
    options = await access.factors.passkey_options(token, session, SITE)
    return await access.factors.confirm_passkey(token, label, Answer(held.create(options), SITE))


@pytest.fixture
async def token(access: Access, alice: str, password: str) -> str:
    """Alice is in, by her password."""
    return await access.sign_in(alice, password)


@pytest.fixture
async def phone(access: Access, token: str, clock: Any) -> Phone:
    """Alice has an application; a minute has gone by, so its code is another."""
    _, phone = await set_up(access, token, clock)
    clock.advance(minutes=1)
    return phone


@pytest.fixture
async def held(access: Access, token: str) -> Authenticator:
    """Alice has a passkey."""
    made = Authenticator()
    await register(access, token, made)
    return made
