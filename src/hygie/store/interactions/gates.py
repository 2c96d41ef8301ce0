"""What some types ask besides of whoever writes them, wherever the write comes from."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from hygie.refusal import Refused
from hygie.store.contract import Resource
from hygie.store.interactions.interaction import Interaction
from hygie.store.interactions.problems import at
from hygie.store.transaction import Transaction
from hygie.trace import Context


class Gate(Protocol):
    """Of one resource type. Safe for concurrent use by tasks."""

    async def examine(self, context: Context, resource: Resource) -> None:
        """Raises `Refused` when this may not be written: before a transaction begins, and within
        it for what only comes about there (a patch)."""
        ...

    async def keep(self, tx: Transaction, resource: Resource) -> None:
        """Within the transaction that writes it, which has its id: rows of another room that go
        with it. Raises `Refused`; may run again, when the transaction is tried again."""
        ...


Gates = Mapping[str, Gate]
"""By resource type."""


async def examine(gates: Gates, context: Context, steps: Sequence[Interaction]) -> None:
    """Raises `Refused`, with the place, for what may not be written; patches come later."""
    for step in steps:
        gate = gates.get(step.type)
        if gate is None or step.resource is None:
            continue
        try:
            await gate.examine(context, step.resource)
        except Refused as refused:
            raise at(step.place, refused) from None
