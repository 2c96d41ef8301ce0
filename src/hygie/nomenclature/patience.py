"""How long somebody waits for one answer of terminology."""

from time import monotonic

from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.refusals import refuse_as


class Patience:
    """Called at each step of the work (`hygie.fhir.terminology.patience`). Safe between threads."""

    __slots__ = ("_seconds", "_until")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = monotonic() + seconds

    def __call__(self) -> None:
        """Refused too-costly when it is at its end."""
        if monotonic() > self._until:
            seconds = f"{self._seconds:g}"
            raise refuse_as("", phrases.TOO_LONG_ASKED, code="too-costly", seconds=seconds)

    def end(self) -> None:
        """Nobody waits any more."""
        self._until = 0.0
