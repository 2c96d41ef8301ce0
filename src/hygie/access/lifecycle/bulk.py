"""Many accounts at once, from a list: what would become of each, then all of it or nothing."""

from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from hygie.access.lifecycle.facts import NOBODY, Facts, check_facts, facts_of
from hygie.access.lifecycle.invitations import Invitation, Invitations
from hygie.access.lifecycle.lifecycle import ALONE, Lifecycle
from hygie.access.lifecycle.notes import note
from hygie.access.lifecycle.table import Fault, Line, read_list
from hygie.access.phrases import LIST_FAULTY
from hygie.refusal import Category, Issue, Refusal, Refused
from hygie.trace import Context


class Arrival(NamedTuple):
    name: str
    facts: Facts


class Change(NamedTuple):
    name: str
    before: Facts
    after: Facts


class Plan(NamedTuple):
    """What a list would do."""

    arrivals: tuple[Arrival, ...] = ()
    changes: tuple[Change, ...] = ()
    same: int = 0
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Bulk:
    pool: asyncpg.Pool
    lifecycle: Lifecycle
    invitations: Invitations

    async def plan(self, text: str, zone: ZoneInfo) -> Plan:
        """Changes nothing. Raises `Refused` when it is no list of accounts at all."""
        lines, faults = read_list(text, zone)
        everyone = await self.lifecycle.accounts.everyone(self.pool)
        known = {one.account.name: facts_of(one.account) for one in everyone}
        arrivals: list[Arrival] = []
        changes: list[Change] = []
        for line in lines:
            before = known.get(line.name)
            try:
                after = self._wanted(line, before or NOBODY)
            except Refused as refused:
                faults += (Fault(line.number, issue) for issue in refused.refusal.issues)
                continue
            if before is None:
                arrivals.append(Arrival(line.name, after))
            elif before != after:
                changes.append(Change(line.name, before, after))
        same = len(lines) - len(arrivals) - len(changes)
        return Plan(tuple(arrivals), tuple(changes), same, tuple(sorted(faults, key=_number)))

    async def apply(self, plan: Plan, *, by: Context, why: str = "") -> tuple[Invitation, ...]:
        """An invitation for each who arrives. All of it happens, or nothing: raises `Refused` with
        each fault, or with what has changed since the plan was made."""
        if plan.faults:
            raise Refused(Refusal(Category.INVALID, tuple(map(_located, plan.faults))))
        now = self.lifecycle.clock()
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(ALONE)
            for change in plan.changes:
                await self.lifecycle.change(
                    change.name, change.after, shown=change.before, by=by, why=why,
                    within=connection,
                )  # fmt: skip
            made = []
            for one in plan.arrivals:
                await self.lifecycle.arrive(one.name, one.facts, by=by, within=connection)
                made.append(await self.invitations.make(connection, one.name, now, by=by))
            told = f"{len(plan.arrivals)} new, {len(plan.changes)} changed" + (why and f"; {why}")
            await note(self.lifecycle.trail, connection, by, "import-accounts", told)
            return tuple(made)

    def _wanted(self, line: Line, before: Facts) -> Facts:
        wanted = msgspec.structs.replace(before, **line.said)
        return check_facts(wanted, before, self.lifecycle.accounts.rights)


def _number(fault: Fault) -> int:
    return fault.number


def _located(fault: Fault) -> Issue:
    """The fault, with its line before it."""
    return Issue(
        code=fault.issue.code, rule=fault.issue.rule, phrase=LIST_FAULTY,
        location=str(fault.number),
        details={
            "line": str(fault.number), "fr": fault.issue.text("fr"), "en": fault.issue.text("en"),
        },
    )  # fmt: skip
