"""What an establishment holds resources to: R4, its packages, Hygie's rules, its policy."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from hygie.fhir.packages import base_library
from hygie.fhir.policy.standards import Standards, base_telling, base_writing
from hygie.insight.quality.policies import PolicyFile


def standards_of(data: Path, today: Callable[[], date]) -> Standards:
    """Those of a data directory. Raises `Refused` when its policy cannot be understood: the server
    does not start on a doubtful one."""
    policies = PolicyFile(data)
    policies.load()
    return Standards(base_writing(), base_telling(), base_library(), policies.current, today)
