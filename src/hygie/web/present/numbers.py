"""Numbers that people may have typed into an address."""

from typing import Final

MAX_NUMBER: Final = 2**63 - 1
"""What the store can number."""


def read_number(text: str) -> int:
    """A number from 0 on; 0 for anything else."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if number <= MAX_NUMBER else 0
