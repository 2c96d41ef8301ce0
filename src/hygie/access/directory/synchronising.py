"""Accounts brought to what the directory says: all of it in one transaction, or nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import asyncpg

from hygie.access.directory.declaration import Directory
from hygie.access.directory.people import Person
from hygie.access.directory.planning import KINDS, Known, Plan, Step, plan
from hygie.access.directory.rows import Links
from hygie.access.lifecycle.lifecycle import ALONE, Lifecycle
from hygie.access.lifecycle.notes import note
from hygie.access.model import Connection, Vault
from hygie.refusal import Refused
from hygie.trace import Context


class Synchronised(NamedTuple):
    """What was done; or would be, when it was tried or stopped."""

    plan: Plan
    done: bool
    stopped: bool
    most: int
    """How many accounts it could have closed by itself."""

    def counts(self) -> dict[str, int]:
        kinds = Counter(step.kind for step in self.plan.steps)
        counts: dict[str, int] = {kind: kinds[kind] for kind in KINDS}
        return counts | {
            "people": self.plan.people, "same": self.plan.same, "without": self.plan.without
        }  # fmt: skip


@dataclass(frozen=True)
class Synchronising:
    """Of one house. It goes through the life of accounts: checks, traces, last administrator."""

    pool: asyncpg.Pool
    vault: Vault
    lifecycle: Lifecycle

    async def run(
        self, directory: Directory, people: Iterable[Person], *, by: Context,
        dry_run: bool = False, force: bool = False,
    ) -> Synchronised:  # fmt: skip
        """`dry_run`: all of it is tried, and none of it stays. `force`: whoever asks answers for
        how many accounts are closed."""
        everybody = tuple(people)
        async with self.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                result = await self._within(connection, directory, everybody, by, force=force)
            except BaseException:
                await transaction.rollback()
                raise
            if dry_run:
                await transaction.rollback()
                return result._replace(done=False)
            await transaction.commit()
            return result

    async def _within(
        self, connection: Connection, directory: Directory, people: tuple[Person, ...],
        by: Context, *, force: bool,
    ) -> Synchronised:  # fmt: skip
        await connection.execute(ALONE)
        links = Links(self.vault, directory.name)
        made = plan(people, await self._known(connection, links))
        most = made.most(directory.closing_percent)
        stopped = made.closing > most and not force
        if not stopped:
            steps = [await self._tried(connection, links, one, directory, by) for one in made.steps]
            made = made._replace(steps=tuple(steps))
        result = Synchronised(made, not stopped, stopped, most)
        await self._note(connection, directory, result, by, force=force)
        return result

    async def _known(self, connection: Connection, links: Links) -> Known:
        accounts = self.lifecycle.accounts
        every = {one.account.name: one.account for one in await accounts.everyone(connection)}
        return Known(await links.all(connection), every, accounts.rights)

    async def _tried(
        self, connection: Connection, links: Links, step: Step, directory: Directory, by: Context
    ) -> Step:
        """The step, done; or refused, alone."""
        if step.link is None:
            return step
        try:
            async with connection.transaction():
                await self._do(connection, step, directory, by)
                await links.put(connection, step.link)
        except Refused as refused:
            return step._replace(kind="refused", link=None, issues=refused.refusal.issues)
        return step

    async def _do(
        self, connection: Connection, step: Step, directory: Directory, by: Context
    ) -> None:
        life, name = self.lifecycle, step.account
        said = f"directory {directory.name}"
        if step.kind == "arrive":
            await life.arrive(
                name, step.after, by=by, origin=directory.name, within=connection
            )  # fmt: skip
            return
        if step.kind == "close":
            reason = f"{said}: {step.why.en}" if step.why else said
            at = life.clock()
            await life.set_disabled(name, at=at, by=by, why=reason, within=connection)
            return
        if step.kind == "return":
            await life.set_disabled(name, at=None, by=by, why=said, within=connection)
        await life.change(
            name, step.after, shown=step.before, by=by, why=said, within=connection
        )  # fmt: skip

    async def _note(
        self, connection: Connection, directory: Directory, result: Synchronised, by: Context,
        *, force: bool,
    ) -> None:  # fmt: skip
        counts = ", ".join(f"{count} {kind}" for kind, count in result.counts().items() if count)
        word = "stopped" if result.stopped else "forced" if force else "done"
        told = f"directory {directory.name} {word}: {counts or 'nobody'}"
        await note(self.lifecycle.trail, connection, by, "synchronise", told)
