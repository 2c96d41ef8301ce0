"""What comes in: a durable inbox, then filed or quarantined with reason and place; replay."""

from hygie.intake.acknowledgement import acknowledgement
from hygie.intake.dispatch import Dispatch, Progress
from hygie.intake.gateway import Gateway
from hygie.intake.values import Counts, Entry, FlowCount, Kind, Receipt, RefusedFile, State, Summary

__all__ = [
    "Counts", "Dispatch", "Entry", "FlowCount", "Gateway", "Kind", "Progress", "Receipt",
    "RefusedFile", "State", "Summary", "acknowledgement",
]  # fmt: skip
