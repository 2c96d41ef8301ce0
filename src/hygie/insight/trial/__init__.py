"""An expression tried on one resource: what it finds, where, and how it is read."""

from hygie.insight.trial.values import Asked, Branch, Found, Problem, Traced, Trial

__all__ = ["Asked", "Branch", "Found", "Problem", "Traced", "Trial"]
