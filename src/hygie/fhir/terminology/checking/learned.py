"""What is known of a code once it was found, and what the request says of such codes."""

from dataclasses import dataclass, field

from hygie.fhir.terminology.checking.displays import names_in
from hygie.fhir.terminology.code_system import CodeSystem, Concept, is_inactive
from hygie.fhir.terminology.displaying import Name
from hygie.fhir.terminology.notes import standards_status
from hygie.fhir.terminology.reading import Json


@dataclass
class Learned:
    """What is known of a code once it was found, in its system or in a set."""

    system: CodeSystem | None = None
    concept: Concept | None = None
    names: list[Name] = field(default_factory=list)

    @property
    def version(self) -> str:
        return self.system.version if self.system else ""

    @property
    def is_inactive(self) -> bool:
        return bool(self.system and self.concept and is_inactive(self.system, self.concept))

    @property
    def status(self) -> str:
        """As its system says: `retired`, `deprecated`…; "" when it does not."""
        return status_of(self.concept) if self.concept else ""

    def take(self, system: CodeSystem, concept: Concept | None, listed: Json | None = None) -> None:
        self.system, self.concept = system, concept
        self.names = names_in(system, concept, listed) if concept else []


@dataclass(frozen=True)
class Rules:
    """What the request says of codes that are not for every use."""

    allows_abstract: bool
    active_only: bool
    membership_only: bool
    """Nothing is said of a code but whether the set has it."""


def status_of(concept: Concept) -> str:
    """By its property `status`, or its standards status; `inactive` where only that is said."""
    said = next((v for v in concept.values("status") if isinstance(v, str)), "")
    return said or standards_status(concept.json)
