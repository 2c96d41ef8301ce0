"""Bris de glace: a record opened outside of one's care, with a motive, and reviewed."""

from hygie.access.glass.glass import BreakGlass
from hygie.access.glass.model import REASONS, Breaking, Reason, Review, Verdict
from hygie.access.glass.opposition import opposed

__all__ = ["REASONS", "BreakGlass", "Breaking", "Reason", "Review", "Verdict", "opposed"]
