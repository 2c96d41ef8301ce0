"""What came back of a request."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

Header = tuple[str, str]
Headers = Mapping[str, str]
"""By name, whatever its case."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and headers: whoever was told something need not say more."""

    status: int
    headers: Headers

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def leads_elsewhere(self) -> bool:
        """A redirect. It is never followed: who answers would choose where the data go."""
        return 300 <= self.status < 400


@dataclass(frozen=True, slots=True)
class Reply(Answer):
    """An answer of which the body counts too: short, and read whole."""

    body: bytes


@dataclass(frozen=True, slots=True)
class Download(Answer):
    """An answer whose body comes in pieces, as it is asked for."""

    pieces: AsyncIterator[bytes]
    """Raises `Refused` when it ends too early, is too long, or too slow."""
