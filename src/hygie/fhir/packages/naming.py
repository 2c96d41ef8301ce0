"""Where a definition that is not here most probably comes from."""

import re
from typing import Final

REALM: Final = re.compile(r"https?://hl7\.org/fhir/([a-z]{2,})/([a-z0-9\-]+)/")
FRENCH: Final = re.compile(r"https?://hl7\.fr/ig/fhir/([a-z0-9\-]+)/")
CORE: Final = "http://hl7.org/fhir/StructureDefinition/"
EXTENSIONS: Final = "hl7.fhir.uv.extensions"
"""Since R5, HL7's common extensions are published apart from FHIR, under R4's own URLs."""
TOOLING: Final = "http://hl7.org/fhir/tools/"
TOOLS: Final = "hl7.fhir.uv.tools"


def package_of(canonical: str) -> str:
    """The name of a package, or where the definition is published when no name follows from it."""
    if realm := REALM.match(canonical):
        return f"hl7.fhir.{realm[1]}.{realm[2]}"
    if french := FRENCH.match(canonical):
        return f"hl7.fhir.fr.{french[1]}"
    if canonical.startswith(CORE):
        return EXTENSIONS
    if canonical.startswith(TOOLING):
        return TOOLS
    return canonical.partition("/StructureDefinition/")[0]
