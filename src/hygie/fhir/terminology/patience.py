"""How long one question of terminology may take: whoever asks brings definitions of any shape.

Work that grows with what is brought calls `go_on` at each step; where nobody set an end, it costs
some 30 ns and does nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

Require = Callable[[], None]
"""Raises `Refused` once the work is to end. Safe between threads."""
_required: Final[ContextVar[Require | None]] = ContextVar("patience", default=None)


@contextmanager
def under(require: Require) -> Iterator[None]:
    """What is worked on in this context goes on for as long as that lets it."""
    token = _required.set(require)
    try:
        yield
    finally:
        _required.reset(token)


def go_on() -> None:
    """One more step. Refused when it has taken too long."""
    if (require := _required.get()) is not None:
        require()
