"""What the rules of one validation may cost together.

Each run of an expression is bounded; a package may bring thousands of rules, for thousands of
elements.
"""

from hygie.fhir.path.library.phrases import TOO_MANY_ITEMS
from hygie.fhir.path.phrases import wrong
from hygie.limits import MAX_VALIDATION_ITEMS


class Budget:
    """Counts items gone through; a rule that finds nothing left is not evaluated, and that is
    said."""

    __slots__ = ("_left",)

    def __init__(self, items: int = MAX_VALIDATION_ITEMS) -> None:
        self._left = items

    def spend(self, count: int) -> None:
        """Raises Refused beyond what there is."""
        self._left -= count
        if self._left < 0:
            raise wrong("too-many-items", TOO_MANY_ITEMS, -1, limit=str(MAX_VALIDATION_ITEMS))
