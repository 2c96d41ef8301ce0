"""The form that a StructureDefinition must have before it is worked with.

What comes in a package may be of any form; past this check, the members that snapshots and profiles
read are of the types that R4 gives them.
"""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from hygie.fhir.packages.definition import Definition, Json
from hygie.fhir.packages.snapshots.faults import fault
from hygie.fhir.packages.snapshots.phrases import FORM

Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Maximum = Annotated[str, msgspec.Meta(pattern=r"^(\*|[0-9]{1,9})$")]
Path = Annotated[str, msgspec.Meta(pattern=r"^[^\s.]+(\.[^\s.]+){0,63}$", max_length=4_000)]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class _Type(msgspec.Struct):
    code: Text
    profile: list[str] | UnsetType = UNSET
    targetProfile: list[str] | UnsetType = UNSET  # noqa: N815 - FHIR's name, here and below
    aggregation: list[str] | UnsetType = UNSET
    versioning: str | UnsetType = UNSET
    extension: list[Json] | UnsetType = UNSET


class _Constraint(msgspec.Struct):
    key: Text
    severity: str | UnsetType = UNSET
    human: str | UnsetType = UNSET
    expression: str | UnsetType = UNSET
    source: str | UnsetType = UNSET
    extension: list[Json] | UnsetType = UNSET


class _Discriminator(msgspec.Struct):
    type: str
    path: str


class _Slicing(msgspec.Struct):
    discriminator: list[_Discriminator] | UnsetType = UNSET
    ordered: bool | UnsetType = UNSET
    rules: str | UnsetType = UNSET


class _Binding(msgspec.Struct):
    strength: str | UnsetType = UNSET
    valueSet: str | UnsetType = UNSET  # noqa: N815
    extension: list[Json] | UnsetType = UNSET


class _Base(msgspec.Struct):
    path: str
    min: Count
    max: Maximum


class _Element(msgspec.Struct):
    path: Path
    id: str | UnsetType = UNSET
    sliceName: Text | UnsetType = UNSET  # noqa: N815
    min: Count | UnsetType = UNSET
    max: Maximum | UnsetType = UNSET
    base: _Base | UnsetType = UNSET
    type: list[_Type] | UnsetType = UNSET
    constraint: list[_Constraint] | UnsetType = UNSET
    condition: list[str] | UnsetType = UNSET
    slicing: _Slicing | UnsetType = UNSET
    binding: _Binding | UnsetType = UNSET
    contentReference: str | UnsetType = UNSET  # noqa: N815
    maxLength: int | UnsetType = UNSET  # noqa: N815
    short: str | UnsetType = UNSET
    mustSupport: bool | UnsetType = UNSET  # noqa: N815
    isModifier: bool | UnsetType = UNSET  # noqa: N815
    extension: list[Json] | UnsetType = UNSET


class _View(msgspec.Struct):
    element: list[_Element] | UnsetType = UNSET


class _StructureDefinition(msgspec.Struct):
    type: Text
    url: str = ""
    kind: str = ""
    abstract: bool = False
    derivation: str = ""
    baseDefinition: str = ""  # noqa: N815
    snapshot: _View | UnsetType = UNSET
    differential: _View | UnsetType = UNSET
    context: list[Json] | UnsetType = UNSET
    contextInvariant: list[str] | UnsetType = UNSET  # noqa: N815


def require_form(definition: Definition) -> None:
    """Raises `Refused` when a member that is read is not of the type R4 gives it."""
    try:
        msgspec.convert(definition.resource, _StructureDefinition)
    except (msgspec.ValidationError, RecursionError) as error:
        raise fault(definition, "form", FORM, problem=str(error)) from None


def elements_of(definition: Definition, view: str) -> list[Json]:
    """The elements of a snapshot or differential whose form was checked; none without it."""
    elements: list[Json] = (definition.resource.get(view) or {}).get("element") or []
    return elements
