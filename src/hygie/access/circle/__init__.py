"""Who cares for whom: derived from what the record says, never kept apart from it."""

from hygie.access.circle.circle import NOBODY, Basis, Circle, Relation

__all__ = ["NOBODY", "Basis", "Circle", "Relation"]
