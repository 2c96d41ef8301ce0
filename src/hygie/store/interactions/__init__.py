"""The one door for change: validate, resolve, write; bundles, conditions, patch."""

from hygie.store.interactions.interaction import (
    WRITES,
    Interaction,
    Permitted,
    Verb,
    Written,
    creating,
    updating,
)
from hygie.store.interactions.loading import Sound
from hygie.store.interactions.manner import Manner
from hygie.store.interactions.processing import BundleResult, Hook
from hygie.store.interactions.repository import Repository

__all__ = [
    "WRITES", "BundleResult", "Hook", "Interaction", "Manner", "Permitted", "Repository", "Sound",
    "Verb", "Written", "creating", "updating",
]  # fmt: skip
