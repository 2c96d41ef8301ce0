"""Faults of R4's own profiles, corrected as later versions of them are.

R4 binds the values of components of all vital signs to twelve units, `required`: an inspired oxygen
flow in L/min, recorded beside a saturation as guides ask, would be an error. R4B and R5 bind them
`extensible`, as was meant; so do the tools that HL7 publishes, for R4.
"""

from typing import Final

from msgspec import structs

from hygie.fhir.validate.profiles.model import CORE, Said

UNITS: Final = "http://hl7.org/fhir/ValueSet/ucum-vitals-common"
COMPONENT: Final = "Observation.component.value[x]"


def corrected(url: str, elements: list[Said]) -> list[Said]:
    """The elements of a snapshot; those of R4's own profiles without their known faults."""
    return [_corrected(said) for said in elements] if url.startswith(CORE) else elements


def _corrected(said: Said) -> Said:
    binding = said.binding or {}
    value_set = binding.get("valueSet")
    bound = type(value_set) is str and value_set.partition("|")[0] == UNITS
    if said.path != COMPONENT or not bound:
        return said
    return structs.replace(said, binding={**binding, "strength": "extensible"})
