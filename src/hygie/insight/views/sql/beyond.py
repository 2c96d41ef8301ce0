"""What SQL here cannot say exactly; the Python engine is then asked instead."""

from typing import Final

MARK: Final = "hygie: "
"""Begins the message by which a statement says that it met data it cannot answer for."""


class Beyond(Exception):  # noqa: N818 - no error: a view that another engine runs
    """A view, or some data, that is left to the Python engine. `reason` holds no health data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def give_up(reason: str) -> str:
    """SQL of any type that ends the statement when it is evaluated, and only then."""
    return f"error('{MARK}{reason}')"
