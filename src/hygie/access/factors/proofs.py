"""What somebody shows to prove who they are, and what it proves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from hygie.access.factors import passkeys, recovery, totp
from hygie.access.factors.challenges import Challenges
from hygie.access.factors.passkeys import Site, credential_id
from hygie.access.factors.rows import Passkey, Recovery, Row, Rows, Totp
from hygie.access.model import Connection
from hygie.access.phrases import COPIED_PASSKEY, WRONG_CODE, WRONG_PASSKEY
from hygie.refusal import Category, Phrase, Refused, refuse


@dataclass(frozen=True)
class Password:
    text: str


@dataclass(frozen=True)
class Code:
    """Of an application, or one of those kept for the day when it is lost."""

    text: str


@dataclass(frozen=True)
class Answer:
    """What a browser says of a passkey."""

    json: str
    site: Site


Proof = Password | Code | Answer


class Proven(NamedTuple):
    """What a proof came to: the methods it proves (RFC 8176), or why it proves nothing."""

    amr: tuple[str, ...] = ()
    verified: bool = False
    """Whether it is two factors by itself: a passkey that verified who uses it."""
    refused: tuple[str, Phrase] = ("", WRONG_CODE)

    def refusal(self) -> Refused:
        rule, phrase = self.refused
        return refuse(Category.UNAUTHENTICATED, rule, phrase, code="login")


BAD_CODE: Final = Proven(refused=("access.wrong-code", WRONG_CODE))
BAD_PASSKEY: Final = Proven(refused=("access.wrong-passkey", WRONG_PASSKEY))
COPIED: Final = Proven(refused=("access.copied-passkey", COPIED_PASSKEY))


class Proofs:
    """Holds codes and passkeys against what is kept of them. Whoever calls holds the lock of the
    account, and commits in any case: what is used up stays so."""

    def __init__(self, rows: Rows, challenges: Challenges) -> None:
        self._rows = rows
        self._challenges = challenges

    async def code(self, connection: Connection, account: str, code: Code, now: datetime) -> Proven:
        for row in await self._rows.of(connection, account):
            proven = await self._by_code(connection, row, code.text, now)
            if proven.amr:
                return proven
        return BAD_CODE

    async def passkey(
        self, connection: Connection, account: str, answer: Answer, binding: str, now: datetime
    ) -> Proven:
        """`binding`: the secret of the browser that the challenge was made for."""
        row = await self._rows.passkey(
            connection, credential_id(passkeys.credential_of(answer.json))
        )
        if row is None or not isinstance(row.value, Passkey) or row.value.account != account:
            return BAD_PASSKEY
        kept = row.value
        used = passkeys.verify(answer.site, answer.json, kept)
        challenge = passkeys.challenge_of(answer.json)
        if used is None or not await self._challenges.take(connection, challenge, binding, now):
            return BAD_PASSKEY
        if kept.copied or passkeys.went_back(kept, used.count):
            await self._rows.save(connection, row.id, kept.as_copied(), now)
            return COPIED
        await self._rows.save(connection, row.id, kept.counted(used.count), now)
        return Proven(("hwk",), verified=used.verified)

    async def _by_code(self, connection: Connection, row: Row, typed: str, now: datetime) -> Proven:
        if isinstance(row.value, Totp):
            step = totp.matched(row.value.secret, typed, row.value.used, now)
            if step is not None:
                await self._rows.save(connection, row.id, row.value.taken(step), now)
                return Proven(("otp",))
        if isinstance(row.value, Recovery):
            left = recovery.without(row.value.left, typed)
            if left is not None:
                kept = Recovery(row.value.account, left)
                await self._rows.save(connection, row.id, kept, now)
                return Proven(("recovery",))
        return BAD_CODE
