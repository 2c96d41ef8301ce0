"""Builds the compact artefact from the official package (`hl7.fhir.r4.core`, CC0).

Runs at installation only, from `build_assets.py`.
"""

import json
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import zstandard
from msgspec import structs

from hygie.fhir.definitions.invariants import invariants_of
from hygie.fhir.definitions.model import (
    UNBOUNDED,
    Component,
    Definitions,
    Element,
    SearchParameter,
    TypeDefinition,
    TypeKind,
    TypeRef,
    ValueSet,
)

FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
SYSTEM_TYPE = "http://hl7.org/fhirpath/System."
REGEX = "http://hl7.org/fhir/StructureDefinition/regex"
CORE = "http://hl7.org/fhir/StructureDefinition/"
COMPARTMENT = "http://hl7.org/fhir/CompartmentDefinition/patient"
EXPLICIT_REGEX = {
    # The specification's table (datatypes.html, §2.24.0.1) where the file has none or a JSON type.
    "boolean": "true|false",
    "xhtml": "",
}
Json = dict[str, Any]


def read_package(path: Path) -> dict[str, dict[str, Json]]:
    """Resource type -> canonical URL -> definition."""
    found: dict[str, dict[str, Json]] = {}
    with tarfile.open(path) as package:
        for member in package:
            name = member.name.removeprefix("package/")
            if "/" in name or not name.endswith(".json"):
                continue
            stream = package.extractfile(member)
            definition = json.load(stream) if stream else {}
            if "url" in definition and "resourceType" in definition:
                found.setdefault(definition["resourceType"], {})[definition["url"]] = definition
    return found


def build(package: dict[str, dict[str, Json]], source: str) -> Definitions:
    found = {t.name: t for d in package["StructureDefinition"].values() for t in _types_of(d)}
    types = {t.name: structs.replace(t, system=_system_of(t, found)) for t in found.values()}
    concrete = [t.name for t in types.values() if t.kind == "resource" and not t.abstract]
    bindings = {e.binding for t in types.values() for e in t.elements if e.binding}
    expander = _Expander(package)
    return Definitions(
        source=source,
        types=types,
        value_sets={url: expander.expand(url) for url in sorted(bindings)},
        search_parameters=tuple(_search_parameters(package["SearchParameter"], concrete)),
        patient_compartment={
            r["code"]: tuple(r["param"])
            for r in package["CompartmentDefinition"][COMPARTMENT]["resource"]
            if "param" in r
        },
        invariants=invariants_of(package["StructureDefinition"].values(), types),
    )


# --- types --------------------------------------------------------------------------------
def _types_of(definition: Json) -> Iterator[TypeDefinition]:
    """The type a StructureDefinition defines, and those of its anonymous elements."""
    if definition["kind"] == "logical" or definition.get("derivation") == "constraint":
        return
    name = definition["type"]
    children: dict[str, list[Json]] = {name: []}
    for element in definition["snapshot"]["element"]:
        parent, _, last = element["path"].rpartition(".")
        if last != element["path"]:
            children.setdefault(parent, []).append(element)
    for path, elements in children.items():
        kind: TypeKind = "backbone"
        base = "BackboneElement" if definition["kind"] == "resource" else "Element"
        if path == name:
            kind = {"resource": "resource", "primitive-type": "primitive"}.get(
                definition["kind"], "complex"
            )  # type: ignore[assignment]
            base = definition.get("baseDefinition", "").removeprefix(CORE)
        yield TypeDefinition(
            name=path,
            kind=kind,
            base=base,
            abstract=path == name and definition["abstract"],
            elements=tuple(_element(e, children, kind) for e in elements if e["max"] != "0"),
            pattern=_pattern(name, elements) if kind == "primitive" else "",
            system=_value_type(elements) if kind == "primitive" and base == "Element" else "",
        )


def _element(element: Json, parents: Iterable[str], kind: TypeKind) -> Element:
    path: str = element["path"]
    stem = path.rpartition(".")[2]
    binding = element.get("binding", {})
    required = binding.get("strength") == "required"
    return Element(
        name=stem.removesuffix("[x]"),
        types=_type_refs(element, parents, kind),
        min=element["min"],
        max=UNBOUNDED if element["max"] == "*" else int(element["max"]),
        choice=stem.endswith("[x]"),
        binding=binding.get("valueSet", "").partition("|")[0] if required else "",
        summary=element.get("isSummary", False),
        modifier=element.get("isModifier", False),
    )


