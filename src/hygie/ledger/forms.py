"""The canonical forms of entries: what is bound to what is sealed, and verified when read. Pure.

    1    the JSON array ["audit", at, …], with the columns of `FORM_1`
    2    the JSON array ["audit", 2, at, …], with those of `FORM_2`

Instants are in UTC, numbers in decimals, absent lists are null; no space is written. A form never
changes: another one is added, and entries keep the one that they were written in.
"""

from datetime import datetime
from typing import Any, Final

import msgspec

FORM: Final = 2
"""Of the entries that are written now."""
FORM_1: Final = (
    "at", "key", "patient", "version", "count", "actor", "kind", "purpose", "request", "action",
    "type", "keys", "versions",
)  # fmt: skip
FORM_2: Final = (
    "at", "key", "patient", "version", "count", "actor", "kind", "purpose", "request", "action",
    "type", "application", "role", "refused", "reason", "keys", "versions",
)  # fmt: skip


def canonical(form: int, at: datetime, rest: tuple[Any, ...]) -> str:
    """The one written form of what an entry says openly: its instant in UTC, and `rest`, the form's
    other columns in order."""
    written = ("audit", at, *rest) if form == 1 else ("audit", form, at, *rest)
    return msgspec.json.encode(written).decode()


def columns(form: int) -> tuple[str, ...]:
    """What a row of this form says openly, in order."""
    return FORM_1 if form == 1 else FORM_2
