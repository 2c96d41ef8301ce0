"""The demonstration clinic: a seeded generator of the messages of a French clinic. No real person.

`generate(seed, patients, today)` gives HL7 v2 and FHIR messages in the order of time; they enter
through the same gateway as anyone's.
"""

from hygie.demo.clinic import DEFAULT_PATIENTS, DEFAULT_SEED, generate, timeline
from hygie.demo.event import DemoMessage

__all__ = ["DEFAULT_PATIENTS", "DEFAULT_SEED", "DemoMessage", "generate", "timeline"]
