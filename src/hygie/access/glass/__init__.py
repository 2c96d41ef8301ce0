"""Bris de glace: a record opened outside of one's care, with a motive, and reviewed."""

from hygie.access.glass.glass import BreakGlass
from hygie.access.glass.model import REASONS, Breaking, Review, Verdict

__all__ = ["REASONS", "BreakGlass", "Breaking", "Review", "Verdict"]
