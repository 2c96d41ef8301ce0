"""What comes in: a durable inbox, then filed or quarantined with reason and place; replay."""

from hygie.intake.accepted import Accepted
from hygie.intake.acknowledgement import acknowledgement
from hygie.intake.dispatch import Dispatch, Progress
from hygie.intake.gateway import Gateway
from hygie.intake.values import (
    Counts,
    Entry,
    Filters,
    FlowCount,
    Kind,
    Receipt,
    RefusedFile,
    State,
    Summary,
)

__all__ = [
    "Accepted", "Counts", "Dispatch", "Entry", "Filters", "FlowCount", "Gateway", "Kind",
    "Progress", "Receipt", "RefusedFile", "State", "Summary", "acknowledgement",
]  # fmt: skip
