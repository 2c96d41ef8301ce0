"""Keeping the house in order: is the store whole, and what rebuilds it."""

from hygie.ops.doctor import Doctor, Report
from hygie.ops.findings import Finding

__all__ = ["Doctor", "Finding", "Report"]
