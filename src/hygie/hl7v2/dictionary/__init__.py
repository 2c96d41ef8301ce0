"""What segments, fields, components and codes of HL7 v2 are called, in French. Pure.

Sources: HL7 v2.5 (chapters 2 to 12), PRT of v2.7, and the Z segments of IHE PAM's national
extension for France (2.11). The names are ours; types and tables are those of the standard.
"""

from hygie.hl7v2.dictionary.lookup import (
    describe,
    describe_component,
    describe_segment,
    say_code,
    say_type,
    segments,
)
from hygie.hl7v2.dictionary.words import Component, Field, Segment

__all__ = [
    "Component", "Field", "Segment", "describe", "describe_component", "describe_segment",
    "say_code", "say_type", "segments",
]  # fmt: skip
