"""What resources are held to before they are written."""

from typing import Any, Protocol

from hygie.refusal import Issue


class Checking(Protocol):
    """Finds what is wrong; errors refuse the write, lesser issues do not. Never raises for bad
    data, and lets through nothing that R4 forbids."""

    def validate(self, resource: Any, /) -> list[Issue]: ...
