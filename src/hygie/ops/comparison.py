"""Is a row's index what its body says? Order, which nothing relies on, does not count."""

from typing import Any, Final

from hygie.ops.sound import Sound
from hygie.store.database import Record
from hygie.store.index.blinding import EMPTY, Index
from hygie.store.vault import Vault

SPAN: Final = 3
"""Numbers of one span."""


def refiled(vault: Vault, one: Sound) -> tuple[int, Index]:
    """The patient and the index that writing this body today would give its row."""
    row = one.record
    if row["deleted"]:
        return row["patient"], EMPTY
    return vault.file(one.resource)


def differences(row: Record, said: Index) -> list[str]:
    """The columns that disagree, in the order of `Index`."""
    kept = Index(*(row[name] for name in Index._fields))
    alike = _comparable(kept), _comparable(said)
    return [name for name in Index._fields if alike[0][name] != alike[1][name]]


def _comparable(index: Index) -> dict[str, Any]:
    tokens = index.tokens or []
    return index._asdict() | {
        "tokens": (sorted(tokens[: index.links]), sorted(tokens[index.links :])),
        "spans": _triples(index.spans),
    }


def _triples(flat: list[int] | None) -> list[tuple[int, ...]]:
    spans = flat or []
    return sorted(tuple(spans[n : n + SPAN]) for n in range(0, len(spans), SPAN))
