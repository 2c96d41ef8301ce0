"""Profiles as types: what a StructureDefinition narrows of the type it constrains.

A profile's canonical URL is the name of its type. An element whose own elements it constrains
has a type of its own as well, named `URL#element id`. What a snapshot says nothing of is taken
from the type that is constrained, so each type stands alone, as those of R4 do (R4 §5.1).

From snapshots: what a differential leaves out would be unknown here.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from msgspec import structs

from hygie.fhir.definitions.invariants import Rule, each_once, rule_of
from hygie.fhir.definitions.model import (
    UNBOUNDED,
    Definitions,
    Element,
    Slice,
    TypeDefinition,
    TypeRef,
)

CORE = "http://hl7.org/fhir/StructureDefinition/"
R4_VERSIONS = ("4.0.0", "4.0.1")
SLICED = ("extension", "modifierExtension")
Json = dict[str, Any]


def profiled(base: Definitions, structure_definitions: Iterable[Json]) -> Definitions:
    """`base` with a type for each profile and for each part of it that has its own elements."""
    profiles = {
        definition["url"]: definition
        for definition in structure_definitions
        if definition.get("derivation") == "constraint"
        and definition.get("type") in base.types
        and definition.get("fhirVersion", R4_VERSIONS[0]) in R4_VERSIONS
        and definition.get("snapshot", {}).get("element")
    }
    types = dict(base.types)
    known = {(rule.key, rule.expression) for rule in base.invariants}
    rules: dict[str, list[Json]] = {}
    for url, definition in profiles.items():
        profile = _Profile(url, definition, base.types, profiles)
        types |= profile.types()
        rules |= profile.rules(known)
    return structs.replace(base, types=types, invariants=base.invariants + each_once(rules))


class _Profile:
    """The types of one profile."""

    def __init__(
        self,
        url: str,
        definition: Json,
        types: Mapping[str, TypeDefinition],
        profiles: Mapping[str, Json],
    ) -> None:
        self._url = url
        self._definition = definition
        self._types = types
        self._profiles = profiles
        self._elements = [
            {"id": element["path"], **element} for element in definition["snapshot"]["element"]
        ]
        self._children: dict[str, list[Json]] = {}
        for element in self._elements:
            parent, _, _ = element["id"].rpartition(".")
            self._children.setdefault(parent, []).append(element)

    def types(self) -> dict[str, TypeDefinition]:
        found = {}
        for element in self._elements:
            constrained = self._type_at(element)
            if constrained and element["id"] in self._children:
                narrowed = self._narrowed_type(element["id"], constrained)
                found[narrowed.name] = narrowed
        return found

    def rules(self, known: AbstractSet[Rule]) -> dict[str, list[Json]]:
        """The rules it adds to those already known, by the name of the element they are on."""
        found = {}
        for element in self._elements:
            constraints = {rule_of(c): c for c in element.get("constraint", ())}
            if added := [c for rule, c in constraints.items() if rule not in known]:
                found[self._name(element["id"])] = added
        return found

    def _name(self, identifier: str) -> str:
        """The type of an element of the snapshot, by its id."""
        return f"{self._url}#{identifier}" if "." in identifier else self._url

    def _type_at(self, element: Json) -> TypeDefinition | None:
        """The type an element constrains: None for a primitive, or where there are several."""
        if "." not in element["id"]:
            return self._types[self._definition["type"]]
        if anonymous := self._types.get(element["path"]):
            return anonymous
        codes = {type_["code"] for type_ in element.get("type", ())}
        found = self._types.get(codes.pop()) if len(codes) == 1 else None
        return None if found is None or found.kind == "primitive" else found

    def _narrowed_type(self, identifier: str, constrained: TypeDefinition) -> TypeDefinition:
        said = {}
        slices: list[Slice] = []
        for child in self._children[identifier]:
            name, _, slice_name = child["id"].rpartition(".")[2].partition(":")
            if not slice_name:
                said[name.removesuffix("[x]")] = child
            elif name in SLICED:
                slices += self._slice(name, child)
        elements = tuple(
            self._narrowed(element, said[element.name]) if element.name in said else element
            for element in constrained.elements
        )
        return structs.replace(
            constrained,
            name=self._name(identifier),
            base=constrained.name if "." in identifier else self._base(constrained),
            abstract=False,
            elements=elements,
            constrains=constrained.name,
            slices=tuple(slices),
        )

    def _base(self, constrained: TypeDefinition) -> str:
        base = _unversioned(self._definition.get("baseDefinition", ""))
        return base if base in self._profiles and base != self._url else constrained.name

    def _narrowed(self, element: Element, said: Json) -> Element:
        return structs.replace(
            element,
            types=self._narrowed_types(element, said),
            min=max(element.min, said.get("min", 0)),
            max=_smaller(element.max, said.get("max", "*")),
            array=element.repeats,
        )

    def _narrowed_types(self, element: Element, said: Json) -> tuple[TypeRef, ...]:
        """Those of the element's types that the profile keeps, as narrow as it says."""
        kept = {type_["code"]: type_ for type_ in said.get("type", ())}
        parted = said["id"] in self._children and self._type_at(said) is not None
        found = []
        for ref in element.types:
            if ref.name in kept or not element.choice:
                type_ = kept.get(ref.name, {})
                profile = self._name(said["id"]) if parted else self._profile_of(type_)
                found.append(TypeRef(ref.name, self._targets(ref, type_), profile))
        return tuple(found)

    def _profile_of(self, type_: Json) -> str:
        """The one profile an element's value must follow, when it is known here."""
        urls = [_unversioned(url) for url in type_.get("profile", ())]
        return urls[0] if len(urls) == 1 and urls[0] in self._profiles else ""

    def _targets(self, ref: TypeRef, type_: Json) -> tuple[str, ...]:
        """The resource types a reference may name; all those of the type when one is unknown."""
        said = [_unversioned(url) for url in type_.get("targetProfile", ())]
        names = [
            self._profiles[url]["type"] if url in self._profiles else url.removeprefix(CORE)
            for url in said
        ]
        known = [name for name in names if name in self._types and name != "Resource"]
        return tuple(dict.fromkeys(known)) if known and len(known) == len(names) else ref.targets

    def _slice(self, name: str, said: Json) -> Iterable[Slice]:
        """Extensions are told apart by their URL, whatever else a profile says of the slice."""
        profile = next(iter(said.get("type", [{}])[0].get("profile", ())), "")
        children = self._children.get(said["id"], ())
        fixed = next((c["fixedUri"] for c in children if "fixedUri" in c), "")
        url = fixed or _unversioned(profile)
        if url:
            known = url if url in self._profiles else "Extension"
            type_ = self._name(said["id"]) if children else known
            yield Slice(name, url, type_, said.get("min", 0), _maximum(said.get("max", "*")))


def _unversioned(canonical: str) -> str:
    return canonical.partition("|")[0]


def _maximum(written: str) -> int:
    return UNBOUNDED if written == "*" else int(written)


def _smaller(maximum: int, written: str) -> int:
    said = _maximum(written)
    if UNBOUNDED in (maximum, said):
        return max(maximum, said)
    return min(maximum, said)
