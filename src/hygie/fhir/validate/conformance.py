"""Conformance to the base definitions, as FHIRPath's `conformsTo()` asks it (R4 fhirpath.html)."""

from typing import Any, Final

from hygie.fhir.definitions import r4
from hygie.fhir.path.model import is_a
from hygie.fhir.validate.validator import base_validator
from hygie.refusal import has_errors

CORE: Final = "http://hl7.org/fhir/StructureDefinition/"


def conforms(resource: dict[str, Any], url: str) -> bool | None:
    """Whether a resource is of a base type and valid; None when the URL is no base resource type.

    A version after `|` is that of the definitions, 4.0.1, or there is no such definition.
    """
    address, _, version = url.partition("|")
    name = address.removeprefix(CORE)
    definition = r4().types.get(name) if address.startswith(CORE) else None
    if definition is None or definition.kind != "resource" or version not in ("", "4.0.1"):
        return None
    if not is_a(r4(), str(resource.get("resourceType", "")), name):
        return False
    return not has_errors(base_validator().validate(resource))
