"""What comes in: a durable inbox, then filed or quarantined with reason and place; replay."""

from hygie.intake.acknowledgement import acknowledgement
from hygie.intake.gateway import Gateway, Progress
from hygie.intake.values import Counts, Entry, FlowCount, Kind, Receipt, RefusedFile, State, Summary

__all__ = [
    "Counts", "Entry", "FlowCount", "Gateway", "Kind", "Progress", "Receipt", "RefusedFile",
    "State", "Summary", "acknowledgement",
]  # fmt: skip
