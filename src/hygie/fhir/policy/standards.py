"""Validation under a policy: what a resource of one source is held to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from hygie.fhir.definitions import r4
from hygie.fhir.packages import Library, base_library
from hygie.fhir.policy.data import Policy
from hygie.fhir.policy.judging import judge, required
from hygie.fhir.terminology import Terms
from hygie.fhir.terminology.layer import Layer
from hygie.fhir.validate import Validator, validator_for
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.environment import environment_of
from hygie.fhir.validate.profiles import Profiles
from hygie.fhir.validate.profiles.profiles import declared
from hygie.fhir.validate.rules import french
from hygie.refusal import Issue


class _Declared(Profiles):
    """The profiles that a resource declares, and none that others ask of it."""

    def followed(self, resource: dict[str, Any]) -> list[str]:
        return declared(resource)


def writing_validator(library: Library, layer: Layer | None = None) -> Validator:
    """Finds what may stop a write, and not what would only be remarked.

    R4 with its invariants, the profiles that a resource declares or a policy requires, Hygie's
    rules. Nobody is held to a profile that he did not claim, because his code is that of a vital
    sign, say. Where there are neither packages nor a layer of other systems, codes are looked up
    in no terminology either.
    """
    is_bare = library is base_library() and layer is None
    known = Context(
        library=library, profiles=_Declared(r4(), library), rules=french(),
        terms=None if is_bare else Terms(library, layer),
        best_practice=None, unknown_extensions=None,
    )  # fmt: skip
    return Validator(r4(), replace(known, environment=environment_of(known)))


def telling_validator(library: Library, layer: Layer | None = None) -> Validator:
    """Finds all there is to say; an extension that nobody defines is an error (R4 §2.5.1)."""
    context = Context(rules=french(), unknown_extensions="error")
    return validator_for(library, context, layer)


@cache
def base_writing() -> Validator:
    """Where no package was added. Shared by a process and its forks, compiled ahead."""
    return writing_validator(base_library())


@cache
def base_telling() -> Validator:
    return telling_validator(base_library())


class Standards(NamedTuple):
    """One for a process: policy and day are asked for at each resource, and may change."""

    writing: Validator
    """For what is to be stored: finds what may stop it, and no more."""
    telling: Validator
    """For who asks: finds all there is to say."""
    library: Library
    policy: Callable[[], Policy]
    today: Callable[[], date]

    def under(self, source: str) -> "Standard":
        return Standard(self, source)

    def knows(self, profile: str) -> bool:
        """Whether there is such a profile: a StructureDefinition, in the version named if any."""
        return self.library.find("StructureDefinition", profile) is not None

    def tell(self, resource: Any, source: str, profiles: Sequence[str] = ()) -> list[Issue]:
        """All issues, as severe as the policy makes them, silenced ones left out."""
        return self._judged(self.telling, resource, source, profiles, writing=False)

    def find(self, resource: Any, source: str) -> list[Issue]:
        """What stops it, and some of the rest."""
        return self._judged(self.writing, resource, source, (), writing=True)

    def _judged(
        self,
        validator: Validator,
        resource: Any,
        source: str,
        profiles: Sequence[str],
        *,
        writing: bool,
    ) -> list[Issue]:
        policy, today = self.policy(), self.today()
        if policy.requirements and isinstance(resource, dict):
            kind = str(resource.get("resourceType"))
            profiles = (*profiles, *required(policy, source, kind))
        issues = validator.validate(resource, profiles, today)
        if not issues:
            return issues
        return list(judge(policy, issues, source, today, writing=writing).issues)


class Standard(NamedTuple):
    """The standards for one source."""

    standards: Standards
    source: str

    def validate(self, resource: Any, /) -> list[Issue]:
        return self.standards.find(resource, self.source)
