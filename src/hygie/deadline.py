"""Work that must end: what comes from outside is given so many seconds, and then stopped."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from hygie.refusal import Category, Phrase, refuse

TOO_SLOW = Phrase(
    "L’évaluation a été arrêtée au bout de {seconds} secondes. Simplifiez l’expression, ou "
    "donnez-lui une ressource plus petite.",
    "The evaluation was stopped after {seconds} seconds. Simplify the expression, or give it a "
    "smaller resource.",
)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raises `Refused` out of the block when it takes longer, wherever it has got to.

    By a timer of the process (SIGALRM): for the main thread only, and not one in another. A single
    call that never comes back to Python is stopped when it does.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise refuse(
            Category.UNPROCESSABLE, "deadline", TOO_SLOW, code="too-costly", seconds=f"{seconds:g}"
        )

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
