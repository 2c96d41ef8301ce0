"""The demonstration clinic: a seeded generator of the messages of a French clinic. No real person.

`generate(seed, patients, today)` gives HL7 v2 and FHIR messages in the order of time; `load` sends
them through the same gateway as anyone's, and opens the demonstration's accounts.
"""

from hygie.demo.accounts import Credential, renew_passwords
from hygie.demo.clinic import DEFAULT_PATIENTS, DEFAULT_SEED, generate, timeline
from hygie.demo.event import DemoMessage
from hygie.demo.load import LoadReport, load

__all__ = [
    "DEFAULT_PATIENTS", "DEFAULT_SEED", "Credential", "DemoMessage", "LoadReport", "generate",
    "load", "renew_passwords", "timeline",
]  # fmt: skip
