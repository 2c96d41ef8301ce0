"""What takes judgement, or several segments: functions that tables name, the same for all."""

from collections.abc import Mapping
from typing import Final

from hygie.intake.mapping.engine.conversion import Function

FUNCTIONS: Final[Mapping[str, tuple[Function, str, str]]] = {}
"""Name -> function, the type that it gives, a line for docs/mapping.md."""
