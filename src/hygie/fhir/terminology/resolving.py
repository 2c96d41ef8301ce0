"""What a definition refers to, as one request means it: by its versions and supplements."""

from collections.abc import Iterator
from typing import Final

from hygie.fhir.packages.definition import canonical_parts
from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.grammars import RULES
from hygie.fhir.terminology.implicit import implicit_value_set
from hygie.fhir.terminology.reading import Json, contained, extensions, text, value_of
from hygie.fhir.terminology.refusals import refuse_as
from hygie.fhir.terminology.supplemented import Supplemented, canonical_of
from hygie.fhir.terminology.system import System
from hygie.fhir.terminology.value_set import ValueSet
from hygie.fhir.terminology.versions import fits
from hygie.refusal import Category, Refused

SUPPLEMENT: Final = "http://hl7.org/fhir/StructureDefinition/valueset-supplement"
TYPE_OF_SUPPLEMENT: Final = "http://hl7.org/fhir/StructureDefinition/codesystem-supplement-type"


class Resolver:
    """Of one request. What it gives for one name is the same object each time."""

    def __init__(self, catalogue: Catalogue, asked: Asked) -> None:
        self._catalogue = catalogue
        self._asked = asked
        self._required = list(asked.supplements)
        self._met: set[str] = set()
        self._systems: dict[tuple[str, str, int], CodeSystem | None] = {}
        self._exact: dict[tuple[str, str, int], CodeSystem | None] = {}
        self._value_sets: dict[tuple[str, int], ValueSet | None] = {}
        self.ruled: dict[tuple[str, str], None] = {}
        """Parameters that chose a version: name and canonical."""

    def require(self, value_set: ValueSet) -> None:
        """Takes in the supplements that a value set says it needs."""
        values = map(value_of, extensions(value_set.resource, SUPPLEMENT))
        self._required += (value for value in values if isinstance(value, str))

    def system(self, url: str, version: str = "", holder: Json | None = None) -> CodeSystem | None:
        """The version that is meant, with its supplements; None when it is not known.

        Refused: one that the request's check rules out.
        """
        chosen = self._asked.systems.choose(url, version)
        key = url, chosen.version, id(holder) if holder and holder.get("contained") else 0
        if key not in self._systems:
            self._systems[key] = self._system(url, chosen.version, holder)
        if chosen.ruled:
            self.ruled[chosen.ruled, f"{url}|{chosen.version}"] = None
        return self._systems[key]

    def needed(self, url: str, version: str, holder: Json | None, *, lists: bool) -> CodeSystem:
        """As `system`; refused when it is not known.

        Who only lists codes of it (`lists`) is given one without codes for a system of which
        nothing is known, or that is known by a rule.
        """
        found = self.system(url, version, holder)
        if found is not None and found.content != "not-present":
            return found
        if found is None and self.versions(url):
            raise self._no_system(url, version)
        if lists:
            return found or System({"url": url, "content": "not-present"})
        if url in RULES:
            raise refuse_as("", phrases.NOT_ENUMERABLE, code="not-supported", system=url)
        if found is None:
            raise self._no_system(url, version)
        raise refuse_as(
            "invalid",
            phrases.NO_CONTENT,
            code="business-rule",
            system=url,
            content=found.content,
        )

    def meant(self, canonical: str) -> tuple[str, str]:
        """URL and version of a value set, by the request's rules."""
        url, stated = canonical_parts(canonical)
        return url, self._asked.value_sets.choose(url, stated, "valueset").version

    def value_set(self, canonical: str, holder: Json | None = None) -> ValueSet | None:
        """One that is known, contained in `holder`, or implied by a code system."""
        key = canonical, id(holder) if canonical.startswith("#") else 0
        if key not in self._value_sets:
            self._value_sets[key] = self._value_set(canonical, holder)
        return self._value_sets[key]

    def unmet(self) -> list[str]:
        """Supplements that are required, and add to no system that was used."""
        return [one for one in dict.fromkeys(self._required) if one not in self._met]

    def check_supplements(self) -> None:
        """Refuses when one that is required was not found."""
        if missing := self.unmet():
            raise refuse_as(
                "not-found",
                phrases.NO_SUPPLEMENT,
                code="not-found",
                supplement=",".join(missing),
            )

    def versions(self, url: str) -> tuple[str, ...]:
        return tuple(filter(None, self._catalogue.versions("CodeSystem", url)))

    def _no_system(self, url: str, stated: str) -> Refused:
        version = self._asked.systems.choose(url, stated).version
        known = self.versions(url)
        phrase = phrases.NO_SYSTEM_VERSION if known else phrases.NO_SYSTEM_NOR_VERSION
        return refuse_as(
            "not-found",
            phrase if version else phrases.NO_SYSTEM,
            code="not-found",
            system=url,
            version=version,
            known=one_of(known),
        )

    def _system(self, url: str, version: str, holder: Json | None) -> CodeSystem | None:
        found = self.exact(url, version, holder)
        required = self._asked.systems.broken(url, found.version) if found else ""
        if found is not None and required:
            raise refuse_as(
                "version-error",
                phrases.WRONG_VERSION,
                code="exception",
                category=Category.INVALID,
                system=url,
                version=found.version,
                required=required,
            )
        return found

    def exact(self, url: str, version: str, holder: Json | None = None) -> CodeSystem | None:
        """The version named, or the newest, whatever the request rules; with its supplements."""
        key = url, version, id(holder) if holder and holder.get("contained") else 0
        if key not in self._exact:
            inner = contained(holder, "CodeSystem", url)
            found = System(inner) if inner else self._catalogue.system(url, version)
            supplements = list(self._supplements_of(found)) if found else []
            self._exact[key] = Supplemented(found, supplements) if found and supplements else found
        return self._exact[key]

    def _supplements_of(self, system: CodeSystem) -> Iterator[CodeSystem]:
        """Those that are required, and those that only add languages."""
        given = set()
        for canonical in self._required:
            found = self._catalogue.system(*canonical_parts(canonical))
            if found is not None and _adds_to(found, system):
                self._met.add(canonical)
                if canonical_of(found) not in given:
                    given.add(canonical_of(found))
                    yield found
        for found in self._catalogue.supplements(system.url, system.version):
            if _only_languages(found) and canonical_of(found) not in given:
                yield found

    def _value_set(self, canonical: str, holder: Json | None) -> ValueSet | None:
        if canonical.startswith("#"):
            inner = contained(holder, "ValueSet", canonical)
            return ValueSet(inner, holder=holder) if inner else None
        url, stated = canonical_parts(canonical)
        chosen = self._asked.value_sets.choose(url, stated, "valueset")
        if chosen.ruled:
            self.ruled[chosen.ruled, f"{url}|{chosen.version}"] = None
        found = self._catalogue.value_set(url, chosen.version)
        return found or implicit_value_set(self._catalogue, canonical)


def one_of(known: tuple[str, ...]) -> str:
    """`1.0`; `1.0 or 1.1`; `1.0, 1.1 or 1.2`."""
    return " or ".join(filter(None, [", ".join(known[:-1]), *known[-1:]]))


def _adds_to(supplement: CodeSystem, system: CodeSystem) -> bool:
    url, version = canonical_parts(supplement.supplements)
    return url == system.url and (not version or fits(version, system.version))


def _only_languages(supplement: CodeSystem) -> bool:
    kinds = extensions(supplement.json, TYPE_OF_SUPPLEMENT)
    return any(text(kind, "valueCode") == "lang-pack" for kind in kinds)
