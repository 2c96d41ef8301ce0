"""Keeping the house in order: is the store whole, and what rebuilds it."""

from hygie.ops.doctor import Doctor, Report
from hygie.ops.findings import Finding
from hygie.ops.reindex import Reindexed, reindex_store

__all__ = ["Doctor", "Finding", "Reindexed", "Report", "reindex_store"]
