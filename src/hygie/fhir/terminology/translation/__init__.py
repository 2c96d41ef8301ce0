"""What a code of one system becomes in another ($translate), by the concept maps that are known."""

from hygie.fhir.terminology.translation.operation import translate

__all__ = ["translate"]
