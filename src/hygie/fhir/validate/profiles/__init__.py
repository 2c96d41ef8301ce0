"""Profiles: what they add to the base definitions, compiled from their snapshots."""

from hygie.fhir.validate.profiles.profiles import Profiles

__all__ = ["Profiles"]
