"""A plan carried out within one database transaction (R4 §3.1.0.11.2).

Order: deletes; criteria of creates, then of updates and patches; conditional references; writes.
Criteria see the deletes and, through `Pending`, what comes before them in the plan, so that the
result is that of performing the interactions one after the other in that order.
"""

from collections.abc import Coroutine, Iterator
from typing import Any, Final
from zlib import crc32

from hygie.refusal import Category, Refused, refuse
from hygie.store.contract import Resource, StoredResource
from hygie.store.interactions import messages
from hygie.store.interactions.gates import examine_one
from hygie.store.interactions.interaction import Interaction, Permitted, Verb, Written
from hygie.store.interactions.links import settle
from hygie.store.interactions.manner import anything
from hygie.store.interactions.patching import Patcher
from hygie.store.interactions.pending import Found, Pending
from hygie.store.interactions.permissions import require
from hygie.store.interactions.plan import Plan, require_distinct, with_id
from hygie.store.interactions.problems import Problems, at
from hygie.store.interactions.rewriting import look
from hygie.store.interactions.tools import Tools
from hygie.store.transaction import Transaction

GUARDS: Final = 256


class Execution:
    """One attempt to carry out a plan; another attempt is another `Execution`."""

    def __init__(
        self, tx: Transaction, plan: Plan, tools: Tools, permitted: Permitted = anything
    ) -> None:
        self._tx = tx
        self._steps = plan.interactions
        self._placeholders = plan.targets
        self._targets = list(plan.targets)
        self._resources = list(plan.resources)
        self._links = plan.links.copy()
        self._tools = tools
        self._permitted = permitted
        self._pending = Pending(tools.extractor)
        self._versions = [step.if_match for step in plan.interactions]
        self._reused: dict[int, Found] = {}
        self._written: dict[int, Written] = {}

    async def run(self) -> list[Written]:
        """What each interaction came to, in the order of the plan. Raises `Refused`."""
        await self._guard()
        for index in self._of("delete"):
            await self._placed(index, self._delete(index))
        for index in self._of("create"):
            await self._placed(index, self._resolve_create(index))
        for index in self._of("update", "patch"):
            await self._placed(index, self._resolve_change(index))
        self._require_distinct()
        await self._settle_references()
        await self._write()
        return [self._result(index) for index in range(len(self._steps))]

    def _of(self, *verbs: Verb) -> Iterator[int]:
        return (i for i, step in enumerate(self._steps) if step.verb in verbs)

    async def _placed(self, index: int, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Refused as refused:
            raise at(self._steps[index].place, refused) from None

    async def _guard(self) -> None:
        """Two who ask with the same criteria at the same time wait for each other.

        Criteria share `GUARDS` locks: the server's table of locks is finite.
        """
        criteria = (f"{step.type}?{step.query}" for step in self._steps if step.query)
        guards = {str(crc32(text.encode()) % GUARDS) for text in criteria}
        if guards:
            await self._tx.guard("criteria", *guards)

    # --- deletes --------------------------------------------------------------------------
    async def _delete(self, index: int) -> None:
        step = self._steps[index]
        if step.query:
            found = await self._tools.conditions.one(self._tx, step.type, step.query)
            if found is None:
                self._written[index] = Written(step, None)
                return
            self._targets[index] = found.target
        id_ = _id(self._targets[index])
        stored = await self._tx.delete(step.type, id_, if_match=step.if_match)
        self._written[index] = Written(step, stored)

    # --- criteria -------------------------------------------------------------------------
    async def _resolve_create(self, index: int) -> None:
        step = self._steps[index]
        found = await self._find(step)
        if found is None:
            self._await(index)
        else:
            self._reused[index] = found
            self._targets[index] = found.target

    async def _resolve_change(self, index: int) -> None:
        step = self._steps[index]
        found = await self._find(step)
        if found is not None:
            self._targets[index] = found.target
        if step.verb == "patch":
            await self._patch(index, found)
        elif step.query:
            await self._identify(index, found)
        self._await(index)

    async def _find(self, step: Interaction) -> Found | None:
        if not step.query:
            return None
        return await self._tools.conditions.one(self._tx, step.type, step.query, self._pending)

    def _await(self, index: int) -> None:
        resource = self._resources[index]
        if resource is not None:
            fresh = self._steps[index].verb == "create"
            self._pending.add(self._targets[index], resource, fresh=fresh)

    async def _patch(self, index: int, found: Found | None) -> None:
        step = self._steps[index]
        if step.query and found is None:
            raise refuse(
                Category.NOT_FOUND,
                "condition.none",
                messages.NONE_MATCHES,
                code="not-found",
                type=step.type,
            )
        patcher = Patcher(self._tools.validator, self._links)
        current, patched = await patcher.patch(self._tx, step, _id(self._targets[index]))
        await examine_one(self._tools.gates, self._tx.context, step.type, patched)
        self._resources[index] = patched
        # Without If-Match as well: what is written is the patch of the version that was read.
        if step.if_match is None:
            self._versions[index] = current.version

    async def _identify(self, index: int, found: Found | None) -> None:
        """Which id a conditional update writes (R4 §3.1.0.4.3)."""
        step, given = self._steps[index], (self._steps[index].resource or {}).get("id")
        if given is not None and found is not None and found.target != f"{step.type}/{given}":
            raise refuse(Category.INVALID, "id.matched-other", messages.ID_MATCHED_OTHER)
        if given is not None and found is None:
            if await self._exists(step.type, given):
                raise refuse(Category.CONFLICT, "id.taken", messages.ID_TAKEN, code="conflict")
            self._targets[index] = f"{step.type}/{given}"
        self._resources[index] = with_id(self._resource(index), self._targets[index])

    async def _exists(self, type_: str, id_: str) -> bool:
        current = await self._tx.read(type_, id_)
        return current is not None and not current.deleted

    def _require_distinct(self) -> None:
        problems = Problems()
        pairs = zip(self._steps, self._targets, strict=True)
        require_distinct((p for i, p in enumerate(pairs) if i not in self._reused), problems)
        problems.refuse_if_any()

    # --- references -----------------------------------------------------------------------
    async def _settle_references(self) -> None:
        """Replaces placeholders by what criteria found."""
        pairs = zip(self._placeholders, self._targets, strict=True)
        actual = {old: new for old, new in pairs if old != new}
        for reference, placeholder in self._links.conditional.items():
            actual[placeholder] = await self._referred(reference, placeholder)
        if actual:
            self._resources = [r and settle(r, actual) for r in self._resources]

    async def _referred(self, reference: str, placeholder: str) -> str:
        type_, _, criteria = reference.partition("?")
        try:
            require(self._permitted, type_, "search")
            found = await self._tools.conditions.find(self._tx, type_, criteria, self._pending)
        except Refused as refused:
            raise at(self._place_of(placeholder), refused) from None
        if len(found) == 1:
            return found[0].target
        several = bool(found)
        raise refuse(
            Category.PRECONDITION,
            "reference.several" if several else "reference.none",
            messages.REFERENCE_SEVERAL if several else messages.REFERENCE_NONE,
            code="multiple-matches" if several else "not-found",
            location=self._place_of(placeholder),
            type=type_,
        )

    def _place_of(self, placeholder: str) -> str:
        for step, resource in zip(self._steps, self._resources, strict=True):
            if resource is not None and placeholder in look(resource, ()).references:
                return f"{step.place}.resource" if step.place else step.type
        return ""

    # --- writes ---------------------------------------------------------------------------
    async def _write(self) -> None:
        """In bulk, but for what must be compared with a version."""
        await self._pass_gates()
        indexes = [
            i for i in self._of("create", "update", "patch")
            if i not in self._reused and self._versions[i] is None
        ]  # fmt: skip
        for index in self._of("update", "patch"):
            if self._versions[index] is not None:
                await self._placed(index, self._write_matched(index))
        if indexes:
            fresh = {self._resource(i)["id"] for i in indexes if self._steps[i].verb == "create"}
            resources = [self._resource(i) for i in indexes]
            stored = await self._tx.write_many(resources, fresh=fresh)
            for index, one in zip(indexes, stored, strict=True):
                self._keep(index, one)

    async def _pass_gates(self) -> None:
        for index in self._of("create", "update", "patch"):
            gate = self._tools.gates.get(self._steps[index].type)
            if gate is not None and index not in self._reused:
                await self._placed(index, gate.keep(self._tx, self._resource(index)))

    async def _write_matched(self, index: int) -> None:
        resource = self._resource(index)
        self._keep(index, await self._tx.update(resource, if_match=self._versions[index]))

    def _resource(self, index: int) -> Resource:
        resource = self._resources[index]
        if resource is None:
            raise AssertionError("only deletes have no resource here")
        return resource

    def _keep(self, index: int, stored: StoredResource) -> None:
        self._written[index] = Written(self._steps[index], stored, stored.created)

    def _result(self, index: int) -> Written:
        if index in self._written:
            return self._written[index]
        found = self._reused[index]
        stored = found.stored or self._stored_here(found.target)
        return Written(self._steps[index], stored)

    def _stored_here(self, target: str) -> StoredResource | None:
        """The version that this plan wrote under `target`."""
        for index, written in self._written.items():
            if self._targets[index] == target:
                return written.stored
        return None


def _id(target: str) -> str:
    return target.partition("/")[2]
