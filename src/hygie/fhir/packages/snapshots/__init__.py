"""Snapshots worked out from differentials (R4 profiling.html, elementdefinition.html)."""

from hygie.fhir.packages.snapshots.snapshots import regenerated, with_snapshot

__all__ = ["regenerated", "with_snapshot"]
