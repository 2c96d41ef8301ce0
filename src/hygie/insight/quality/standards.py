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
from hygie.nomenclature.layer import Books


def standards_of(data: Path, today: Callable[[], date]) -> Standards:
    """Those of a data directory: its packages, as they are now, and its policy, as it will be.

    Where there are neither packages nor nomenclatures, codes are not looked up when something is
    written: the first of them counts from the next start on, later nomenclatures at once. Raises
    `Refused` when one of these cannot be understood: the server does not start on a doubtful one.
    """
    policies = PolicyFile(data)
    policies.load()
    library = load_library(data)
    books = Books(data)
    if library is base_library() and not tuple(books.urls("CodeSystem")):
        return Standards(base_writing(), base_telling(), library, policies.current, today)
    writing, telling = writing_validator(library, books), telling_validator(library, books)
    return Standards(writing, telling, library, policies.current, today)
