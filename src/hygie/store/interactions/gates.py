"""What some types ask besides of whoever writes them, wherever the write comes from."""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from hygie.refusal import Refused
from hygie.scanning import embedded
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
"""By resource type; one of `EVERY` type, by that name."""
EVERY: Final = "*"


async def examine(gates: Gates, context: Context, steps: Sequence[Interaction]) -> None:
    """Raises `Refused`, with the place, for what may not be written; patches come later."""
    for step in steps:
        if step.resource is None:
            continue
        try:
            await examine_one(gates, context, step.type, step.resource)
        except Refused as refused:
            raise at(step.place, refused) from None


async def examine_one(gates: Gates, context: Context, type_: str, resource: Resource) -> None:
    """Raises `Refused`."""
    for name in (EVERY, type_):
        if (gate := gates.get(name)) is not None:
            await gate.examine(context, resource)


def passes_freely(gates: Gates, resource: Resource) -> bool:
    """Whether no gate asks anything of it: it may be written among many others."""
    if resource.get("resourceType") in gates:
        return False
    return EVERY not in gates or next(embedded(resource), None) is None
