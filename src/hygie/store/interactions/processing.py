"""Transactions and batches, whole (R4 §3.1.0.11)."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from hygie.refusal import Refused
from hygie.store.contract import Resource
from hygie.store.interactions.answers import Room, fault_answer, refused_answer, written_answer
from hygie.store.interactions.bundles import Answer, response_bundle
from hygie.store.interactions.entries import Entry, interaction_of, open_bundle
from hygie.store.interactions.execution import Execution
from hygie.store.interactions.gates import examine
from hygie.store.interactions.interaction import WRITES, Interaction, Permitted, Written
from hygie.store.interactions.loading import sound_step
from hygie.store.interactions.manner import Manner
from hygie.store.interactions.permissions import require_interaction
from hygie.store.interactions.plan import Plan, prepare
from hygie.store.interactions.problems import Problems, at
from hygie.store.interactions.reading import Reading, refuse_elsewhere
from hygie.store.interactions.tools import Tools
from hygie.store.store import Store
from hygie.store.transaction import Transaction
from hygie.trace import Context

Hook = Callable[[Transaction], Awaitable[None]]
"""Something that must commit together with a transaction, such as a row of another room."""


class BundleResult(msgspec.Struct, frozen=True):
    """`body`: the answering Bundle. `answers`: in the order of the entries."""

    body: bytes
    answers: tuple[Answer, ...]

    @property
    def refused(self) -> int:
        """Entries that were not done; always 0 for a transaction, which is all or nothing."""
        return sum(answer.status >= 400 for answer in self.answers)


class Processing:
    """Carries bundles out."""

    def __init__(self, store: Store, tools: Tools, reading: Reading) -> None:
        self._store = store
        self._tools = tools
        self._reading = reading

    async def bundle(
        self, context: Context, bundle: Resource, manner: Manner, hook: Hook | None
    ) -> BundleResult:
        """Raises `Refused`: for a transaction, with every problem of every entry."""
        entries = open_bundle(bundle, self._tools.validator)
        if bundle["type"] == "transaction":
            answers = await self._transaction(context, entries, manner, hook)
        else:
            answers = await self._batch(context, entries, manner)
            if hook is not None:
                await self._store.run(context, hook)
        return BundleResult(response_bundle(bundle["type"], answers, manner.base), tuple(answers))

    # --- transaction ------------------------------------------------------------------------
    async def _transaction(
        self, context: Context, entries: Sequence[Entry], manner: Manner, hook: Hook | None
    ) -> list[Answer]:
        problems = Problems()
        read = (interaction_of(e, i, self._tools.registry, problems) for i, e in enumerate(entries))
        steps = [step for step in read if step is not None]
        _require_all(steps, manner)
        refuse_elsewhere(steps, problems)
        writes = [step for step in steps if step.verb in WRITES]
        plan = await prepare(writes, self._tools.validator, self._tools.registry, problems)
        await examine(self._tools.gates, context, writes)

        async def attempt(tx: Transaction) -> list[Answer]:
            answers = await self._attempt(tx, plan, steps, manner)
            if hook is not None:
                await hook(tx)
            return answers

        return await self._store.run(context, attempt)

    async def _attempt(
        self, tx: Transaction, plan: Plan, steps: Sequence[Interaction], manner: Manner
    ) -> list[Answer]:
        """Writes first, then reads, which see them."""
        done = await Execution(tx, plan, self._tools, manner.permitted).run()
        written = iter(done)
        answers: list[Answer | None] = [
            written_answer(next(written), manner) if step.verb in WRITES else None for step in steps
        ]
        room = Room()
        for index, step in enumerate(steps):
            if step.verb not in WRITES:
                answers[index] = await self._read(tx, step, manner, room)
        return [answer for answer in answers if answer is not None]

    async def _read(self, tx: Transaction, step: Interaction, manner: Manner, room: Room) -> Answer:
        try:
            return room.take(await self._reading.within(tx, step, manner))
        except Refused as refused:
            raise at(step.place, refused) from None

    # --- batch ------------------------------------------------------------------------------
    async def _batch(
        self, context: Context, entries: Sequence[Entry], manner: Manner
    ) -> list[Answer]:
        one = _Batch(context, manner, Room())
        return [await self._entry(one, entry, index) for index, entry in enumerate(entries)]

    async def _entry(self, batch: "_Batch", entry: Entry, index: int) -> Answer:
        context, manner = batch.context, batch.manner
        try:
            problems = Problems()
            step = interaction_of(entry, index, self._tools.registry, problems)
            if step is None:
                problems.refuse()
            _require_all([step], manner)
            if step.verb not in WRITES:
                return batch.room.take(await self._reading.alone(context, step, manner))
            return written_answer(await self.alone(context, step, manner.permitted), manner)
        except Refused as refused:
            return refused_answer(at(f"Bundle.entry[{index}]", refused), manner)
        except Exception as fault:
            return fault_answer(fault, context.request, manner)

    async def alone(self, context: Context, step: Interaction, permitted: Permitted) -> Written:
        """One write in a transaction of its own. Raises `Refused`."""
        gated = step.type in self._tools.gates and step.verb != "delete"
        if not gated and (resource := sound_step(step, self._tools.validator)) is not None:
            await examine(self._tools.gates, context, [step])
            return await self._plainly(context, step, resource)
        plan = await prepare([step], self._tools.validator, self._tools.registry)
        await examine(self._tools.gates, context, [step])
        if not gated and not step.query and step.verb != "patch" and not plan.links.conditional:
            return await self._plainly(context, step, plan.resources[0])

        async def attempt(tx: Transaction) -> list[Written]:
            return await Execution(tx, plan, self._tools, permitted).run()

        return (await self._store.run(context, attempt))[0]

    async def _plainly(
        self, context: Context, step: Interaction, resource: Resource | None
    ) -> Written:
        """What depends on nothing but the version there is shares its commit with others."""
        if resource is None:
            stored = await self._store.delete(context, step.type, step.id, if_match=step.if_match)
            return Written(step, stored)
        if step.verb == "create":
            stored = await self._store.create(context, resource, fresh=resource["id"])
        else:
            stored = await self._store.update(context, resource, if_match=step.if_match)
        return Written(step, stored, stored.created)


class _Batch(msgspec.Struct, frozen=True):
    """What the entries of one batch have in common."""

    context: Context
    manner: Manner
    room: Room


def _require_all(steps: Sequence[Interaction], manner: Manner) -> None:
    problems = Problems()
    for step in steps:
        require_interaction(step, manner.permitted, problems)
    problems.refuse_if_any()
