"""Adaptations: what a source says otherwise than the standard, changed before it is mapped."""

from hygie.intake.adapting.adaptation import NOTHING, Adaptation, Adapted
from hygie.intake.adapting.folder import Adaptations, Of, nothing

__all__ = ["NOTHING", "Adaptation", "Adaptations", "Adapted", "Of", "nothing"]