def _type_refs(element: Json, parents: Iterable[str], kind: TypeKind) -> tuple[TypeRef, ...]:
    path: str = element["path"]
    if kind == "resource" and path.endswith(".id"):
        # The file of 4.0.1 calls a resource's id a string; the specification, an id (§2.27.2).
        return (TypeRef("id"),)
    if reference := element.get("contentReference"):
        return (TypeRef(reference.partition("#")[2]),)
    if path in parents:
        return (TypeRef(path),)
    return tuple(
        TypeRef(
            _type_name(t),
            tuple(
                profile.removeprefix(CORE)
                for profile in t.get("targetProfile", ())
                if profile != CORE + "Resource"
            ),
        )
        for t in element["type"]
    )


def _type_name(type_: Json) -> str:
    code: str = type_["code"]
    if not code.startswith(SYSTEM_TYPE):
        return code
    for extension in type_.get("extension", ()):
        if extension["url"] == FHIR_TYPE:
            return str(extension["valueUrl"])
    return code.removeprefix(SYSTEM_TYPE).lower()


def _system_of(type_: TypeDefinition, types: dict[str, TypeDefinition]) -> str:
    """A descendant has its ancestor's: the file of 4.0.1 calls a positiveInt a String."""
    base = types.get(type_.base)
    return type_.system or (_system_of(base, types) if base else "")


def _value_type(elements: Iterable[Json]) -> str:
    codes = (e["type"][0]["code"] for e in elements if e["path"].endswith(".value"))
    return next(codes, "").removeprefix(SYSTEM_TYPE)


def _pattern(name: str, elements: Iterable[Json]) -> str:
    if name in EXPLICIT_REGEX:
        return EXPLICIT_REGEX[name]
    for element in elements:
        if element["path"].endswith(".value"):
            for extension in element["type"][0].get("extension", ()):
                if extension["url"] == REGEX:
                    return str(extension["valueString"])
    return ""


# --- value sets ---------------------------------------------------------------------------
class _Expander:
    """Expands value sets that can be enumerated from the package alone."""

    def __init__(self, package: dict[str, dict[str, Json]]) -> None:
        self._value_sets = package["ValueSet"]
        self._code_systems = package["CodeSystem"]

    def expand(self, url: str) -> ValueSet:
        codes: dict[str, list[str]] = {}
        complete = self._add(url.partition("|")[0], codes, frozenset())
        return ValueSet({s: tuple(dict.fromkeys(c)) for s, c in codes.items()}, complete)

    def _add(self, url: str, codes: dict[str, list[str]], seen: frozenset[str]) -> bool:
        value_set = self._value_sets.get(url)
        if value_set is None or url in seen:
            return False
        compose = value_set.get("compose", {})
        complete = bool(compose.get("include")) and not compose.get("exclude")
        for include in compose.get("include", ()):
            complete &= self._include(include, codes, seen | {url})
        return complete

    def _include(self, include: Json, codes: dict[str, list[str]], seen: frozenset[str]) -> bool:
        if "filter" in include:
            return False
        complete = True
        for url in include.get("valueSet", ()):
            complete &= self._add(url.partition("|")[0], codes, seen)
        system = include.get("system")
        if system is None:
            return complete
        if "concept" in include:
            codes.setdefault(system, []).extend(c["code"] for c in include["concept"])
            return complete
        definition = self._code_systems.get(system, {})
        if definition.get("content") != "complete":
            return False
        codes.setdefault(system, []).extend(_concepts(definition.get("concept", ())))
        return complete


def _concepts(concepts: Iterable[Json]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from _concepts(concept.get("concept", ()))


# --- search parameters --------------------------------------------------------------------
def _search_parameters(
    definitions: dict[str, Json], concrete: list[str]
) -> Iterator[SearchParameter]:
    for url, definition in sorted(definitions.items()):
        bases = definition.get("base", ())
        if not bases or (definition.get("experimental") and "expression" not in definition):
            continue
        expanded = concrete if {"Resource", "DomainResource"} & set(bases) else bases
        yield SearchParameter(
            url=url,
            code=definition["code"],
            base=tuple(b for b in expanded if b in concrete),
            type=definition["type"],
            expression=definition.get("expression", ""),
            target=tuple(definition.get("target", ())),
            components=tuple(
                Component(c["definition"], c["expression"]) for c in definition.get("component", ())
            ),
        )


def write(package: Path, output: Path) -> None:
    """Writes the artefact: MessagePack of `Definitions`, zstd."""
    definitions = build(read_package(package), "hl7.fhir.r4.core#4.0.1")
    raw = msgspec.msgpack.encode(definitions)
    output.write_bytes(zstandard.ZstdCompressor(level=19).compress(raw))
