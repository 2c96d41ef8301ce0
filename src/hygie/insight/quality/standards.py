"""What an establishment holds resources to: R4, its packages, Hygie's rules, its policy."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from hygie.fhir.packages import base_library
from hygie.fhir.policy.standards import (
    Standards,
    base_telling,
    base_writing,
    telling_validator,
    writing_validator,
)
from hygie.insight.quality.installed import load_library
from hygie.insight.quality.policies import PolicyFile


def standards_of(data: Path, today: Callable[[], date]) -> Standards:
    """Those of a data directory: its packages, as they are now, and its policy, as it will be.

    Raises `Refused` when one of them cannot be understood: the server does not start on a doubtful
    one.
    """
    policies = PolicyFile(data)
    policies.load()
    library = load_library(data)
    if library is base_library():
        return Standards(base_writing(), base_telling(), library, policies.current, today)
    writing, telling = writing_validator(library), telling_validator(library)
    return Standards(writing, telling, library, policies.current, today)
