"""One include or exclude of a value set, with its system, its filters and its imports found."""

from collections.abc import Sequence
from functools import cached_property

from hygie.fhir.packages.versions import age
from hygie.fhir.terminology.by_rule import by_rule
from hygie.fhir.terminology.code_system import CodeSystem, Concept, same_code
from hygie.fhir.terminology.conditions import Conditions
from hygie.fhir.terminology.system import System
from hygie.fhir.terminology.value_set import Part, ValueSet


class Included:
    """What a code must be to be in it (R4 §4.9.5): of the system, listed or passing the filters."""

    def __init__(
        self,
        part: Part,
        system: CodeSystem | None,
        imports: Sequence[ValueSet],
        canonical: str,
        place: str,
    ) -> None:
        """`canonical` of the set, and `place` of the part in it, for what is refused."""
        self.part = part
        self.system = system
        self.imports = imports
        self._canonical = canonical
        self._place = place

    @property
    def url(self) -> str:
        return self.part.system

    @property
    def version(self) -> str:
        """As the set states it."""
        return self.part.version

    @property
    def age(self) -> tuple[object, str]:
        return age(self.version), self.version

    @property
    def lists(self) -> bool:
        return self.part.codes is not None

    @property
    def is_all(self) -> bool:
        """Whether it takes every code of its system."""
        return not self.lists and not self.part.filters

    @cached_property
    def conditions(self) -> Conditions:
        """Of its filters; of none where it is of no system."""
        if self.system is None:
            return Conditions(System({}), (), self._canonical, self._place)
        return Conditions(self.system, self.part.filters, self._canonical, self._place)

    def concept(self, code: str) -> Concept | None:
        """A code's concept, when the system has it; of a system whose codes are not here, what a
        code may be by its rule."""
        if self.system is None:
            return None
        return self.system.find(code) or by_rule(self.system, code)

    def takes(self, code: str) -> bool:
        """Whether a code of its system is in it, whatever it imports."""
        listed = self.part.codes
        if listed is not None and code not in listed and not self._is_listed_otherwise(code):
            return False
        if listed is None and self.part.filters:
            return self.conditions.has(code)
        return self.concept(code) is not None

    def _is_listed_otherwise(self, code: str) -> bool:
        """Whether a system that makes no difference of case has it listed in another one."""
        system = self.system
        return system is not None and any(same_code(system, code, each) for each in self._unlike)

    @cached_property
    def _unlike(self) -> tuple[str, ...]:
        """Codes listed that may be written in another way than the system does."""
        is_exact = self.system is None or self.system.case_sensitive
        return () if is_exact else tuple(self.part.codes or ())
