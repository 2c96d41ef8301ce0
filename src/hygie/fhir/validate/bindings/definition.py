"""A binding as an element definition states it (ElementDefinition.binding, R4 §2.29.0)."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from hygie.fhir.packages.definition import Json
from hygie.fhir.terminology.reading import objects

MAXIMUM: Final = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
ADDITIONAL: Final = "http://hl7.org/fhir/tools/StructureDefinition/additional-binding"
STRENGTHS: Final = {
    "required": "required",
    "maximum": "maximum",
    "extensible": "extensible",
    "preferred": "preferred",
    "current": "extensible",
}
"""Purpose of an additional binding -> what it comes to. The others ask nothing of data."""


class Bound(msgspec.Struct, frozen=True):
    strength: str
    value_set: str
    """Canonical, or `#id` of one contained in the definition."""
    maximum: str = ""
    """The widest value set that codes outside `value_set` may come from."""
    additional: tuple[tuple[str, str], ...] = ()
    """Strength and value set of further bindings. Those for some usages only are left out."""
    near: str = ""
    """The package that states it, as in `Library.find`."""
    holder: Json | None = None
    """The resource that states it, which may contain the value sets that it names."""


def bound_of(binding: Any, near: str = "", holder: Json | None = None) -> Bound | None:
    """Of an `ElementDefinition.binding`, any JSON; None when it binds to nothing."""
    if type(binding) is not dict:
        return None
    strength, value_set = binding.get("strength"), binding.get("valueSet")
    if type(strength) is not str or type(value_set) is not str:
        return None
    widest = [_value(e) for e in objects(binding, "extension") if e.get("url") == MAXIMUM]
    further = tuple(_additional(binding))
    return Bound(strength, value_set, (widest or [""])[0], further, near, holder)


def _additional(binding: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Of the extension in R4, of the element `additional` in later versions."""
    for extension in objects(binding, "extension"):
        if extension.get("url") == ADDITIONAL:
            parts = {str(e.get("url")): _value(e) for e in objects(extension, "extension")}
            yield from _asked(parts)
    for item in objects(binding, "additional"):
        yield from _asked({name: v if type(v) is str else "" for name, v in item.items()})


def _asked(parts: dict[str, str]) -> Iterator[tuple[str, str]]:
    strength = STRENGTHS.get(parts.get("purpose", ""))
    if strength and parts.get("valueSet") and "usage" not in parts:
        yield strength, parts["valueSet"]


def _value(extension: dict[str, Any]) -> str:
    values = (v for name, v in extension.items() if name.startswith("value") and type(v) is str)
    return next(values, "")
