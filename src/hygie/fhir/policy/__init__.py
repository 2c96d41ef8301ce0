"""What the establishment does with what validation finds: by source, type and profile."""

from hygie.fhir.policy.data import Clause, Effect, Policy, Requirement, Silence
from hygie.fhir.policy.judging import Verdict, judge, required

__all__ = [
    "Clause", "Effect", "Policy", "Requirement", "Silence", "Verdict", "judge", "required",
]  # fmt: skip
