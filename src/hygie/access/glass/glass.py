"""Breaking the glass, closing it again, and reviewing who did. Each leaves an audit entry."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from hygie.access.glass import phrases, rows
from hygie.access.glass.model import REASONS, VERDICTS, Breaking, Reason, Review, Verdict
from hygie.access.glass.rows import Grant, Rows
from hygie.access.model import Account, Clock, Connection, Vault
from hygie.access.motive import read_motive, read_reason
from hygie.access.rights.rights import Rights
from hygie.limits import MAX_PAGE
from hygie.limits.access import (
    GLASS_HOURS,
    MAX_GLASSES_A_DAY,
    MAX_MOTIVE_CHARACTERS,
)
from hygie.purpose import CARE
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.trace import Action, AuditEntry, AuditTrail, Context

OPEN_FOR: Final = timedelta(hours=GLASS_HOURS)
DAY: Final = timedelta(days=1)


class BreakGlass:
    """Of one house. For the tasks of one event loop; what is decided holds across processes."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        vault: Vault,
        trail: AuditTrail,
        rights: Rights,
        clock: Clock,
    ) -> None:
        self._pool = pool
        self._trail = trail
        self._reference = vault.reference
        self._rights = rights
        self._clock = clock
        self._rows = Rows(vault)

    def may_break(self, account: Account) -> bool:
        role = self._rights.roles.get(account.role)
        return role is not None and role.break_glass

    async def break_(
        self, context: Context, account: Account, patient_id: str, reason: str, motive: str,
        *, opposed: frozenset[Reason],
    ) -> Breaking:  # fmt: skip
        """Opens the record to the account, for `GLASS_HOURS`; one that is open stays as it is.

        `opposed`: reasons that the patient does not accept, as their record says. Raises `Refused`:
        not of this role, not for care, no reason or motive, one that the patient opposes, too many
        in a day.
        """
        if not self.may_break(account):
            raise refuse(Category.FORBIDDEN, "glass.role", phrases.NOT_YOURS, code="forbidden")
        if context.purpose not in CARE:
            raise refuse(Category.FORBIDDEN, "glass.care", phrases.NOT_FOR_CARE, code="forbidden")
        chosen, said = read_reason(reason, tuple(REASONS), "glass"), read_motive(motive, "glass")
        if chosen in opposed:
            raise refuse(Category.FORBIDDEN, "glass.opposed", phrases.OPPOSED, code="forbidden")
        now, patient = self._clock(), self._reference("Patient", patient_id)
        async with self._change() as connection:
            await self._rows.one_at_a_time(connection, account.name)
            for one in await self._open(connection, account.name, now):
                if one.patient == patient:
                    return one
            if await connection.fetchval(rows.LATELY, account.name, now - DAY) >= MAX_GLASSES_A_DAY:
                limit = str(MAX_GLASSES_A_DAY)
                raise refuse(
                    Category.TOO_MANY, "glass.too-many", phrases.TOO_MANY, code="throttled",
                    limit=limit,
                )  # fmt: skip
            grant = Grant(account.name, patient, patient_id, chosen, said, now, now + OPEN_FOR)
            made = await self._rows.insert(connection, grant)
            await self._note(connection, context, "break-glass", made, f"{chosen}: {said}")
        return made

    async def close(self, context: Context, account: Account, patient_id: str) -> None:
        """Closes the record again, before its time. Does nothing when it is not open."""
        now, patient = self._clock(), self._reference("Patient", patient_id)
        async with self._change() as connection:
            closed = await connection.fetch(rows.CLOSE, account.name, patient, now)
            for number in (row["id"] for row in closed):
                made = await self._one(connection, number)
                await self._note(connection, context, "end-break-glass", made, "")

    async def open_for(self, account: str, now: datetime) -> frozenset[int]:
        """Keys of the patients whose record the account opened, and has open still."""
        return frozenset(one.patient for one in await self._open(self._pool, account, now))

    async def open_on(self, account: str, patient: int) -> Breaking | None:
        """The glass by which the account has this patient's record open."""
        now = self._clock()
        found = await self._open(self._pool, account, now)
        return next((one for one in found if one.patient == patient), None)

    # --- review -------------------------------------------------------------------------------

    async def waiting(self) -> Sequence[Breaking]:
        """Those not reviewed yet, the oldest first."""
        return await self._rows.list(self._pool, rows.WAITING, MAX_PAGE)

    async def reviewed(self, limit: int = 50) -> Sequence[Breaking]:
        """The last that were."""
        return await self._rows.list(self._pool, rows.DONE, min(limit, MAX_PAGE))

    async def altered(self) -> Sequence[int]:
        """Numbers of those, of both lists, that were written without the key: they open nothing,
        and no motive can be read."""
        waiting = await self._rows.altered(self._pool, rows.WAITING, MAX_PAGE)
        return [*waiting, *await self._rows.altered(self._pool, rows.DONE, MAX_PAGE)]

    async def of_patient(self, patient: int) -> Sequence[Breaking]:
        """Every glass broken to a patient's record, the newest first."""
        return await self._rows.list(self._pool, rows.OF_PATIENT, patient, MAX_PAGE)

    async def review(self, context: Context, number: int, verdict: str, comment: str) -> Breaking:
        """The first who reviews it decides. Raises `Refused`: none such, one's own, reviewed
        meanwhile, no verdict."""
        found = next((one for one in VERDICTS if one == verdict), None)
        if found is None:
            raise _wrong("glass.verdict", phrases.VERDICT)
        async with self._change() as connection:
            made = await self._one(connection, number)
            if made.account == context.actor:
                raise refuse(Category.FORBIDDEN, "glass.own", phrases.OWN, code="forbidden")
            return await self._judge(connection, context, made, found, comment)

    async def _judge(
        self, connection: Connection, context: Context, made: Breaking, verdict: Verdict,
        comment: str,
    ) -> Breaking:  # fmt: skip
        now = self._clock()
        said = comment.strip()[:MAX_MOTIVE_CHARACTERS]
        sealed = self._rows.sealed_review(made.id, Review(verdict, said, context.actor, now))
        if not await connection.fetchval(rows.REVIEW, made.id, sealed, now):
            raise refuse(Category.CONFLICT, "glass.reviewed", phrases.REVIEWED, code="conflict")
        await self._note(connection, context, "review-break-glass", made, f"{verdict}: {said}")
        return await self._one(connection, made.id)

    # --- helpers --------------------------------------------------------------------------------

    async def _open(self, connection: Connection, account: str, now: datetime) -> list[Breaking]:
        found = await self._rows.list(connection, rows.OPEN, account, now, MAX_PAGE)
        return [one for one in found if one.account == account and one.is_open(now)]

    async def _one(self, connection: Connection, number: int) -> Breaking:
        found = await self._rows.list(connection, rows.ONE, number)
        if not found:
            raise refuse(Category.NOT_FOUND, "glass.none", phrases.GONE, code="not-found")
        return found[0]

    @asynccontextmanager
    async def _change(self) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def _note(
        self, connection: Connection, context: Context, action: Action, made: Breaking, detail: str
    ) -> None:
        entry = AuditEntry(
            context=context, action=action, type="Patient", patient=made.patient,
            reason="team.break-glass", detail=f"Patient/{made.patient_id} {detail}".strip(),
        )  # fmt: skip
        await self._trail.append(connection, [entry])


def _wrong(rule: str, phrase: Phrase, **details: str) -> Refused:
    return refuse(Category.UNPROCESSABLE, rule, phrase, code="value", **details)
