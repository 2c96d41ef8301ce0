"""What searches ask of terminology (`hygie.fhir.search.coded.Expander`)."""

from collections.abc import Iterator

from hygie.fhir.search.coded import Code
from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.expansion import subject_of
from hygie.fhir.terminology.members import Members
from hygie.fhir.terminology.notes import Notes
from hygie.fhir.terminology.parts import Parts
from hygie.fhir.terminology.refusals import refuse_as
from hygie.fhir.terminology.resolving import Resolver
from hygie.fhir.terminology.texts import Texts


class CatalogueExpander:
    """By one catalogue. Codes that are not active count: records hold what was active once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def codes_of(self, value_set: str) -> Iterator[Code]:
        asked = Asked(query=(("url", value_set),))
        resolver = Resolver(self._catalogue, asked)
        subject = subject_of(resolver, None, asked)
        members = Members(Parts(resolver, asked, Notes(subject)), asked)
        return ((one.system.url, one.code) for one in members.of(subject, Texts("")))

    def below(self, system: str, code: str) -> Iterator[Code]:
        found = self._system(system, code)
        return ((system, each) for each in found.below(code))

    def above(self, system: str, code: str) -> Iterator[Code]:
        found = self._system(system, code)
        return ((system, each) for each in found.above(code))

    def _system(self, url: str, code: str) -> CodeSystem:
        found = self._catalogue.system(url)
        if found is None or found.find(code) is None:
            raise refuse_as(
                "not-found", phrases.NO_CODE_TO_SEARCH, code="not-found", system=url, value=code
            )
        return found
