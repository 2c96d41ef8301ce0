"""One source of definitions for terminology, and one that has none."""
# ruff: noqa: ARG002 - who has none need not look at what is asked

from collections.abc import Iterable, Sequence

from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.concept_map import ConceptMap
from hygie.fhir.terminology.value_set import ValueSet


class Layer:
    """One source of definitions; this one has none. Others answer for what they have.

    A version is exact here, "" being that of a definition without one: which version is meant
    is for the `Catalogue` to say. What is given is never changed, and the same object each time
    while the definition is the same.
    """

    def edition(self) -> int:
        """Another number once what is here has changed."""
        return 0

    def urls(self, kind: str) -> Iterable[str]:
        """Canonicals of the CodeSystems, ValueSets or ConceptMaps; nothing is read."""
        return ()

    def versions(self, kind: str, url: str) -> Sequence[str]:
        """Of a CodeSystem, ValueSet or ConceptMap, in any order."""
        return ()

    def system(self, url: str, version: str) -> CodeSystem | None:
        return None

    def supplements(self, url: str) -> Iterable[CodeSystem]:
        """Those known to add to a system, in any version of it."""
        return ()

    def value_set(self, url: str, version: str) -> ValueSet | None:
        return None

    def system_of(self, value_set: str) -> str:
        """URL of the system that says that a value set is all of it (`CodeSystem.valueSet`)."""
        return ""

    def concept_maps(self) -> Sequence[ConceptMap]:
        """All, in any order."""
        return ()
