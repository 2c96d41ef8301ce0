"""The graph that is answered, as it is put together: lists where lists are due."""

from typing import Any

from hygie.api.operations.graphql import phrases
from hygie.api.operations.graphql.phrases import wrong

SHOWN = 64


class Slot:
    """The values under one name."""

    def __init__(self, kind: str, *, many: bool) -> None:
        self.kind = kind
        self.many = many
        self.values: list[Any] = []


class Output:
    """One object of the answer."""

    def __init__(self) -> None:
        self._slots: dict[str, Slot] = {}

    def slot(self, name: str, kind: str, *, many: bool) -> Slot:
        """What holds the values called so. Raises `Refused` where they are of two types."""
        slot = self._slots.get(name)
        if slot is None:
            slot = self._slots[name] = Slot(kind, many=many)
        if slot.kind != kind:
            raise wrong(phrases.SEVERAL, name=name[:SHOWN])
        return slot

    def rendered(self) -> dict[str, Any]:
        """Raises `Refused` where several values stand in the place of one."""
        return {name: _rendered(name, slot) for name, slot in self._slots.items()}


def _rendered(name: str, slot: Slot) -> Any:
    values = [one.rendered() if isinstance(one, Output) else one for one in slot.values]
    if slot.many:
        return values
    if len(values) > 1:
        raise wrong(phrases.SEVERAL, name=name[:SHOWN])
    return values[0] if values else None
