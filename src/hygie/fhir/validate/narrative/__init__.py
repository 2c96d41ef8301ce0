"""XHTML narratives: what is accepted, and what their links lead to."""

from hygie.fhir.validate.narrative.acceptance import Reason, is_narrative, refusal_reason

__all__ = ["Reason", "is_narrative", "refusal_reason"]
