"""One conformance resource, with the package that it came in."""

from typing import Any

import msgspec

Json = dict[str, Any]


class Definition(msgspec.Struct, frozen=True):
    """A StructureDefinition, ValueSet, CodeSystem, Questionnaire…: never to be changed."""

    resource: Json
    package: str = ""
    """"hl7.fhir.fr.core#2.2.0"; empty for one that was given by itself."""

    @property
    def kind(self) -> str:
        """Its resource type."""
        return str(self.resource.get("resourceType", ""))

    @property
    def url(self) -> str:
        return str(self.resource.get("url", ""))

    @property
    def version(self) -> str:
        return str(self.resource.get("version", ""))

    @property
    def canonical(self) -> str:
        """URL and version, as an issue names its source: `https://…/fr-core-patient|2.2.0`."""
        return f"{self.url}|{self.version}" if self.version else self.url


def canonical_parts(canonical: str) -> tuple[str, str]:
    """URL and version, "" when there is none; a fragment after `#` is left out (R4 §2.24.0.1)."""
    url, _, version = canonical.partition("#")[0].partition("|")
    return url, version
