"""How a part of a value set lists a code."""

from typing import Final

from hygie.fhir.terminology.code_system import CodeSystem, same_code
from hygie.fhir.terminology.notes import standards_status
from hygie.fhir.terminology.reading import Json, objects, value_of
from hygie.fhir.terminology.value_set import Part

DEPRECATED: Final = "http://hl7.org/fhir/StructureDefinition/valueset-deprecated"


def listing(part: Part, system: CodeSystem, code: str) -> Json | None:
    """How a part lists a code; None where it does not."""
    found = part.listed.get(code)
    if found is None and not system.case_sensitive:
        alike = (one for one in part.listed if same_code(system, one, code))
        found = part.listed.get(next(alike, code))
    return found


def status_in_set(listed: Json | None) -> str:
    status = standards_status(listed or {})
    if status in ("withdrawn", "deprecated"):
        return status
    flags = (each for each in objects(listed, "extension") if each.get("url") == DEPRECATED)
    return "deprecated" if any(value_of(flag) in (True, "true") for flag in flags) else ""
